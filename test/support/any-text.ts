import fc from 'fast-check'

/** Any code point, halves of surrogate pairs included. */
const codePoint = fc.integer({ min: 0, max: 0x10_ffff }).map((point) => String.fromCodePoint(point))

/** Any text. fast-check's own `binary` takes five seconds to be made, in each file that asks for it. */
export const anyText = (lengths: { minLength?: number; maxLength?: number } = {}): fc.Arbitrary<string> =>
  fc.string({ ...lengths, unit: codePoint })
