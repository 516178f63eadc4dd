import type { RequestContext } from './authorization.ts'
import { arnMatcher, type Matcher, textMatcher } from './wildcards.ts'

/** Tells whether a request's context fulfils one line of a `Condition` element. */
export type Condition = (context: RequestContext) => boolean

/**
 * The condition keys that requests here have, or are known not to have. A policy with another one is refused: to ignore
 * it would allow what AWS denies, or the other way round.
 */
export const CONDITION_KEYS = [
  'aws:securetransport',
  'aws:sourceaccount',
  'aws:sourcearn',
  'dynamodb:enclosingoperation',
  'dynamodb:leadingkeys',
  'iam:passedtoservice',
] as const

type Operator = {
  readonly matcher: (policyValue: string) => Matcher
  /** True of the request when none of the policy's values matches. */
  readonly negated?: boolean
}

const exactly = (expected: string) => (text: string) => text === expected
const exactlyInAnyCase = (expected: string) => (text: string) => text.toLowerCase() === expected.toLowerCase()

/** Source: IAM User Guide, "IAM JSON policy elements: Condition operators". */
const operators: Readonly<Record<string, Operator>> = {
  StringEquals: { matcher: exactly },
  StringNotEquals: { matcher: exactly, negated: true },
  StringEqualsIgnoreCase: { matcher: exactlyInAnyCase },
  StringNotEqualsIgnoreCase: { matcher: exactlyInAnyCase, negated: true },
  StringLike: { matcher: textMatcher },
  StringNotLike: { matcher: textMatcher, negated: true },
  ArnEquals: { matcher: arnMatcher },
  ArnLike: { matcher: arnMatcher },
  ArnNotEquals: { matcher: arnMatcher, negated: true },
  ArnNotLike: { matcher: arnMatcher, negated: true },
  Bool: { matcher: exactlyInAnyCase },
}

/**
 * Reads one line of a `Condition` element: `{ [operator]: { [key]: values } }`.
 * @throws Error for an operator, a key or a policy variable that is not known here
 */
export function readCondition(operatorName: string, key: string, values: readonly string[]): Condition {
  const name = key.toLowerCase()
  if (!CONDITION_KEYS.some((known) => known === name)) throw new Error(`The condition key ${key} is not known here`)
  refuseVariables(values)
  if (operatorName === 'Null') return nullCheck(name, values)
  const { quantifier, base, ifExists } = dissect(operatorName)
  const operator = Object.hasOwn(operators, base) ? operators[base] : undefined
  if (!operator) throw new Error(`The condition operator ${operatorName} is not known here`)
  const matchers = values.map(operator.matcher)
  const holdsFor = (value: string) => matchers.some((matches) => matches(value)) !== (operator.negated ?? false)
  return (context) => {
    const given = context[name] ?? []
    if (given.length === 0 && ifExists) return true
    if (quantifier === 'ForAllValues') return given.every(holdsFor)
    // A missing key matches nothing; so what must not match is fulfilled, unless some value is asked for.
    if (given.length === 0) return quantifier === undefined && operator.negated === true
    return operator.negated && quantifier === undefined ? given.every(holdsFor) : given.some(holdsFor)
  }
}

/** @throws Error for `${aws:username}` and its like, which would have to be filled in first */
export function refuseVariables(texts: readonly string[]): void {
  const found = texts.find((text) => text.includes('${'))
  if (found !== undefined) throw new Error(`Policy variables, as in ${JSON.stringify(found)}, are not known here`)
}

function dissect(name: string) {
  const [, quantifier, base = '', suffix] = /^(?:(ForAllValues|ForAnyValue):)?(.+?)(IfExists)?$/.exec(name) ?? []
  return { quantifier, base, ifExists: suffix !== undefined }
}

/** `"Null": { key: "true" }` asks that the request does not have the key. */
function nullCheck(key: string, values: readonly string[]): Condition {
  const [expected, ...others] = values
  if (others.length > 0 || (expected !== 'true' && expected !== 'false'))
    throw new Error(`The condition Null of ${key} must be "true" or "false", not ${JSON.stringify(values)}`)
  return (context) => ((context[key] ?? []).length === 0) === (expected === 'true')
}
