/** Computes HMAC-SHA256 (RFC 2104) of `message` under `key`. */
export type HmacSha256 = (key: Uint8Array, message: Uint8Array) => Uint8Array

export type ParsedSigningKey =
  | { readonly ok: true; readonly key: Uint8Array }
  | { readonly ok: false; readonly problem: string }

/** What is signed: one delivery of one message. */
export interface SignedMessage {
  /** The same for every attempt of a run, so that the target can tell a repetition. */
  readonly id: string
  /** When this attempt is made, in whole seconds since the Unix epoch. */
  readonly timestampEpoch: number
  /** The exact bytes of the body; empty when there is none. */
  readonly body: Uint8Array
}

const KEY_PREFIX = 'whsec_'
/** Standard Webhooks 1.0.0, "Signature scheme": between 24 and 64 bytes. */
const KEY_BYTES = { min: 24, max: 64 }

/** Reads a signing key: `whsec_` and the base64 of 24 to 64 bytes. The problem never quotes it. */
export function parseSigningKey(text: string): ParsedSigningKey {
  const encoded = text.startsWith(KEY_PREFIX) ? text.slice(KEY_PREFIX.length) : undefined
  const key = encoded === undefined ? undefined : decodeBase64(encoded)
  if (!key) return { ok: false, problem: 'A signing key is "whsec_" followed by base64.' }
  return key.length >= KEY_BYTES.min && key.length <= KEY_BYTES.max
    ? { ok: true, key }
    : {
        ok: false,
        problem: `A signing key has ${KEY_BYTES.min} to ${KEY_BYTES.max} bytes; this one has ${key.length}.`,
      }
}

/**
 * The headers of Standard Webhooks 1.0.0 for one attempt: HMAC-SHA256 over `id.timestamp.body`, one signature for
 * each key, newest key first, so that keys can be rotated.
 */
export function signatureHeaders(
  message: SignedMessage,
  keys: readonly Uint8Array[],
  hmacSha256: HmacSha256,
): Readonly<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>> {
  const head = Buffer.from(`${message.id}.${message.timestampEpoch}.`)
  const signed = Buffer.concat([head, message.body])
  const signatures = keys.map((key) => `v1,${Buffer.from(hmacSha256(key, signed)).toString('base64')}`)
  return {
    'webhook-id': message.id,
    'webhook-timestamp': String(message.timestampEpoch),
    'webhook-signature': signatures.join(' '),
  }
}

function decodeBase64(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64').replace(/=+$/, '') === text.replace(/=+$/, '') ? bytes : undefined
}
