import { CfnResource, type Duration, type Size, Validations } from 'aws-cdk-lib'
import { PolicyStatement, type PolicyStatementProps, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import {
  ApplicationLogLevel,
  Architecture,
  type Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type { z } from 'zod/mini'
import { type Configuration, removalPolicyOf } from '../configuration.ts'

/** What all functions of a deployment have in common. */
export interface FunctionSettings {
  readonly configuration: Configuration
  /** The bundle that holds every function as `<entry>.mjs`. */
  readonly code: Code
}

/** A zod schema of an environment: text in, anything out. */
export type EnvironmentSchema = z.ZodMiniType<unknown, Readonly<Record<string, string>>>

export interface PunctualFunctionProps<Schema extends EnvironmentSchema> {
  readonly settings: FunctionSettings
  /** The function's file in the bundle, without `.mjs`; it exports `handler`. */
  readonly entry: string
  readonly description: string
  /** The schema by which the function reads its environment. */
  readonly schema: Schema
  /** What the schema asks for: a variable that is missing or unknown does not compile. */
  readonly environment: z.input<Schema>
  readonly timeout: Duration
  /** Memory, with which Lambda's share of CPU grows. */
  readonly memory: Size
  /** The most invocations at the same time. @default no reservation */
  readonly reservedConcurrency?: number | undefined
  /**
   * How many invocations one environment may serve at the same time: its code keeps nothing of one that another could see.
   * For the local service; Lambda gives an environment one at a time, other than on Managed Instances. @default 1
   */
  readonly invocationsAtOnce?: number
}

/**
 * A Lambda function as Punctual wants it: arm64 on the newest Node.js, a role of its own that can write its own log and
 * nothing else, a log group with a retention time, and an environment that its own schema accepts.
 */
export class PunctualFunction<Schema extends EnvironmentSchema = EnvironmentSchema> extends Construct {
  /** The function, for what invokes it: integrations, event sources, alarms. */
  readonly lambda: LambdaFunction
  private readonly role: Role

  constructor(scope: Construct, id: string, props: PunctualFunctionProps<Schema>) {
    super(scope, id)
    const { settings, entry, description, timeout, memory } = props
    const environment: Readonly<Record<string, string>> = props.environment
    props.schema.parse(environment)
    const logGroup = new LogGroup(this, 'Logs', {
      retention: settings.configuration.retention,
      removalPolicy: removalPolicyOf(settings.configuration),
    })
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `What the ${entry} function of Punctual may do`,
    })
    logGroup.grantWrite(this.role)
    this.lambda = new LambdaFunction(this, 'Function', {
      description,
      code: settings.code,
      handler: `${entry}.handler`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout,
      memorySize: memory.toMebibytes(),
      environment: { ...environment },
      role: this.role,
      logGroup,
      // START, END and REPORT would be three lines for each run; what they say is in the metrics too.
      loggingFormat: LoggingFormat.JSON,
      systemLogLevelV2: SystemLogLevel.WARN,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      ...(props.reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: props.reservedConcurrency }),
    })
    const resource = this.lambda.node.defaultChild
    if (props.invocationsAtOnce !== undefined && resource instanceof CfnResource)
      resource.addMetadata('InvocationsAtOnce', props.invocationsAtOnce)
    Validations.of(this.lambda).acknowledge({
      id: 'Serverless-LambdaTracing',
      reason:
        'A trace costs $5 per million, more than a run itself; the run record holds the timings of each attempt instead.',
    })
  }

  get arn(): string {
    return this.lambda.functionArn
  }

  /** Adds one permission to the function's role. */
  allow(statement: PolicyStatementProps & { readonly actions: string[]; readonly resources: string[] }): void {
    this.role.addToPrincipalPolicy(new PolicyStatement(statement))
  }
}
