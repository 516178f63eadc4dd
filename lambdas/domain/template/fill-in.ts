import { type Placeholder, placeholdersIn, replacePlaceholders, textsIn, wholePlaceholder } from './placeholder.ts'
import type { Template } from './template.ts'
import type { Variable, VariableValue, VariableValues } from './variable.ts'

/** What a template comes to with these values, before it is checked. */
export type FilledTemplate = {
  /** Fields of jobs, in the template's order. */
  readonly jobs: readonly Readonly<Record<string, unknown>>[]
  readonly secrets: readonly {
    readonly name: string
    /** Missing when the form left it out: the secret must exist then. */
    readonly value: string | undefined
    readonly variable: string
  }[]
}

type Place = 'url' | 'json' | 'text'

/** Puts the values of a valid form in place of a template's placeholders. */
export function fillIn(template: Template, values: VariableValues): FilledTemplate {
  const types = new Map(template.variables.map(({ name, type }) => [name, type]))
  const textAt = (place: Place) => (placeholder: Placeholder) => textOf(placeholder, values, types, place)
  return {
    jobs: template.jobs.map((job) =>
      Object.fromEntries(
        Object.entries(job).map(([field, value]) => [field, filled(value, values, textAt(placeOf(field, value)))]),
      ),
    ),
    secrets: template.secrets.map(({ name, variable }) => {
      const value = values[variable]
      return {
        name: replacePlaceholders(name, textAt('text')),
        value: value === undefined ? undefined : String(value),
        variable,
      }
    }),
  }
}

/** The variables that a part of a template uses, each once. */
export const variablesIn = (part: unknown): readonly string[] => [
  ...new Set(textsIn(part).flatMap((text) => placeholdersIn(text).map(({ name }) => name))),
]

function filled(value: unknown, values: VariableValues, textFor: (placeholder: Placeholder) => string): unknown {
  if (Array.isArray(value)) return value.map((element: unknown) => filled(element, values, textFor))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, filled(inner, values, textFor)]))
  }
  if (typeof value !== 'string') return value
  const whole = wholePlaceholder(value)
  const own = whole && whole.part === undefined ? values[whole.name] : undefined
  return own === undefined ? replacePlaceholders(value, textFor) : own
}

/** What the text around a placeholder is written in, which decides how a value is written there. */
function placeOf(field: string, value: unknown): Place {
  if (field === 'targetUrl') return 'url'
  return field === 'body' && typeof value === 'string' && isJson(replacePlaceholders(value, () => '0'))
    ? 'json'
    : 'text'
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function textOf(
  { name, part }: Placeholder,
  values: VariableValues,
  types: ReadonlyMap<string, Variable['type']>,
  place: Place,
): string {
  const value = values[name] ?? ''
  const type = types.get(name)
  const text = part === undefined ? String(value) : partOf(value, part)
  if (place === 'json') return JSON.stringify(text).slice(1, -1)
  if (place === 'text') return text
  // A path follows: what ends in a slash would have two.
  return type === 'url' ? text.replace(/\/$/, '') : encodeURIComponent(text)
}

/** The placeholder was checked when the template was saved: other parts do not come. */
function partOf(value: VariableValue, part: string): string {
  const [hour, minute] = String(value).split(':').map(Number)
  switch (part) {
    case 'hour':
      return String(hour)
    case 'minute':
      return String(minute)
    default:
      return new URL(String(value)).host
  }
}
