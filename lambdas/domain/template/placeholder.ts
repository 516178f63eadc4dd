import type { Variable } from './variable.ts'

/** A place in a text where a variable's value goes: `{{variables.NAME}}`, or a part of it, `{{variables.NAME.PART}}`. */
export type Placeholder = { readonly name: string; readonly part: string | undefined }

/** Parts of a value that a placeholder can name, by the variable's type. */
export const partsOfType: Partial<Readonly<Record<Variable['type'], readonly string[]>>> = {
  /** Numbers without a leading zero, as cron has them. */
  time: ['hour', 'minute'],
  url: ['host'],
}

const PLACEHOLDER = String.raw`\{\{variables\.([A-Za-z][A-Za-z0-9_]*)(?:\.([a-z]+))?\}\}`

/** What begins like a placeholder and may not be one: `{{variables.}}`, `{{ variables.x }}`. */
const MEANT_AS_PLACEHOLDER = /\{\{\s*variables?\b[^}]{0,80}\}{0,2}/gi

const pattern = () => new RegExp(PLACEHOLDER, 'g')

export const placeholdersIn = (text: string): readonly Placeholder[] =>
  Array.from(text.matchAll(pattern()), ([, name = '', part]) => ({ name, part }))

/** Texts that somebody meant as placeholders and that would stay as they are. */
export const malformedPlaceholdersIn = (text: string): readonly string[] =>
  Array.from(text.replace(pattern(), '').matchAll(MEANT_AS_PLACEHOLDER), ([found]) => found)

/** The placeholder that is the whole of a text, whose value may then be other than text. */
export function wholePlaceholder(text: string): Placeholder | undefined {
  const [only, ...others] = placeholdersIn(text)
  return only && others.length === 0 && text.replace(pattern(), '') === '' ? only : undefined
}

/** Puts texts in place of placeholders, in one pass: what a value holds is never looked at again. */
export const replacePlaceholders = (text: string, textFor: (placeholder: Placeholder) => string): string =>
  text.replace(pattern(), (_match, name: string, part: string | undefined) => textFor({ name, part }))

/** Every text anywhere in a JSON value; names of fields are not looked at. */
export function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(textsIn)
}
