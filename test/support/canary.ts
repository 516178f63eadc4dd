import { encodings } from '../domain/target/secret-encodings.ts'

/** Somebody's secret, with what escapes and encodings change in it. */
export const CANARY = 'cAn4ry+7/Qx9="Zr<4>&Lm2\\é%Ω-kW8'

/**
 * What must not be found anywhere: each encoding of the canary, and of base64, where the digits at the ends depend on what
 * stands beside it, those that do not, for each place in a group. Written independently of redaction.
 */
export function canaryForms(secret: string): readonly { readonly name: string; readonly form: string }[] {
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
  const texts = [text, text.replaceAll('\\"', '"').replaceAll('\\\\', '\\')]
  return canaryForms(secret)
    .filter(({ form }) => texts.some((each) => each.includes(form)))
    .map(({ name }) => name)
}

/** All texts in a value, names of fields included; JSON within texts is read as well. */
export function textsIn(value: unknown): string {
  const texts: string[] = []
  const collect = (each: unknown): void => {
    if (typeof each === 'string') {
      texts.push(each)
      if (/^[[{]/.test(each)) collect(parsed(each))
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

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
