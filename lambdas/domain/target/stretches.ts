/**
 * The stretches [from, to) of at least so many bytes in a row that are all allowed. It looks at the last byte of a window
 * first, and passes over all of it where that is not allowed: a text with none of them is hardly looked at.
 * @param allowed for each byte, 1 or 0.
 */
export function stretchesOf(
  bytes: Buffer,
  allowed: Uint8Array,
  atLeast: number,
): readonly (readonly [from: number, to: number])[] {
  const stretches: (readonly [number, number])[] = []
  let from = 0
  while (from + atLeast <= bytes.length) {
    let at = from + atLeast - 1
    while (at >= from && allowed[bytes[at] ?? 0] === 1) at--
    if (at >= from) {
      from = at + 1
      continue
    }
    let to = from + atLeast
    while (to < bytes.length && allowed[bytes[to] ?? 0] === 1) to++
    stretches.push([from, to])
    from = to + 1
  }
  return stretches
}

/** A table of the bytes that are characters of a text. */
export function bytesIn(characters: string): Uint8Array {
  const table = new Uint8Array(256)
  for (const byte of Buffer.from(characters, 'latin1')) table[byte] = 1
  return table
}
