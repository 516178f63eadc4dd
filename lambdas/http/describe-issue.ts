import type * as z from 'zod'
import type { Fault } from '../domain/refusal.ts'

/** Fields whose values are never repeated in an answer. */
const CONFIDENTIAL = new Set([
  'password',
  'currentPassword',
  'newPassword',
  'value',
  'token',
  'refreshToken',
  'code',
  'headers',
  'auth',
  'body',
  'crontab',
  'secretValues',
  'variables',
])

const LONGEST_QUOTE = 80

const quote = (value: unknown): string => {
  if (typeof value === 'number' && !Number.isFinite(value)) return 'a number that is too large'
  const text = JSON.stringify(value) ?? String(value)
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text
}

const list = (values: readonly unknown[]): string => values.map((value) => String(value)).join(', ')

type Issue = z.core.$ZodIssue

/** In words of JSON, where the schema's own would not say it. */
const EXPECTED: Readonly<Record<string, string>> = { int: 'a whole number', record: 'an object', array: 'a list' }

const bounded = (kind: 'at least' | 'at most', limit: unknown, origin: string, exact: boolean | undefined): string => {
  const plural = Number(limit) === 1 ? ['character', 'entry'] : ['characters', 'entries']
  const unit = origin === 'string' ? ` ${plural[0]}` : origin === 'array' || origin === 'record' ? ` ${plural[1]}` : ''
  return `must ${unit ? 'have' : 'be'} ${exact ? 'exactly' : kind} ${String(limit)}${unit}`
}

/** What is allowed, in words. */
function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${EXPECTED[issue.expected] ?? `${/^[aeiou]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected}`}`
    case 'invalid_value':
      return `must be one of ${list(issue.values)}`
    case 'too_small':
      return bounded('at least', issue.minimum, issue.origin, issue.exact)
    case 'too_big':
      return bounded('at most', issue.maximum, issue.origin, issue.exact)
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`
    case 'invalid_format':
      return issue.message.startsWith('Invalid') ? `must be a valid ${issue.format}` : issue.message
    case 'invalid_union':
      return 'is of none of the allowed forms'
    case 'unrecognized_keys':
    case 'invalid_key':
    case 'invalid_element':
    case 'custom':
      return issue.message
  }
}

const valueAt = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    input,
  )

const escaped = (key: PropertyKey): string => String(key).replaceAll('~', '~0').replaceAll('/', '~1')

const pointerTo = (base: string, path: readonly PropertyKey[]): string =>
  `${base}${path.map((key) => `/${escaped(key)}`).join('')}`

/** Beyond these, whole numbers are no longer exact; a limit of the field itself says more. */
const isBeyondExact = (issue: Issue): boolean =>
  (issue.code === 'too_big' && issue.maximum === Number.MAX_SAFE_INTEGER) ||
  (issue.code === 'too_small' && issue.minimum === Number.MIN_SAFE_INTEGER)

/** Turns validation issues into faults, as `describeIssue` does each. */
export function describeIssues(issues: readonly Issue[], input: unknown, base: string): readonly Fault[] {
  const telling = issues.filter((issue) => !isBeyondExact(issue))
  return (telling.length > 0 ? telling : issues).flatMap((issue) => describeIssue(issue, input, base))
}

/**
 * Turns a validation issue into faults that name the field, the value and what is allowed.
 * @param base where the validated part of the request begins, e.g. `/query`; empty for the body.
 */
export function describeIssue(issue: Issue, input: unknown, base: string): readonly Fault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ pointer: pointerTo(base, [...issue.path, key]), detail: 'is not a known field' }))
  }
  const value = valueAt(input, issue.path)
  const pointer = pointerTo(base, issue.path)
  if (value === undefined) return [{ pointer, detail: `is required and ${expectation(issue)}` }]
  const hidden = issue.path.length === 0 || issue.path.some((key) => CONFIDENTIAL.has(String(key)))
  return [{ pointer, detail: hidden ? expectation(issue) : `${expectation(issue)}; got ${quote(value)}` }]
}
