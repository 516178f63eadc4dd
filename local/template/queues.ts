import { z } from 'zod'
import { booleanProperty, numberProperty } from './properties.ts'
import type { ResolvedTemplate } from './resolved-template.ts'

export type QueueDefinition = {
  readonly name: string
  readonly arn: string
  readonly url: string
  readonly visibilityTimeoutSeconds: number
  readonly delaySeconds: number
  readonly receiveWaitSeconds: number
  readonly retentionSeconds: number
  /** Where a message goes that was received `maxReceiveCount` times and still not deleted. */
  readonly redrive: { readonly deadLetterArn: string; readonly maxReceiveCount: number } | undefined
}

const QueueProperties = z.object({
  FifoQueue: booleanProperty.default(false),
  VisibilityTimeout: numberProperty.default(30),
  DelaySeconds: numberProperty.default(0),
  ReceiveMessageWaitTimeSeconds: numberProperty.default(0),
  MessageRetentionPeriod: numberProperty.default(345_600),
  RedrivePolicy: z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: numberProperty }).optional(),
})

export function readQueues(template: ResolvedTemplate): readonly QueueDefinition[] {
  return template.read(['AWS::SQS::Queue'], QueueProperties).map(({ logicalId, name, arn, ref, properties }) => {
    if (properties.FifoQueue) throw new Error(`Queue "${logicalId}" is FIFO; the local cloud has standard queues only`)
    const redrive = properties.RedrivePolicy
    return {
      name,
      arn,
      url: ref,
      visibilityTimeoutSeconds: properties.VisibilityTimeout,
      delaySeconds: properties.DelaySeconds,
      receiveWaitSeconds: properties.ReceiveMessageWaitTimeSeconds,
      retentionSeconds: properties.MessageRetentionPeriod,
      redrive: redrive && { deadLetterArn: redrive.deadLetterTargetArn, maxReceiveCount: redrive.maxReceiveCount },
    }
  })
}
