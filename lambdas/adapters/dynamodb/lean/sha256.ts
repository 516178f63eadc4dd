import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto'
import { toUint8Array } from '@smithy/core/serde'
import type { Checksum, SourceData } from '@smithy/types'

/** Node's own SHA-256, as the signer takes it; with a secret it is the HMAC. */
export class Sha256 implements Checksum {
  readonly #secret: SourceData | undefined
  #hash: Hash | Hmac

  constructor(secret?: SourceData) {
    this.#secret = secret
    this.#hash = this.#begin()
  }

  update(data: Uint8Array): void {
    this.#hash.update(data)
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }

  reset(): void {
    this.#hash = this.#begin()
  }

  #begin(): Hash | Hmac {
    return this.#secret === undefined ? createHash('sha256') : createHmac('sha256', toUint8Array(this.#secret))
  }
}
