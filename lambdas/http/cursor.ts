import { createHmac, timingSafeEqual } from 'node:crypto'
import * as z from 'zod'
import { Refusal } from '../domain/refusal.ts'

/** What a list was asked for. A cursor continues exactly this list and no other. */
export type CursorScope = {
  readonly tenant: string
  /** The operation's name. */
  readonly route: string
  /** What narrows the list; the order of the names does not matter. */
  readonly filters?: Readonly<Record<string, string | undefined>>
}

/** First byte of a cursor; another layout takes another number. */
const VERSION = 1
const MAC_BYTES = 32

function macOf(scope: CursorScope, position: Uint8Array, key: Uint8Array): Uint8Array {
  const filters = Object.entries(scope.filters ?? {})
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  const prefix = JSON.stringify([VERSION, scope.tenant, scope.route, filters])
  // JSON has no NUL, so that where the scope ends is never in doubt.
  return createHmac('sha256', key).update(prefix).update('\0').update(position).digest()
}

const refuse = (): Refusal =>
  new Refusal(
    'invalid-cursor',
    'This cursor does not continue this list. Take nextCursor from the page before, with the same filters, or begin without a cursor.',
  )

/**
 * Writes where a list continues, as base64url of a version byte, an HMAC-SHA-256 over scope and position, and the
 * position. @param position any JSON value.
 */
export function encodeCursor(scope: CursorScope, position: unknown, key: Uint8Array): string {
  const bytes = Buffer.from(JSON.stringify(position), 'utf8')
  return Buffer.concat([Uint8Array.of(VERSION), macOf(scope, bytes, key), bytes]).toString('base64url')
}

/**
 * Reads a cursor back.
 * @throws Refusal `invalid-cursor` when it was altered or belongs to another tenant, route or set of filters.
 */
export function decodeCursor<Position>(
  scope: CursorScope,
  cursor: string,
  position: z.ZodType<Position>,
  key: Uint8Array,
): Position {
  const bytes = Buffer.from(cursor, 'base64url')
  const sent = bytes.subarray(1, 1 + MAC_BYTES)
  const payload = bytes.subarray(1 + MAC_BYTES)
  // Decoding skips what is not base64url; encoding again shows whether something was skipped.
  const whole = bytes[0] === VERSION && sent.byteLength === MAC_BYTES && bytes.toString('base64url') === cursor
  if (!whole || !timingSafeEqual(sent, macOf(scope, payload, key))) throw refuse()
  const parsed = position.safeParse(JSON.parse(payload.toString('utf8')))
  if (!parsed.success) throw refuse()
  return parsed.data
}

const DEFAULT_LIMIT = 50

/** The query of every list: how many items a page has, and where it begins. Spread it into a strict object. */
export const listQuery = {
  limit: z
    .string()
    .regex(/^([1-9]\d?|100)$/, 'must be a whole number from 1 to 100')
    .default(String(DEFAULT_LIMIT))
    .meta({
      description: 'How many items at most.',
      ...{ type: 'integer', minimum: 1, maximum: 100, default: DEFAULT_LIMIT, pattern: undefined },
    })
    .transform(Number),
  cursor: z
    .string()
    .min(1)
    .max(2048)
    .optional()
    .meta({ description: 'Where to go on: `nextCursor` of the page before, sent with the same filters.' }),
}

/** One page of a list, as it is answered. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({
    items: z.array(item),
    nextCursor: z.string().nullable().meta({ description: '`null` on the last page.' }),
  })
