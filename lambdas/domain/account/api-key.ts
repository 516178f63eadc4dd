import * as z from 'zod'
import { NOT_PLAIN, PLAIN_LINE } from '../plain-text.ts'

/** What a key may do: `read` what there is, `write` (change) it, `run` jobs now. */
export const Scope = z.enum(['read', 'write', 'run'])
export type Scope = z.infer<typeof Scope>

/** At least one scope; each once, in the order of the table above. */
export const Scopes = z
  .array(Scope)
  .min(1)
  .refine((scopes) => new Set(scopes).size === scopes.length, 'must name each scope once')
  .meta({ uniqueItems: true, maxItems: Scope.options.length })
  .transform((scopes) => Scope.options.filter((scope) => scopes.includes(scope)))

/** By this name its owner knows a key. */
export const KeyName = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(PLAIN_LINE, NOT_PLAIN)
  .meta({ examples: ['Deploy pipeline'] })

/** Everything about a key but the key itself, which only its holder has. */
export type ApiKey = {
  readonly id: string
  readonly tenant: string
  /** Of the user who made it; the key ends with them. */
  readonly username: string
  readonly name: string
  readonly scopes: readonly Scope[]
  /** How the key begins, so that its owner can tell which one it is. */
  readonly prefix: string
  /** ISO 8601, as all instants here. */
  readonly createdAt: string
  readonly expiresAt: string | null
  /** To the hour: it is written once an hour at most. */
  readonly lastUsedAt: string | null
}

/** Random bytes of a key: 256 bits. */
export const KEY_BYTES = 32

/** Tells a key from every other credential. */
const MARK = 'pk_'

/** 32 bytes are 43 characters of base64url, the last of which can only be one of 16. */
const FORM = /^pk_[\w-]{42}[AEIMQUYcgkosw048]$/

/** Enough to recognize a key by, far too little to guess it. */
const PREFIX_LENGTH = MARK.length + 6

/** A new key's text. @param bytes as many random bytes as KEY_BYTES says. */
export const writeKey = (bytes: Uint8Array): string => `${MARK}${Buffer.from(bytes).toString('base64url')}`

export const prefixOf = (text: string): string => text.slice(0, PREFIX_LENGTH)

/** Whether a credential is meant to be a key rather than an access token. */
export const isMeantAsKey = (credential: string): boolean => credential.startsWith(MARK)

/** Whether the text could be a key at all. */
export const isKey = (text: string): boolean => FORM.test(text)

/** @param now epoch ms. */
export const isExpired = ({ expiresAt }: Pick<ApiKey, 'expiresAt'>, now: number): boolean =>
  expiresAt !== null && Date.parse(expiresAt) <= now
