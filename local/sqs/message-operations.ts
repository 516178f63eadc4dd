import { z } from 'zod'
import type { Clock } from '../clock.ts'
import { type JsonOperation, operation } from '../json-rpc.ts'
import { WireError } from '../wire-service.ts'
import { attributesDigest, bodyDigest, type Message, MessageAttribute, systemAttributes } from './message.ts'
import type { NewMessage, Queue } from './queue.ts'
import { getQueue } from './queue-operations.ts'
import type { Queues } from './queues.ts'

/** Largest message, body and attributes together, in bytes. Source: SQS Developer Guide, "Amazon SQS message quotas". */
const LARGEST_MESSAGE_BYTES = 1_048_576

/** Longest visibility timeout in seconds. */
const LONGEST_VISIBILITY = 43_200

const SENDER = 'local'

const queueUrl = { QueueUrl: z.string() }
const visibility = z.int().min(0).max(LONGEST_VISIBILITY)

const Entry = z.object({
  MessageBody: z.string().min(1),
  DelaySeconds: z.int().min(0).max(900).exactOptional(),
  MessageAttributes: z.record(z.string(), MessageAttribute).default({}),
})
type Entry = z.infer<typeof Entry>

const Handle = z.object({ ReceiptHandle: z.string() })

const ReceiveInput = z.object({
  ...queueUrl,
  MaxNumberOfMessages: z.int().min(1).max(10).default(1),
  VisibilityTimeout: visibility.optional(),
  WaitTimeSeconds: z.int().min(0).max(20).optional(),
})

/** The operations on messages; waiting receives end when the signal aborts. */
export function messageOperations(
  queues: Queues,
  clock: Clock,
  closing: AbortSignal,
): Readonly<Record<string, JsonOperation>> {
  return {
    SendMessage: operation(Entry.extend(queueUrl), ({ QueueUrl, ...entry }) => {
      const message = getQueue(queues, QueueUrl).send(newMessage(entry))
      return sent(message)
    }),
    SendMessageBatch: batch(queues, Entry, (queue, entry) => sent(queue.send(newMessage(entry)))),
    ReceiveMessage: operation(ReceiveInput, async ({ QueueUrl, ...input }) => {
      const messages = await receive(getQueue(queues, QueueUrl), input, clock, closing)
      return messages.length === 0 ? {} : { Messages: messages.map(received) }
    }),
    DeleteMessage: operation(Handle.extend(queueUrl), ({ QueueUrl, ReceiptHandle }) => {
      getQueue(queues, QueueUrl).delete(ReceiptHandle)
    }),
    DeleteMessageBatch: batch(queues, Handle, (queue, { ReceiptHandle }) => {
      queue.delete(ReceiptHandle)
      return {}
    }),
    ChangeMessageVisibility: operation(
      Handle.extend({ ...queueUrl, VisibilityTimeout: visibility }),
      ({ QueueUrl, ReceiptHandle, VisibilityTimeout }) =>
        changeVisibility(getQueue(queues, QueueUrl), ReceiptHandle, VisibilityTimeout),
    ),
    ChangeMessageVisibilityBatch: batch(
      queues,
      Handle.extend({ VisibilityTimeout: visibility }),
      (queue, { ReceiptHandle, VisibilityTimeout }) => {
        changeVisibility(queue, ReceiptHandle, VisibilityTimeout)
        return {}
      },
    ),
  }
}

function newMessage({ MessageBody, MessageAttributes, DelaySeconds }: Entry): NewMessage {
  const bytes = Buffer.byteLength(MessageBody) + Buffer.byteLength(JSON.stringify(MessageAttributes)) - 2
  if (bytes > LARGEST_MESSAGE_BYTES)
    throw new WireError(
      'InvalidParameterValueException',
      `One or more parameters are invalid. Reason: Message must be shorter than ${LARGEST_MESSAGE_BYTES} bytes.`,
    )
  return {
    body: MessageBody,
    attributes: MessageAttributes,
    ...(DelaySeconds !== undefined && { delaySeconds: DelaySeconds }),
  }
}

function sent(message: Message): Readonly<Record<string, unknown>> {
  return {
    MessageId: message.id,
    MD5OfMessageBody: bodyDigest(message),
    MD5OfMessageAttributes: attributesDigest(message.attributes),
  }
}

function received(message: Message): Readonly<Record<string, unknown>> {
  const digest = attributesDigest(message.attributes)
  return {
    MessageId: message.id,
    ReceiptHandle: message.receiptHandle,
    Body: message.body,
    MD5OfBody: bodyDigest(message),
    Attributes: systemAttributes(message, SENDER),
    ...(digest !== undefined && { MessageAttributes: message.attributes, MD5OfMessageAttributes: digest }),
  }
}

async function receive(
  queue: Queue,
  { MaxNumberOfMessages, VisibilityTimeout, WaitTimeSeconds }: Omit<z.infer<typeof ReceiveInput>, 'QueueUrl'>,
  clock: Clock,
  closing: AbortSignal,
): Promise<readonly Message[]> {
  const untilMs = clock.now() + (WaitTimeSeconds ?? queue.definition.receiveWaitSeconds) * 1000
  for (;;) {
    const messages = queue.receive(MaxNumberOfMessages, VisibilityTimeout)
    if (messages.length > 0 || clock.now() >= untilMs || closing.aborted) return messages
    await queue.changed(untilMs, closing)
  }
}

function changeVisibility(queue: Queue, receiptHandle: string, seconds: number): void {
  if (!queue.changeVisibility(receiptHandle, seconds))
    throw new WireError('ReceiptHandleIsInvalid', `The input receipt handle "${receiptHandle}" is not valid.`)
}

/** The batch form of an operation: one entry's failure leaves the others alone. */
function batch<T extends z.ZodObject>(
  queues: Queues,
  entry: T,
  run: (queue: Queue, entry: z.infer<T>) => Readonly<Record<string, unknown>>,
): JsonOperation {
  const Input = z.object({
    ...queueUrl,
    Entries: z
      .array(z.object({ Id: z.string() }).and(entry))
      .min(1)
      .max(10),
  })
  return operation(Input, ({ QueueUrl, Entries }) => {
    const queue = getQueue(queues, QueueUrl)
    const results = Entries.map((item) => {
      try {
        return { ok: true, Id: item.Id, ...run(queue, item) }
      } catch (error) {
        if (!(error instanceof WireError)) throw error
        return { ok: false, Id: item.Id, Code: error.type, Message: error.message, SenderFault: true }
      }
    })
    const those = (ok: boolean) => results.filter((result) => result.ok === ok).map(({ ok: _ok, ...result }) => result)
    return { Successful: those(true), Failed: those(false) }
  })
}
