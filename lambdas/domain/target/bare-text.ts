import type { View } from './redaction-views.ts'

/**
 * The letters and digits of a text alone: as it was before it was wrapped at a width, spaced in groups, had its quotes
 * doubled or parts of it set apart. Spaces of no width, soft hyphens, simple tags and the colours of a terminal are left
 * out, too.
 */
export function bareText(view: View): View {
  const { bytes } = view
  const kept = Buffer.allocUnsafe(bytes.length)
  const positions = new Uint32Array(bytes.length)
  let length = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0
    const kind = KINDS[byte]
    if (kind === SIGN) continue
    const passed = kind === KEPT ? 0 : longBreakAt(bytes, at)
    if (passed > 0) {
      at += passed - 1
      continue
    }
    kept[length] = byte
    positions[length++] = at
  }
  return {
    bytes: kept.subarray(0, length),
    noisy: view.noisy,
    origin: (from, to) => view.origin(positions[from] ?? 0, (positions[to - 1] ?? 0) + 1),
  }
}

/** What a byte may be in a break: nothing of it, a break by itself, or the beginning of a longer one. */
const KEPT = 0
const SIGN = 1
const BEGINNING = 2

const ESCAPE = 0x1b
const BEGINNINGS: ReadonlySet<number> = new Set([ESCAPE, 0x3c, 0xc2, 0xe2, 0xef])
const isSign = (byte: number): boolean => /[^0-9A-Za-z\x80-\xff]/.test(String.fromCharCode(byte))
const KINDS = Uint8Array.from({ length: 256 }, (_, byte) =>
  BEGINNINGS.has(byte) ? BEGINNING : isSign(byte) ? SIGN : KEPT,
)

const LONGEST_BREAK = 12
/** ESC [ 31 m, then tags, U+200B to U+200F, U+00A0 and U+00AD, U+FEFF. */
const LONG_BREAKS: ReadonlyMap<number, RegExp> = new Map([
  [ESCAPE, /^.(?:\[[\d;]{0,8}m)?/],
  [0x3c, /^<(?:\/?[a-z]{1,8} ?\/?>)?/i],
  [0xe2, /^\xe2\x80[\x8b-\x8f]/],
  [0xc2, /^\xc2[\xa0\xad]/],
  [0xef, /^\xef\xbb\xbf/],
])

/** How many bytes at a place only break a text; 0 for none. */
const longBreakAt = (bytes: Buffer, at: number): number =>
  LONG_BREAKS.get(bytes[at] ?? 0)?.exec(bytes.toString('latin1', at, at + LONGEST_BREAK))?.[0].length ?? 0
