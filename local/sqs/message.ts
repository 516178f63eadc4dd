import { createHash } from 'node:crypto'
import { z } from 'zod'

export type MessageAttribute = z.infer<typeof MessageAttribute>
export const MessageAttribute = z.object({
  DataType: z.string(),
  StringValue: z.string().exactOptional(),
  /** Base64. */
  BinaryValue: z.string().exactOptional(),
})

/** A message as it is kept. */
export type Message = z.infer<typeof Message>
export const Message = z.object({
  id: z.string(),
  body: z.string(),
  attributes: z.record(z.string(), MessageAttribute),
  sentAtMs: z.number(),
  /** Not received before this instant. */
  visibleAtMs: z.number(),
  receiveCount: z.number(),
  firstReceivedAtMs: z.number().nullable(),
  /** Of the latest receive; older handles do not delete. */
  receiptHandle: z.string().nullable(),
})

const md5 = (data: string | Buffer) => createHash('md5').update(data).digest('hex')

export const bodyDigest = ({ body }: Pick<Message, 'body'>) => md5(body)

/**
 * The digest by which clients check message attributes.
 * Source: SQS Developer Guide, "Calculating the MD5 message digest for message attributes".
 */
export function attributesDigest(attributes: Readonly<Record<string, MessageAttribute>>): string | undefined {
  const names = Object.keys(attributes).sort()
  if (names.length === 0) return undefined
  const parts = names.flatMap((name) => {
    const { DataType, StringValue, BinaryValue } = attributes[name] ?? { DataType: 'String' }
    const isBinary = DataType.startsWith('Binary')
    const value = isBinary ? Buffer.from(BinaryValue ?? '', 'base64') : Buffer.from(StringValue ?? '')
    return [lengthPrefixed(name), lengthPrefixed(DataType), Buffer.from([isBinary ? 2 : 1]), lengthPrefixed(value)]
  })
  return md5(Buffer.concat(parts))
}

function lengthPrefixed(data: string | Buffer): Buffer {
  const bytes = Buffer.from(data)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.byteLength)
  return Buffer.concat([length, bytes])
}

/** The attributes that SQS itself keeps of a message. */
export function systemAttributes(message: Message, senderId: string): Readonly<Record<string, string>> {
  return {
    SenderId: senderId,
    SentTimestamp: String(message.sentAtMs),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAtMs ?? message.sentAtMs),
  }
}
