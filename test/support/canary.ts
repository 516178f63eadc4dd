import { gunzipSync } from 'node:zlib'
import { encodings } from '../domain/target/secret-encodings.ts'

/** Somebody's secret, with what escapes and encodings change in it. */
export const CANARY = 'cAn4ry+7/Qx9="Zr<4>&Lm2\\é%Ω-kW8'

/** What notifications are signed with, in base64. */
export const SIGNING_KEY = Buffer.from('a key that signs what is told, 7').toString('base64')

/**
 * What must not be found anywhere: each encoding of the canary, and of base64, where the digits at the ends depend on what
 * stands beside it, those that do not, for each place in a group. Written independently of redaction.
 */
export function canaryForms(secret: string): readonly CanaryForm[] {
  const known = formsOf.get(secret) ?? makeForms(secret)
  formsOf.set(secret, known)
  return known
}

type CanaryForm = { readonly name: string; readonly form: string }
const formsOf = new Map<string, readonly CanaryForm[]>()

function makeForms(secret: string): readonly CanaryForm[] {
  const bytes = Buffer.from(secret)
  const cores = (['base64', 'base64url'] as const).flatMap((encoding) =>
    [0, 1, 2].map((before) => {
      const digits = Buffer.concat([Buffer.alloc(before), bytes])
        .toString(encoding)
        .replaceAll('=', '')
      // A digit that holds bits of a neighbour is left out at either end.
      const from = Math.ceil((before * 8) / 6)
      const to = Math.floor(((before + bytes.length) * 8) / 6)
      return { name: `${encoding}, ${before} bytes in`, form: digits.slice(from, to) }
    }),
  )
  return [...encodings.map(({ name, encode }) => ({ name, form: encode(secret) })), ...cores]
}

/** The names of the forms that are in a text, whatever JSON it is wrapped in. */
export function formsIn(text: string, secret: string): readonly string[] {
  const unquoted = text.replaceAll('\\"', '"').replaceAll('\\\\', '\\')
  const texts = [text, unquoted, unquoted.replaceAll('\\r\\n', '\r\n')]
  return canaryForms(secret)
    .filter(({ form }) => texts.some((each) => each.includes(form)))
    .map(({ name }) => name)
}

/** As many characters of a secret, as they are, tell too much of it already. */
const TELLING = 8

/** Whether a text has any form of a secret in it, or a part of the secret itself. */
export function tellsOf(text: string, secret: string): boolean {
  const parts = Array.from({ length: secret.length - TELLING + 1 }, (_, at) => secret.slice(at, at + TELLING))
  return parts.some((part) => text.includes(part)) || formsIn(text, secret).length > 0
}

/** All texts in a value, names of fields and bytes included; JSON within texts is read as well, and what was compressed. */
export function textsIn(value: unknown): string {
  const texts: string[] = []
  const collect = (each: unknown): void => {
    if (typeof each === 'string') {
      texts.push(each)
      if (/^[[{]/.test(each)) collect(parsed(each))
    } else if (each instanceof Uint8Array) {
      const bytes = unzipped(each)
      texts.push(bytes.toString('base64'))
      collect(bytes.toString())
    } else if (Array.isArray(each)) each.forEach(collect)
    else if (typeof each === 'object' && each !== null)
      for (const [name, inner] of Object.entries(each)) {
        texts.push(name)
        collect(inner)
      }
  }
  collect(value)
  return texts.join('\n')
}

const GZIP = Buffer.of(0x1f, 0x8b)
const unzipped = (bytes: Uint8Array): Buffer =>
  GZIP.equals(bytes.subarray(0, GZIP.length)) ? gunzipSync(bytes) : Buffer.from(bytes)

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
