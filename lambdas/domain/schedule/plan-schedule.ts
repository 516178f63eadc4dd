import {
  type CronExpression,
  isTimezone,
  MAX_EXPRESSION_LENGTH,
  parseScheduleExpression,
} from '../../../schedule-expressions/index.ts'
import { isOccurrenceOf, occurrencesOf, type ScheduleRule } from './schedule-rule.ts'
import { parseUnixCron } from './unix-cron.ts'
import { type Translation, translateUnixCron } from './unix-to-eventbridge.ts'

/** No schedule runs after it. */
export { LAST_YEAR } from '../../../schedule-expressions/index.ts'

/** A checked schedule: what EventBridge Scheduler gets, and when it runs. */
export interface SchedulePlan {
  readonly kind: 'cron' | 'rate' | 'at'
  /** The expression as the user wrote it, without the blanks around it. */
  readonly source: string
  readonly timezone: string
  /** One expression per EventBridge schedule. They may name more than the rule does, never less. */
  readonly awsExpressions: readonly string[]
  /** Distance of a rate() schedule's occurrences in milliseconds. */
  readonly periodMs?: number
  readonly rule: ScheduleRule
  /**
   * Planned instants (epoch milliseconds), ascending, strictly later than `after`; lazy, and it ends when there are
   * none. A rate() schedule counts from `anchor`, its start; from the epoch without one.
   */
  occurrencesAfter(after: number, anchor?: number): Iterable<number>
  /** Whether `occurrencesAfter` ever yields an instant. EventBridge may call at others; those are not to run. */
  isOccurrence(instant: number, anchor?: number): boolean
}

export interface ScheduleRefusal {
  readonly ok: false
  readonly field: 'cronExpression' | 'timezone'
  readonly problem: string
}

export interface ScheduleText {
  /** Five cron fields or a macro (crontab(5)), or cron(…), rate(…), at(…) as EventBridge Scheduler takes them. */
  readonly cronExpression: string
  /** IANA name. */
  readonly timezone: string
}

/** Checks a schedule and translates it for EventBridge Scheduler, or says what is wrong and what to write instead. */
export function planSchedule(text: ScheduleText): { readonly ok: true; readonly plan: SchedulePlan } | ScheduleRefusal {
  const { timezone } = text
  if (!isTimezone(timezone)) {
    const problem = `${quoted(timezone)} is not an IANA time zone; write a name such as UTC, Europe/Paris or America/Chicago.`
    return { ok: false, field: 'timezone', problem }
  }
  const source = text.cronExpression.replace(/^[ \t]+|[ \t]+$/g, '')
  const read = readExpression(source)
  if (!read.ok) return { ok: false, field: 'cronExpression', problem: read.problem }
  const { rule, awsExpressions } = read
  const expression = rule.kind === 'one' ? rule.expression : undefined
  return {
    ok: true,
    plan: {
      kind: expression?.kind ?? 'cron',
      source,
      timezone,
      awsExpressions,
      ...(expression?.kind === 'rate' ? { periodMs: expression.periodMs } : {}),
      rule,
      occurrencesAfter: (after, anchor) => occurrencesOf(rule, { timezone, after, anchor }),
      isOccurrence: (instant, anchor) => isOccurrenceOf(rule, { timezone, instant, anchor }),
    },
  }
}

type Reading =
  | { readonly ok: true; readonly rule: ScheduleRule; readonly awsExpressions: readonly string[] }
  | { readonly ok: false; readonly problem: string }

function readExpression(source: string): Reading {
  if (source.length > MAX_EXPRESSION_LENGTH) {
    const problem = `The expression has ${source.length} characters; at most ${MAX_EXPRESSION_LENGTH} are allowed.`
    return { ok: false, problem }
  }
  if (source === '')
    return { ok: false, problem: 'The expression is empty; write one such as "*/5 * * * *" or @daily.' }
  const strange = /[^\x20-\x7e\t]/u.exec(source)?.[0]
  if (strange !== undefined) {
    const code = strange.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')
    const problem = `The expression contains the character U+${code}; only plain letters, digits, signs and blanks are allowed.`
    return { ok: false, problem }
  }
  if (/^[a-z]+ *\(/i.test(source)) {
    const parsed = parseScheduleExpression(source)
    if (!parsed.ok) return parsed
    return { ok: true, rule: { kind: 'one', expression: parsed.expression }, awsExpressions: [source] }
  }
  const cron = parseUnixCron(source)
  if (!cron.ok) return cron
  const translation = translateUnixCron(cron.value)
  if (translation) return ruleOf(translation)
  const problem = `EventBridge's form of ${quoted(source)} has more than ${MAX_EXPRESSION_LENGTH} characters; use ranges and steps instead of long lists.`
  return { ok: false, problem }
}

function ruleOf(translation: Translation): Reading {
  switch (translation.kind) {
    case 'one': {
      const { expression } = translation
      return { ok: true, rule: { kind: 'one', expression: parseOwn(expression) }, awsExpressions: [expression] }
    }
    case 'either': {
      const [first, second] = translation.expressions
      const expressions = [parseOwn(first), parseOwn(second)] as const
      return { ok: true, rule: { kind: 'either', expressions }, awsExpressions: translation.expressions }
    }
    case 'both': {
      const { created, other } = translation
      const rule = { kind: 'both', rarer: parseOwn(other), other: parseOwn(created) } as const
      return { ok: true, rule, awsExpressions: [created] }
    }
  }
}

/** Occurrences are computed from the very text that EventBridge gets, so that the two cannot differ. */
function parseOwn(expression: string): CronExpression {
  const parsed = parseScheduleExpression(expression)
  if (parsed.ok && parsed.expression.kind === 'cron') return parsed.expression
  throw new Error(`The translation ${expression} is not an EventBridge cron expression`)
}

/** A user's text in a message, shortened so that a message stays readable. */
const quoted = (text: string) => JSON.stringify(text.length > 80 ? `${text.slice(0, 79)}…` : text)
