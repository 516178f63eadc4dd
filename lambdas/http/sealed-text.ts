import { createCipheriv, createDecipheriv, createHash, hkdfSync } from 'node:crypto'

const ALGORITHM = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** A credential is random enough to be a key, and is kept nowhere: only who presents it again can open the seal. */
const keyOf = (credential: string, context: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', credential, createHash('sha256').update(context).digest(), 'punctual answer', 32))

/**
 * Encrypts a text for the holder of a bearer credential (AES-256-GCM, a key by HKDF, RFC 5869).
 * @param context binds the seal to its place. @param nonce 12 random bytes.
 */
export function seal(text: string, credential: string, context: string, nonce: Uint8Array): string {
  const cipher = createCipheriv(ALGORITHM, keyOf(credential, context), nonce)
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')
}

/** @returns undefined when another credential has sealed it, for another place, or it was altered. */
export function unseal(sealed: string, credential: string, context: string): string | undefined {
  const bytes = Buffer.from(sealed, 'base64url')
  const [nonce, tag] = [bytes.subarray(0, NONCE_BYTES), bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES)]
  try {
    const decipher = createDecipheriv(ALGORITHM, keyOf(credential, context), nonce, { authTagLength: TAG_BYTES })
    decipher.setAuthTag(tag)
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}
