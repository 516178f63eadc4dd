/** One item of a field's list. `*` is the range of the whole field. */
export interface UnixItem {
  readonly from: number
  readonly to: number
  readonly step: number
}

export interface UnixField {
  readonly items: readonly UnixItem[]
  /** Ascending, without duplicates; Sunday is 0. */
  readonly values: readonly number[]
  readonly namesAll: boolean
  /** What Vixie cron's day rule asks: whether the text starts with `*`, as `*` and `*`/2 do. */
  readonly beginsWithStar: boolean
}

/** What a text says, or what is wrong with it and what to write instead. */
export type UnixResult<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string }

/** What a field may contain. */
export interface FieldRange {
  readonly name: string
  readonly min: number
  readonly max: number
  /** Largest value that can be written; 7 is Sunday too. */
  readonly maxWritten: number
  readonly names: readonly string[]
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']

export const MINUTE: FieldRange = { name: 'minute', min: 0, max: 59, maxWritten: 59, names: [] }
export const HOUR: FieldRange = { name: 'hour', min: 0, max: 23, maxWritten: 23, names: [] }
export const DATE: FieldRange = { name: 'day-of-month', min: 1, max: 31, maxWritten: 31, names: [] }
export const MONTH: FieldRange = { name: 'month', min: 1, max: 12, maxWritten: 12, names: MONTHS }
export const WEEKDAY: FieldRange = { name: 'day-of-week', min: 0, max: 6, maxWritten: 7, names: WEEKDAYS }

export const accepted = <T>(value: T): UnixResult<T> => ({ ok: true, value })
export const refused = (problem: string): { readonly ok: false; readonly problem: string } => ({ ok: false, problem })

/** Reads one field as Vixie cron and cronie do; a reversed range and a step without a range are refused. */
export function parseField(field: FieldRange, text: string): UnixResult<UnixField> {
  const items: UnixItem[] = []
  const values = new Set<number>()
  for (const part of text.split(',')) {
    const item = parseItem(field, part)
    if (!item.ok) return refused(`The ${field.name} field ${JSON.stringify(text)}: ${item.problem}`)
    items.push(item.value)
    for (const value of valuesOf(item.value)) values.add(field === WEEKDAY ? value % 7 : value)
  }
  return accepted({
    items,
    values: [...values].sort((a, b) => a - b),
    namesAll: values.size === field.max - field.min + 1,
    beginsWithStar: text.startsWith('*'),
  })
}

/** The values of an item as written: a Sunday written as 7 is 7. */
export function valuesOf({ from, to, step }: UnixItem): readonly number[] {
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => from + i * step)
}

function parseItem(field: FieldRange, item: string): UnixResult<UnixItem> {
  const [, start, end, stepText] = /^([^-/]+)(?:-([^-/]+))?(?:\/([^-/]*))?$/.exec(item) ?? []
  if (start === undefined || (start === '*' && end !== undefined)) return refused(notAnItem(field, item))
  if (stepText !== undefined && !/^0*[1-9][0-9]{0,3}$/.test(stepText)) {
    return refused(`the step ${JSON.stringify(stepText)} is not a whole number from 1.`)
  }
  const step = Number(stepText ?? 1)
  if (start === '*') return accepted({ from: field.min, to: field.max, step })
  const from = readValue(field, start)
  const to = end === undefined ? from : readValue(field, end)
  if (from === undefined) return refused(notAnItem(field, start))
  if (to === undefined) return refused(notAnItem(field, end ?? start))
  if (end === undefined && stepText !== undefined) {
    const suggestion = `${start}-${field.max}/${stepText}`
    return refused(`a step needs a range or *, ${JSON.stringify(item)} has neither; write ${suggestion}.`)
  }
  if (to < from) return refused(reversed(field, item, from, to))
  return accepted({ from, to, step })
}

function readValue(field: FieldRange, text: string): number | undefined {
  const named = field.names.indexOf(text.toUpperCase())
  if (named >= 0) return field.min + named
  const value = /^[0-9]{1,4}$/.test(text) ? Number(text) : Number.NaN
  return value >= field.min && value <= field.maxWritten ? value : undefined
}

function notAnItem(field: FieldRange, item: string): string {
  const names = field.names.length > 0 ? ` or ${field.names[0]}-${field.names.at(-1)}` : ''
  const allowed = `allowed are ${field.min}-${field.maxWritten}${names}, *, ranges (a-b), steps (*/n, a-b/n) and lists`
  const eventBridge = /[?LW#]/i.test(item) ? '; for ? L W # write the EventBridge form, as in cron(0 9 L * ? *)' : ''
  return `${JSON.stringify(item)} is not allowed; ${allowed}${eventBridge}.`
}

function reversed(field: FieldRange, item: string, from: number, to: number): string {
  const range = (a: number, b: number) => (a === b ? `${a}` : `${a}-${b}`)
  const wrapped = `${range(from, field.max)},${range(field.min, to)}`
  const suggestion = field !== WEEKDAY ? wrapped : from === 7 ? range(0, to) : to === 0 ? range(from, 7) : wrapped
  return `the range ${JSON.stringify(item)} is reversed, and Unix crons disagree about what that means; write ${suggestion}.`
}
