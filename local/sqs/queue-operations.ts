import { z } from 'zod'
import { type JsonOperation, operation } from '../json-rpc.ts'
import { WireError } from '../wire-service.ts'
import type { Queue } from './queue.ts'
import type { Queues } from './queues.ts'

/** The exception for a queue that is not there, as the SDK knows it. */
export function getQueue(queues: Queues, name: string): Queue {
  const queue = queues.find(name)
  if (!queue) throw new WireError('com.amazonaws.sqs#QueueDoesNotExist', 'The specified queue does not exist.', 400)
  return queue
}

const QueueUrl = z.object({ QueueUrl: z.string() })

/** The operations on queues as a whole. */
export function queueOperations(queues: Queues): Readonly<Record<string, JsonOperation>> {
  return {
    GetQueueUrl: operation(z.object({ QueueName: z.string() }), ({ QueueName }) => ({
      QueueUrl: getQueue(queues, QueueName).definition.url,
    })),
    ListQueues: operation(z.object({ QueueNamePrefix: z.string().default('') }), ({ QueueNamePrefix }) => ({
      QueueUrls: queues.all
        .map(({ definition }) => definition)
        .filter(({ name }) => name.startsWith(QueueNamePrefix))
        .map(({ url }) => url),
    })),
    PurgeQueue: operation(QueueUrl, ({ QueueUrl }) => getQueue(queues, QueueUrl).purge()),
    GetQueueAttributes: operation(
      QueueUrl.extend({ AttributeNames: z.array(z.string()).default([]) }),
      ({ QueueUrl, AttributeNames }) => ({
        Attributes: Object.fromEntries(
          Object.entries(attributesOf(getQueue(queues, QueueUrl))).filter(
            ([name]) => AttributeNames.includes('All') || AttributeNames.includes(name),
          ),
        ),
      }),
    ),
  }
}

function attributesOf({ definition, counts }: Queue): Readonly<Record<string, string>> {
  const { redrive } = definition
  return {
    QueueArn: definition.arn,
    ApproximateNumberOfMessages: String(counts.visible),
    ApproximateNumberOfMessagesNotVisible: String(counts.inFlight),
    ApproximateNumberOfMessagesDelayed: String(counts.delayed),
    VisibilityTimeout: String(definition.visibilityTimeoutSeconds),
    DelaySeconds: String(definition.delaySeconds),
    ReceiveMessageWaitTimeSeconds: String(definition.receiveWaitSeconds),
    MessageRetentionPeriod: String(definition.retentionSeconds),
    ...(redrive && {
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: redrive.deadLetterArn,
        maxReceiveCount: redrive.maxReceiveCount,
      }),
    }),
  }
}
