import { z } from 'zod'
import { booleanProperty, numberProperty } from './properties.ts'
import type { ResolvedTemplate } from './resolved-template.ts'

/** What happens to an asynchronous event that its function refuses. */
export type AsynchronousPolicy = {
  /** Attempts after the first one. */
  readonly maxRetries: number
  readonly maxEventAgeSeconds: number
  /** ARN of the queue, topic or function that gets the record of a given-up event. */
  readonly onFailureArn: string | undefined
  readonly onSuccessArn: string | undefined
}

export type FunctionDefinition = {
  readonly logicalId: string
  readonly name: string
  readonly arn: string
  readonly roleArn: string
  /** Folder with the code as deployed. */
  readonly codeFolder: string
  /** `<file without its ending>.<export>` */
  readonly handler: string
  readonly environment: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly memoryMb: number
  readonly reservedConcurrency: number | undefined
  /** Invocations that one environment takes at the same time: 1, as on Lambda, unless the template's metadata says more. */
  readonly invocationsAtOnce: number
  readonly asynchronous: AsynchronousPolicy
}

/** A queue whose messages a function gets in batches. */
export type EventSourceDefinition = {
  readonly functionArn: string
  readonly queueArn: string
  readonly batchSize: number
  readonly batchingWindowSeconds: number
  /** Whether the function's answer names the messages that failed (`ReportBatchItemFailures`). */
  readonly reportsItemFailures: boolean
}

const FunctionProperties = z.object({
  Code: z.object({ S3Key: z.string().optional() }),
  Handler: z.string(),
  Role: z.string().default(''),
  Runtime: z.string(),
  Timeout: numberProperty.default(3),
  MemorySize: numberProperty.default(128),
  ReservedConcurrentExecutions: numberProperty.optional(),
  Environment: z.object({ Variables: z.record(z.string(), z.coerce.string()).default({}) }).optional(),
})

/**
 * What a stack may say of a function that CloudFormation has no property for: that it serves several invocations at once
 * without mixing them up. Only Lambda Managed Instances make use of that on AWS (`PerExecutionEnvironmentMaxConcurrency`).
 */
const FunctionMetadata = z.object({ InvocationsAtOnce: z.int().min(1).default(1) })

const Destination = z.object({ Destination: z.string() }).optional()

const EventInvokeConfigProperties = z.object({
  FunctionName: z.string(),
  MaximumRetryAttempts: numberProperty.default(2),
  MaximumEventAgeInSeconds: numberProperty.default(21_600),
  DestinationConfig: z.object({ OnFailure: Destination, OnSuccess: Destination }).optional(),
})

/** Source: AWS Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation". */
const DEFAULT_POLICY: AsynchronousPolicy = {
  maxRetries: 2,
  maxEventAgeSeconds: 6 * 60 * 60,
  onFailureArn: undefined,
  onSuccessArn: undefined,
}

export function readFunctions(template: ResolvedTemplate): readonly FunctionDefinition[] {
  const policies = readPolicies(template)
  return template
    .read(['AWS::Lambda::Function'], FunctionProperties)
    .map(({ logicalId, name, arn, properties, metadata }) => {
      const codeFolder = template.assetFolders.get(properties.Code.S3Key ?? '')
      if (codeFolder === undefined)
        throw new Error(`The code of function "${logicalId}" is not a folder of this cloud assembly`)
      if (!properties.Runtime.startsWith('nodejs'))
        throw new Error(`Function "${logicalId}" has runtime ${properties.Runtime}; the local cloud runs nodejs only`)
      return {
        logicalId,
        name,
        arn,
        roleArn: properties.Role,
        codeFolder,
        handler: properties.Handler,
        environment: properties.Environment?.Variables ?? {},
        timeoutMs: properties.Timeout * 1000,
        memoryMb: properties.MemorySize,
        reservedConcurrency: properties.ReservedConcurrentExecutions,
        invocationsAtOnce: readInvocationsAtOnce(logicalId, metadata),
        asynchronous: policies.get(name) ?? policies.get(arn) ?? DEFAULT_POLICY,
      }
    })
}

function readInvocationsAtOnce(logicalId: string, metadata: unknown): number {
  const parsed = FunctionMetadata.safeParse(metadata)
  if (!parsed.success) throw new Error(`Metadata of function "${logicalId}": ${z.prettifyError(parsed.error)}`)
  return parsed.data.InvocationsAtOnce
}

function readPolicies(template: ResolvedTemplate): ReadonlyMap<string, AsynchronousPolicy> {
  const configurations = template.read(['AWS::Lambda::EventInvokeConfig'], EventInvokeConfigProperties)
  return new Map(
    configurations.map(({ properties }) => [
      properties.FunctionName,
      {
        maxRetries: properties.MaximumRetryAttempts,
        maxEventAgeSeconds: properties.MaximumEventAgeInSeconds,
        onFailureArn: properties.DestinationConfig?.OnFailure?.Destination,
        onSuccessArn: properties.DestinationConfig?.OnSuccess?.Destination,
      },
    ]),
  )
}

const EventSourceProperties = z.object({
  FunctionName: z.string(),
  EventSourceArn: z.string(),
  BatchSize: numberProperty.default(10),
  MaximumBatchingWindowInSeconds: numberProperty.default(0),
  Enabled: booleanProperty.default(true),
  FunctionResponseTypes: z.array(z.string()).default([]),
})

/** @throws for an event source that is no SQS queue: there is nothing here that could feed it */
export function readEventSources(template: ResolvedTemplate): readonly EventSourceDefinition[] {
  const functions = template.resources.filter(({ type }) => type === 'AWS::Lambda::Function')
  return template
    .read(['AWS::Lambda::EventSourceMapping'], EventSourceProperties)
    .filter(({ properties }) => properties.Enabled)
    .map(({ logicalId, properties }) => {
      const { FunctionName, EventSourceArn } = properties
      const target = functions.find(({ name, arn }) => name === FunctionName || arn === FunctionName)
      if (!target) throw new Error(`Event source "${logicalId}" feeds an unknown function, ${FunctionName}`)
      if (!EventSourceArn.startsWith('arn:aws:sqs:'))
        throw new Error(`Event source "${logicalId}" is ${EventSourceArn}; the local cloud feeds from SQS queues only`)
      return {
        functionArn: target.arn,
        queueArn: EventSourceArn,
        batchSize: properties.BatchSize,
        batchingWindowSeconds: properties.MaximumBatchingWindowInSeconds,
        reportsItemFailures: properties.FunctionResponseTypes.includes('ReportBatchItemFailures'),
      }
    })
}
