/**
 * One way to read some bytes: as they are, or with an encoding undone. Each byte of a view knows the stretch of the
 * original that it comes from, so that what is found in the view can be blotted out in the original.
 */
export interface View {
  readonly bytes: Buffer
  /** Whether short texts turn up by chance in it, as in decoded base64. */
  readonly noisy: boolean
  /** The stretch [from, to) of the original behind the bytes [from, to) of this view. */
  origin(from: number, to: number): readonly [from: number, to: number]
}

/** Undoes one encoding wherever it occurs; undefined where there is nothing to undo. */
export type Decoder = (view: View, shortestNeedle: number) => View | undefined

/** The bytes as they are. */
export function rawView(bytes: Buffer): View {
  return { bytes, noisy: false, origin: (from, to) => [from, to] }
}

/** Collects a view of another view, byte by byte. */
export class ViewBuilder {
  readonly #parent: View
  readonly #bytes: Buffer
  readonly #starts: Uint32Array
  readonly #ends: Uint32Array
  #length = 0

  /** @param capacity the most bytes that will be pushed. */
  constructor(parent: View, capacity: number) {
    this.#parent = parent
    this.#bytes = Buffer.alloc(capacity)
    this.#starts = new Uint32Array(capacity)
    this.#ends = new Uint32Array(capacity)
  }

  /** Adds a byte that stands for the stretch [from, to) of the parent. */
  push(byte: number, from: number, to: number): void {
    this.#bytes[this.#length] = byte
    this.#starts[this.#length] = from
    this.#ends[this.#length] = to
    this.#length++
  }

  /** Adds the stretch [from, to) of the parent as it is. */
  copy(from: number, to: number): void {
    for (let at = from; at < to; at++) this.push(this.#parent.bytes[at] ?? 0, at, at + 1)
  }

  build(noisy = false): View {
    const [parent, starts, ends] = [this.#parent, this.#starts, this.#ends]
    return {
      bytes: this.#bytes.subarray(0, this.#length),
      noisy: noisy || parent.noisy,
      origin: (from, to) => parent.origin(starts[from] ?? 0, ends[to - 1] ?? 0),
    }
  }
}
