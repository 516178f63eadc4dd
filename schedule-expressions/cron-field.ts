import { FIRST_YEAR, LAST_YEAR, type Parsed, parsed, refused } from './expression.ts'

export interface CronField {
  readonly name: string
  readonly min: number
  readonly max: number
  /** Names of the values from `min` up. */
  readonly names: readonly string[]
  /** Whether a range may run over the end: `22-2`, `NOV-FEB`, `FRI-MON`. */
  readonly wraps: boolean
  readonly steps: boolean
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']

const field = (name: string, min: number, max: number, others: Partial<CronField> = {}): CronField => ({
  name,
  min,
  max,
  names: [],
  wraps: true,
  steps: true,
  ...others,
})

/** Fields, ranges and wildcards as the page "Schedule types in EventBridge Scheduler" lists them. */
export const MINUTES = field('minutes', 0, 59)
export const HOURS = field('hours', 0, 23)
export const DATES = field('day-of-month', 1, 31)
export const MONTHS_OF_YEAR = field('month', 1, 12, { names: MONTHS })
/** The service lists no `/` for weekdays. */
export const DAYS_OF_WEEK = field('day-of-week', 1, 7, { names: WEEKDAYS, steps: false })
export const YEARS = field('year', FIRST_YEAR, LAST_YEAR, { wraps: false })

/** The complaint about a field's text: which field, what it says, what is wrong. */
export const fieldProblem = (field: CronField, text: string, problem: string) =>
  refused(`The ${field.name} field ${JSON.stringify(text)}: ${problem}.`)

function allowed({ min, max, names }: CronField): string {
  const first = names[0]
  const last = names.at(-1)
  return `allowed are ${min}-${max}${first && last ? ` or ${first}-${last}` : ''}`
}

/** A single number or name. Only plain digits count as a number: no sign, no exponent, no other script. */
export function parseValue(field: CronField, text: string): Parsed<number> {
  const named = field.names.indexOf(text.toUpperCase())
  if (named >= 0) return parsed(field.min + named)
  const value = /^[0-9]{1,4}$/.test(text) ? Number(text) : Number.NaN
  if (value >= field.min && value <= field.max) return parsed(value)
  return refused(`${JSON.stringify(text)} is not a value of this field, ${allowed(field)}`)
}

/** The values from `from` to `to`, over the end of the field if `to` is smaller. */
function range(field: CronField, from: number, to: number, step: number): number[] {
  const size = field.max - field.min + 1
  const end = to < from ? to + size : to
  const values: number[] = []
  for (let value = from; value <= end; value += step) values.push(value > field.max ? value - size : value)
  return values
}

function parseStep(field: CronField, text: string | undefined): Parsed<number> {
  if (text === undefined) return parsed(1)
  if (!field.steps) return refused('steps (/) are not allowed in this field, list the values instead')
  const largest = field.max > 100 ? field.max - field.min : field.max
  const step = /^[0-9]{1,4}$/.test(text) ? Number(text) : 0
  if (step >= 1 && step <= largest) return parsed(step)
  return refused(`the step ${JSON.stringify(text)} is not a number from 1 to ${largest}`)
}

/** `a`, `a-b`, `a/n`, `a-b/n` or `* /n` (without the space). */
function parseItem(field: CronField, item: string): Parsed<number[]> {
  const match = /^(\*|[^-/*]+)(?:-([^-/*]+))?(?:\/([^-/*]*))?$/.exec(item)
  const [, start, end, stepText] = match ?? []
  if (start === undefined || (start === '*' && end !== undefined)) {
    const forms = field.steps ? 'a value, a range (2-5) or a step (0/15)' : 'a value or a range (2-5)'
    return refused(`${JSON.stringify(item)} is not ${forms}; ${allowed(field)}`)
  }
  const step = parseStep(field, stepText)
  if (!step.ok) return step
  if (start === '*') return parsed(range(field, field.min, field.max, step.value))
  const from = parseValue(field, start)
  if (!from.ok) return from
  if (end === undefined) {
    return parsed(range(field, from.value, stepText === undefined ? from.value : field.max, step.value))
  }
  const to = parseValue(field, end)
  if (!to.ok) return to
  if (to.value < from.value && !field.wraps) {
    return refused(`the range ${JSON.stringify(item)} is reversed; write the smaller value first`)
  }
  return parsed(range(field, from.value, to.value, step.value))
}

/** Values of a field made of `*` or a comma-separated list, ascending and without duplicates. */
export function parseField(field: CronField, text: string): Parsed<readonly number[]> {
  if (text === '?') return fieldProblem(field, text, `? is only for the two day fields; ${allowed(field)} or *`)
  const items = text.split(',')
  if (items.length > 1 && items.includes('*'))
    return fieldProblem(field, text, '* already names every value; use it alone')
  const values = new Set<number>()
  for (const item of items) {
    const result = parseItem(field, item)
    if (!result.ok) return fieldProblem(field, text, result.problem)
    for (const value of result.value) values.add(value)
  }
  return parsed([...values].sort((a, b) => a - b))
}
