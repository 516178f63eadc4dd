const FIRST_ROOM_BYTES = 16_384

/** Keeps the beginning of a body in one stretch of memory, however small the pieces are that it comes in. */
export class Capture {
  readonly #limit: number
  #kept: Buffer
  #length = 0

  /** @param limit the most that is kept, in bytes. */
  constructor(limit: number) {
    this.#limit = limit
    this.#kept = Buffer.allocUnsafe(Math.min(limit, FIRST_ROOM_BYTES))
  }

  add(chunk: Buffer): void {
    const wanted = Math.min(this.#limit, this.#length + chunk.length)
    if (wanted > this.#kept.length) this.#grow(wanted)
    this.#length += chunk.copy(this.#kept, this.#length, 0, wanted - this.#length)
  }

  /** What is kept so far. */
  bytes(): Uint8Array {
    return this.#kept.subarray(0, this.#length)
  }

  #grow(wanted: number): void {
    const roomier = Buffer.allocUnsafe(Math.min(this.#limit, Math.max(wanted, this.#kept.length * 2)))
    this.#kept.copy(roomier, 0, 0, this.#length)
    this.#kept = roomier
  }
}
