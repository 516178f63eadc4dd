import { MAX_EXPRESSION_LENGTH } from '../../../schedule-expressions/index.ts'
import { shortestFieldText } from './field-text.ts'
import type { UnixCron } from './unix-cron.ts'
import { type UnixField, valuesOf } from './unix-field.ts'

/**
 * EventBridge expressions for a Unix cron.
 * - `one`: the expression means the same.
 * - `either`: crontab's OR of two restricted day fields; an occurrence of one of the two.
 * - `both`: Vixie cron's AND, used when a day field begins with `*` and still restricts; not expressible. `created`
 *   is the broader of the two, and the executor lets through what `other` names too.
 */
export type Translation =
  | { readonly kind: 'one'; readonly expression: string }
  | { readonly kind: 'either'; readonly expressions: readonly [string, string] }
  | { readonly kind: 'both'; readonly created: string; readonly other: string }

/** Translates by the day rule of crontab(5); undefined when an expression would be too long for the service. */
export function translateUnixCron(cron: UnixCron): Translation | undefined {
  const translation = translate(cron, plain)
  if (fits(translation)) return translation
  const compact = translate(cron, compressed)
  return fits(compact) ? compact : undefined
}

const fits = (translation: Translation): boolean =>
  expressionsOf(translation).every(({ length }) => length <= MAX_EXPRESSION_LENGTH)

const expressionsOf = (translation: Translation): readonly string[] => {
  switch (translation.kind) {
    case 'one':
      return [translation.expression]
    case 'either':
      return translation.expressions
    case 'both':
      return [translation.created, translation.other]
  }
}

interface FieldWriter {
  readonly field: (field: UnixField, min: number, max: number) => string
  /** Of a field that does not name all of them. */
  readonly weekdays: (field: UnixField) => string
}

function translate(cron: UnixCron, write: FieldWriter): Translation {
  const { dates, weekdays } = cron
  const minutes = write.field(cron.minutes, 0, 59)
  const hours = write.field(cron.hours, 0, 23)
  const months = write.field(cron.months, 1, 12)
  const onDates = `cron(${minutes} ${hours} ${write.field(dates, 1, 31)} ${months} ? *)`
  const onWeekdays = `cron(${minutes} ${hours} ? ${months} ${write.weekdays(weekdays)} *)`
  const isAnd = dates.beginsWithStar || weekdays.beginsWithStar
  if (dates.namesAll && (weekdays.namesAll || !isAnd)) return { kind: 'one', expression: onDates }
  if (weekdays.namesAll) {
    return { kind: 'one', expression: isAnd ? onDates : `cron(${minutes} ${hours} * ${months} ? *)` }
  }
  if (dates.namesAll) return { kind: 'one', expression: onWeekdays }
  if (!isAnd) return { kind: 'either', expressions: [onDates, onWeekdays] }
  const datesAreBroader = dates.values.length / 31 >= weekdays.values.length / 7
  return datesAreBroader
    ? { kind: 'both', created: onDates, other: onWeekdays }
    : { kind: 'both', created: onWeekdays, other: onDates }
}

/** Unix weekdays start at 0, EventBridge's at 1; both with Sunday. */
const toEventBridgeWeekday = (weekday: number) => (weekday % 7) + 1

/** Item by item, so that the user's expression stays recognizable. Steps past the end are written out. */
const plain: FieldWriter = {
  field: (field, min, max) => {
    if (field.namesAll) return '*'
    const items = field.items.map(({ from, to, step }) => {
      if (step > to - from) return `${from}`
      if (step === 1) return `${from}-${to}`
      if (from !== min || to !== max) return `${from}-${to}/${step}`
      return min === 0 ? `*/${step}` : `${min}/${step}`
    })
    return [...new Set(items)].join(',')
  },
  weekdays: (field) => {
    const items = field.items.flatMap((item) => {
      const isPlainRange = item.step === 1 && item.to > item.from && item.to < 7
      if (isPlainRange) return [`${toEventBridgeWeekday(item.from)}-${toEventBridgeWeekday(item.to)}`]
      return valuesOf(item).map((weekday) => `${toEventBridgeWeekday(weekday)}`)
    })
    return [...new Set(items)].join(',')
  },
}

const compressed: FieldWriter = {
  field: (field) => (field.namesAll ? '*' : shortestFieldText(field.values)),
  weekdays: (field) => field.values.map(toEventBridgeWeekday).join(','),
}
