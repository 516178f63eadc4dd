import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { NativeAttributeValue } from '@aws-sdk/lib-dynamodb'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import * as z from 'zod/mini'

/** An item or a part of one, by the names of its attributes. */
type Values = Record<string, NativeAttributeValue>

/** What inputs have of attributes, the same in every operation. */
type Holder = {
  readonly Key?: Values | undefined
  readonly Item?: Values | undefined
  readonly ExclusiveStartKey?: Values | undefined
  readonly ExpressionAttributeValues?: Values | undefined
}

/** Attributes as DynamoDB takes them: each beside the name of its type. */
export const marshalled = (values: Values | undefined) => values && marshall(values, { removeUndefinedValues: true })

export const withMarshalled = <Input extends Holder>(input: Input) => ({
  ...input,
  Key: marshalled(input.Key),
  Item: marshalled(input.Item),
  ExclusiveStartKey: marshalled(input.ExclusiveStartKey),
  ExpressionAttributeValues: marshalled(input.ExpressionAttributeValues),
})

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null

/** Attributes of an answer; DynamoDB knows what it sends, and stores parse what they read. */
export const Unmarshalled = z.pipe(
  z.custom<Record<string, AttributeValue>>(isObject),
  z.transform((attributes) => unmarshall(attributes)),
)

/** Only what has this may hold bytes. To look for them at each value takes as long as all the rest, and rows have none. */
const MAY_HOLD_BYTES = /"BS?"\s*:/

/** As JSON, in which bytes travel as text in base 64. */
export function toJson(input: object): string {
  const text = JSON.stringify(input)
  return MAY_HOLD_BYTES.test(text) ? JSON.stringify(input, bytesAsText) : text
}

/** And back. @throws SyntaxError when it is no JSON. */
export const fromJson = (text: string): unknown => JSON.parse(text, MAY_HOLD_BYTES.test(text) ? textAsBytes : undefined)

/** What a Buffer would make of itself is `value`, and not meant. */
function bytesAsText(this: Readonly<Record<string, unknown>>, name: string, value: unknown): unknown {
  const original = this[name]
  return original instanceof Uint8Array ? Buffer.from(original).toString('base64') : value
}

const bytesOf = (value: unknown): unknown =>
  typeof value === 'string' ? Uint8Array.from(Buffer.from(value, 'base64')) : value

/** Where these are the names of attributes or of tables, there is no text under them, nor a list of texts. */
function textAsBytes(name: string, value: unknown): unknown {
  if (name === 'B') return bytesOf(value)
  return name === 'BS' && Array.isArray(value) ? value.map(bytesOf) : value
}
