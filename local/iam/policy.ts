import { z } from 'zod'
import type { Authorization, RequestContext } from './authorization.ts'
import { type Condition, readCondition, refuseVariables } from './conditions.ts'
import { actionMatcher, type Matcher, resourceMatcher } from './wildcards.ts'

/** One statement of a policy, ready to be asked. */
export type Statement = {
  readonly effect: 'Allow' | 'Deny'
  /** As written; for `NotAction` and `NotResource` what is left out. */
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  /** Whether it is about everything but what is listed: `NotAction`, `NotResource`. */
  readonly isOpen: boolean
  readonly principals: readonly string[]
  readonly coversAction: Matcher
  readonly coversResource: Matcher
  readonly holdsIn: (context: RequestContext) => boolean
}

const words = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat())

const values = z
  .union([z.string(), z.boolean(), z.number(), z.array(z.union([z.string(), z.boolean(), z.number()]))])
  .transform((value) => [value].flat().map(String))

const StatementJson = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.union([z.literal('*'), z.partialRecord(z.enum(['AWS', 'Service']), words)]).optional(),
  Action: words.optional(),
  NotAction: words.optional(),
  Resource: words.optional(),
  NotResource: words.optional(),
  Condition: z.record(z.string(), z.record(z.string(), values)).default({}),
})

const PolicyJson = z.strictObject({
  Version: z.literal('2012-10-17'),
  Id: z.string().optional(),
  Statement: z.preprocess((statement) => [statement].flat(), z.array(StatementJson)),
})

/**
 * Reads a policy document. Elements, operators and keys that are not known here are errors: a policy that is understood
 * in part is misunderstood. Source: IAM User Guide, "IAM JSON policy element reference".
 * @throws Error naming what is not understood
 */
export function readPolicy(document: unknown): readonly Statement[] {
  const parsed = PolicyJson.safeParse(document)
  if (!parsed.success) throw new Error(`A policy is not understood: ${z.prettifyError(parsed.error)}`)
  return parsed.data.Statement.map(readStatement)
}

function readStatement(json: z.output<typeof StatementJson>): Statement {
  const conditions: readonly Condition[] = Object.entries(json.Condition).flatMap(([operator, lines]) =>
    Object.entries(lines).map(([key, expected]) => readCondition(operator, key, expected)),
  )
  refuseVariables([...(json.Resource ?? []), ...(json.NotResource ?? [])])
  return {
    effect: json.Effect,
    actions: json.Action ?? json.NotAction ?? [],
    resources: json.Resource ?? json.NotResource ?? [],
    isOpen: json.NotAction !== undefined || json.NotResource !== undefined,
    principals: json.Principal === '*' ? ['*'] : Object.values(json.Principal ?? {}).flat(),
    coversAction: either('Action', json.Action, json.NotAction, actionMatcher),
    // A trust policy has no resource: it is about the role that it belongs to.
    coversResource:
      json.Principal !== undefined && json.Resource === undefined && json.NotResource === undefined
        ? () => true
        : either('Resource', json.Resource, json.NotResource, resourceMatcher),
    holdsIn: (context) => conditions.every((holds) => holds(context)),
  }
}

/** Exactly one of an element and its negation must be there. */
function either(
  name: string,
  wanted: readonly string[] | undefined,
  unwanted: readonly string[] | undefined,
  matcherOf: (pattern: string) => Matcher,
): Matcher {
  if ((wanted === undefined) === (unwanted === undefined))
    throw new Error(`A statement needs either ${name} or Not${name}, and not both`)
  const matchers = (wanted ?? unwanted ?? []).map(matcherOf)
  return (text) => matchers.some((matches) => matches(text)) === (wanted !== undefined)
}

/** Whether a statement speaks of this at all. */
const applies = (statement: Statement, { action, resource, context }: Authorization): boolean =>
  statement.coversAction(action) && statement.coversResource(resource) && statement.holdsIn(context)

export type Decision = 'allowed' | 'explicit-deny' | 'implicit-deny'

/**
 * What a principal's policies say together: a Deny wins over every Allow, and what nobody allows is denied (IAM User
 * Guide, "Policy evaluation logic").
 */
export function decide(statements: readonly Statement[], authorization: Authorization): Decision {
  const applying = statements.filter((statement) => applies(statement, authorization))
  if (applying.some(({ effect }) => effect === 'Deny')) return 'explicit-deny'
  return applying.length > 0 ? 'allowed' : 'implicit-deny'
}
