import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from 'node:crypto'
import { promisify } from 'node:util'
import { z } from 'zod'
import type { DurableStore } from '../durable-store.ts'
import { RecordMap } from '../record-map.ts'

const generate = promisify(generateKeyPair)

const StoredKey = z.object({ kid: z.string(), privateKeyPem: z.string() })

type SigningKey = { readonly kid: string; readonly privateKey: KeyObject; readonly publicKey: KeyObject }

/** One RSA key per pool, made when first needed and kept, so that tokens outlive a restart. Signs JWTs with RS256. */
export class SigningKeys {
  readonly #stored: RecordMap<z.infer<typeof StoredKey>>
  readonly #loaded = new Map<string, Promise<SigningKey>>()

  constructor(store: DurableStore) {
    this.#stored = new RecordMap(store, 'cognito_keys', StoredKey)
  }

  /** The pool's JSON Web Key Set (RFC 7517). */
  async jwks(poolId: string): Promise<{ readonly keys: readonly object[] }> {
    const { kid, publicKey } = await this.#key(poolId)
    return { keys: [{ ...publicKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' }] }
  }

  /** A compact JWS (RFC 7515). */
  async sign(poolId: string, claims: object): Promise<string> {
    const { kid, privateKey } = await this.#key(poolId)
    const signed = `${encode({ kid, alg: 'RS256' })}.${encode(claims)}`
    return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), privateKey).toString('base64url')}`
  }

  /** Whether this pool's key signed the token. */
  async hasSigned(poolId: string, token: string): Promise<boolean> {
    const { publicKey } = await this.#key(poolId)
    const end = token.lastIndexOf('.')
    const signature = Buffer.from(token.slice(end + 1), 'base64url')
    return verify('RSA-SHA256', Buffer.from(token.slice(0, end)), publicKey, signature)
  }

  #key(poolId: string): Promise<SigningKey> {
    const loaded = this.#loaded.get(poolId) ?? this.#loadOrMake(poolId)
    this.#loaded.set(poolId, loaded)
    return loaded
  }

  async #loadOrMake(poolId: string): Promise<SigningKey> {
    const stored = this.#stored.get(poolId) ?? (await this.#make(poolId))
    const privateKey = createPrivateKey(stored.privateKeyPem)
    return { kid: stored.kid, privateKey, publicKey: createPublicKey(privateKey) }
  }

  async #make(poolId: string): Promise<z.infer<typeof StoredKey>> {
    const { privateKey } = await generate('rsa', { modulusLength: 2048 })
    const privateKeyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const made = { kid: randomBytes(32).toString('base64url'), privateKeyPem }
    this.#stored.set(poolId, made)
    return made
  }
}

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
