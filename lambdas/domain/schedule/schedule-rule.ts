import {
  type AtExpression,
  type CronExpression,
  isOccurrence,
  occurrencesAfter,
  type ScheduleExpression,
  wallTimes,
} from '../../../schedule-expressions/index.ts'

/** When a schedule runs, in terms of EventBridge expressions. */
export type ScheduleRule =
  | { readonly kind: 'one'; readonly expression: ScheduleExpression }
  | { readonly kind: 'either'; readonly expressions: readonly [CronExpression, CronExpression] }
  /** An occurrence of both. `rarer` leads the search, which so ends soon when the two never meet. */
  | { readonly kind: 'both'; readonly rarer: CronExpression; readonly other: CronExpression }

interface Place {
  readonly timezone: string
  /** Epoch milliseconds from which rate() counts. */
  readonly anchor?: number | undefined
}

/** Occurrences in epoch milliseconds, ascending, strictly later than `after`; ends when there are none. */
export function occurrencesOf(rule: ScheduleRule, place: Place & { readonly after: number }): Iterable<number> {
  switch (rule.kind) {
    case 'one':
      return occurrencesAfter(rule.expression, place)
    case 'either': {
      const [first, second] = rule.expressions
      return merged(occurrencesAfter(first, place), occurrencesAfter(second, place))
    }
    case 'both':
      return filtered(occurrencesAfter(rule.rarer, place), (instant) => isOccurrence(rule.other, { ...place, instant }))
  }
}

export function isOccurrenceOf(rule: ScheduleRule, place: Place & { readonly instant: number }): boolean {
  switch (rule.kind) {
    case 'one':
      return isOccurrence(rule.expression, place)
    case 'either':
      return rule.expressions.some((expression) => isOccurrence(expression, place))
    case 'both':
      return isOccurrence(rule.rarer, place) && isOccurrence(rule.other, place)
  }
}

/**
 * Wall times (epoch milliseconds of the same date and time in UTC) that the rule names in `from <= wall time < until`,
 * ascending, shown by the clocks or not; to be iterated once. rate() has none.
 */
export function wallTimesOf(rule: ScheduleRule, from: number, until: number): Iterable<number> {
  switch (rule.kind) {
    case 'one':
      return rule.expression.kind === 'rate' ? [] : wallTimes(rule.expression, from, until)
    case 'either': {
      const [first, second] = rule.expressions
      return merged(wallTimes(first, from, until), wallTimes(second, from, until))
    }
    case 'both':
      return common(wallTimes(rule.rarer, from, until), wallTimes(rule.other, from, until))
  }
}

/** The cron or at() expressions that together make the rule; none for rate(). */
export function wallClockExpressionsOf(rule: ScheduleRule): readonly (CronExpression | AtExpression)[] {
  switch (rule.kind) {
    case 'one':
      return rule.expression.kind === 'rate' ? [] : [rule.expression]
    case 'either':
      return rule.expressions
    case 'both':
      return [rule.rarer, rule.other]
  }
}

/** Two ascending sequences as one, ascending and without duplicates. */
function merged(a: Iterable<number>, b: Iterable<number>): Iterable<number> {
  return {
    *[Symbol.iterator]() {
      const left = a[Symbol.iterator]()
      const right = b[Symbol.iterator]()
      let first = left.next()
      let second = right.next()
      while (!first.done || !second.done) {
        const next = Math.min(first.done ? Infinity : first.value, second.done ? Infinity : second.value)
        if (!first.done && first.value === next) first = left.next()
        if (!second.done && second.value === next) second = right.next()
        yield next
      }
    },
  }
}

/** What two ascending sequences have in common; over as soon as the first one is. */
function common(a: Iterable<number>, b: Iterable<number>): Iterable<number> {
  return {
    *[Symbol.iterator]() {
      const others = b[Symbol.iterator]()
      let other = others.next()
      for (const value of a) {
        while (!other.done && other.value < value) other = others.next()
        if (other.done) return
        if (other.value === value) yield value
      }
    },
  }
}

function filtered(values: Iterable<number>, keep: (value: number) => boolean): Iterable<number> {
  return {
    *[Symbol.iterator]() {
      for (const value of values) if (keep(value)) yield value
    },
  }
}
