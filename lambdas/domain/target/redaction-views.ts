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

/** Fewer bytes are copied faster one by one. */
const WORTH_A_CALL = 32
/** Pieces that there is room for at first. */
const FIRST_PIECES = 256

/**
 * Collects a view of another view, piece by piece. A piece stands for a stretch of the parent: byte for byte where it is
 * as long as that, else as a whole.
 */
export class ViewBuilder {
  readonly #parent: View
  readonly #bytes: Buffer
  #length = 0
  #pieces = 0
  /** Where in the view each piece begins, and the stretch [from, to) of the parent behind it. */
  #begins = new Uint32Array(FIRST_PIECES)
  #starts = new Uint32Array(FIRST_PIECES)
  #ends = new Uint32Array(FIRST_PIECES)

  /** @param capacity the most bytes that will be added. */
  constructor(parent: View, capacity: number) {
    this.#parent = parent
    this.#bytes = Buffer.allocUnsafe(capacity)
  }

  /** Adds a byte that stands for the stretch [from, to) of the parent. */
  push(byte: number, from: number, to: number): void {
    this.#begin(from, to)
    this.#bytes[this.#length++] = byte
  }

  /** Adds bytes that stand for the stretch [from, to) of the parent together. */
  add(bytes: Iterable<number>, from: number, to: number): void {
    this.#begin(from, to)
    for (const byte of bytes) this.#bytes[this.#length++] = byte
  }

  /** Adds the stretch [from, to) of the parent as it is. */
  copy(from: number, to: number): void {
    if (from >= to) return
    this.#begin(from, to)
    if (to - from >= WORTH_A_CALL) {
      this.#length += this.#parent.bytes.copy(this.#bytes, this.#length, from, to)
      return
    }
    for (let at = from; at < to; at++) this.#bytes[this.#length++] = this.#parent.bytes[at] ?? 0
  }

  build(noisy = false): View {
    const parent = this.#parent
    const length = this.#length
    return {
      bytes: this.#bytes.subarray(0, length),
      noisy: noisy || parent.noisy,
      origin: (from, to) => parent.origin(this.#stretchAt(from)[0], this.#stretchAt(to - 1)[1]),
    }
  }

  #begin(from: number, to: number): void {
    if (this.#pieces === this.#begins.length) {
      this.#begins = roomier(this.#begins)
      this.#starts = roomier(this.#starts)
      this.#ends = roomier(this.#ends)
    }
    this.#begins[this.#pieces] = this.#length
    this.#starts[this.#pieces] = from
    this.#ends[this.#pieces] = to
    this.#pieces++
  }

  /** The stretch of the parent behind one byte of the view. */
  #stretchAt(at: number): readonly [from: number, to: number] {
    const piece = this.#pieceAt(at)
    const begin = this.#begins[piece] ?? 0
    const from = this.#starts[piece] ?? 0
    const to = this.#ends[piece] ?? 0
    const next = piece + 1 < this.#pieces ? (this.#begins[piece + 1] ?? 0) : this.#length
    if (next - begin !== to - from) return [from, to]
    return [from + at - begin, from + at - begin + 1]
  }

  /** The last piece that begins at a byte or before it. */
  #pieceAt(at: number): number {
    let low = 0
    let high = this.#pieces - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if ((this.#begins[middle] ?? 0) <= at) low = middle
      else high = middle - 1
    }
    return low
  }
}

function roomier(array: Uint32Array): Uint32Array<ArrayBuffer> {
  const grown = new Uint32Array(array.length * 2)
  grown.set(array)
  return grown
}
