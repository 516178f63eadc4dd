import { Duration, Size, Stack, Validations } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import { ExecutorEnvironment } from '../../lambdas/config/environment.ts'
import type { DeadLetters } from './dead-letters.ts'
import type { Identity } from './identity.ts'
import type { OperationsTopic } from './operations-topic.ts'
import { type FunctionSettings, PunctualFunction } from './punctual-function.ts'
import type { PunctualTable } from './punctual-table.ts'
import type { Scheduling } from './scheduling.ts'
import type { SecretVault } from './secret-vault.ts'

export interface ExecutorProps {
  readonly settings: FunctionSettings
  readonly table: PunctualTable
  readonly vault: SecretVault
  readonly scheduling: Scheduling
  readonly deadLetters: DeadLetters
  readonly identity: Identity
  readonly topic: OperationsTopic
  /** Where the API is, without a slash at the end: mails link to it. */
  readonly apiUrl: string
}

/** The function that runs a job once: claims the occurrence, calls the target, tries again, writes what happened. */
export class Executor extends Construct {
  readonly function: PunctualFunction
  /**
   * The longest call takes 300 s (API.md, `timeout`). That is three quarters of this, so that the alarm at four fifths is
   * never about a slow target.
   */
  readonly timeout = Duration.seconds(400)

  constructor(scope: Construct, id: string, props: ExecutorProps) {
    super(scope, id)
    const { settings, table, vault, scheduling, deadLetters } = props
    this.function = new PunctualFunction(this, 'Run', {
      settings,
      entry: 'executor',
      description: 'Runs one occurrence of a job: one HTTP call and its record',
      schema: ExecutorEnvironment,
      environment: {
        STAGE: settings.configuration.stage,
        ...table.environment,
        ...scheduling.environment,
        // Nothing that is not public may be called from inside AWS; only the local service opens ranges.
        TARGET_ALLOW_CIDRS: '',
        MAIL_SENDER: settings.configuration.mailSender ?? '',
        TOPIC_ARN: props.topic.topic.topicArn,
        API_URL: props.apiUrl,
        USER_POOL_ID: props.identity.userPoolId,
        HOST_PARALLELISM: String(settings.configuration.hostParallelism),
      },
      timeout: this.timeout,
      // A run waits, it does not compute, and start-up runs at full CPU whatever the memory is. Loaded, the function takes
      // 64 MB; the rest is for a response near the capture limit and its redaction (112 MB in all with a secret of 4 KiB),
      // and for CPU for TLS handshakes.
      memory: Size.mebibytes(136),
      reservedConcurrency: settings.configuration.executorReservedConcurrency,
      // Runs share nothing but secrets read for their own tenant, by tenant and name.
      invocationsAtOnce: 64,
    })
    table.allow(this.function, ['GetItem', 'Query', 'PutItem'])
    // How many mails a tenant was sent.
    table.allowCountingAttempts(this.function)
    table.allowHoldingPlaces(this.function)
    // A job that is disabled is counted by its account no longer; what is told of a run is noted on its job.
    table.allowUpdatingTenants(this.function)
    vault.allowReading(this.function)
    scheduling.allowPostponing(this.function)
    scheduling.allowStarting(this.function)
    this.allowTelling(props)
    this.function.allow({ actions: ['sqs:SendMessage'], resources: [deadLetters.queue.queueArn] })
    this.function.lambda.configureAsyncInvoke({
      retryAttempts: 2,
      // A claim decides whether a retry may still run; after an hour nobody wants the occurrence any more.
      maxEventAge: Duration.hours(1),
      // What `SqsDestination` would be, but for the permissions to look the queue up, which nobody uses.
      onFailure: { bind: () => ({ destination: deadLetters.queue.queueArn }) },
    })
    Validations.of(this.function.lambda).acknowledge({
      id: 'Serverless-LambdaDLQ',
      reason: 'The on-failure destination is the dead letter queue; unlike a Lambda DLQ it also carries the error.',
    })
  }

  /** Mail goes to the job's owner, whose address the user pool has, or to the topic. */
  private allowTelling({ settings, identity, topic }: ExecutorProps): void {
    const { mailSender } = settings.configuration
    if (mailSender === undefined) {
      topic.allowPublishing(this.function)
      return
    }
    identity.allowLookingUp(this.function)
    this.function.allow({
      actions: ['ses:SendEmail'],
      resources: [Stack.of(this).formatArn({ service: 'ses', resource: 'identity', resourceName: mailSender })],
    })
  }

  /** What a function needs to know to start a run. */
  get environment(): { readonly EXECUTOR_ARN: string } {
    return { EXECUTOR_ARN: this.function.arn }
  }

  /** Lets the function start runs. */
  allowStarting(user: PunctualFunction): void {
    user.allow({ actions: ['lambda:InvokeFunction'], resources: [this.function.arn] })
  }
}
