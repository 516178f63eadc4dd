import { parseJsonPath, readJsonPath } from './json-path.ts'
import type { Failure } from './reason.ts'
import type { SuccessRule } from './success-rule.ts'

/** Values up to this many characters are quoted in messages; longer ones are described, never cut. */
const QUOTED_LENGTH = 80

/** What is judged: the answer as it came, before redaction. */
export interface JudgedResponse {
  readonly status: number
  readonly body: string
  /** The body was longer than what was captured. */
  readonly truncated: boolean
}

export type Judgement = { readonly ok: true } | { readonly ok: false; readonly failure: Failure }

/**
 * Decides whether an answer is a success. The message may quote the answer: redact it before it is stored.
 */
export function judgeResponse(rule: SuccessRule, response: JudgedResponse): Judgement {
  if (!rule.status.some((text) => isInRange(response.status, statusRange(text)))) {
    const message = `The target answered ${response.status}; expected ${rule.status.join(', ')}.`
    return { ok: false, failure: { code: 'HTTP_STATUS', httpStatus: response.status, message } }
  }
  const failed = textProblem(rule, response) ?? jsonProblem(rule, response)
  return failed ? { ok: false, failure: { code: 'ASSERTION', message: failed } } : { ok: true }
}

function textProblem({ bodyIncludes, bodyExcludes }: SuccessRule, { body, truncated }: JudgedResponse) {
  const part = truncated ? 'first part of the body' : 'body'
  if (bodyIncludes !== null && !body.includes(bodyIncludes))
    return `The ${part} does not contain ${quote(bodyIncludes)}.`
  if (bodyExcludes !== null && body.includes(bodyExcludes)) return `The body contains ${quote(bodyExcludes)}.`
  return undefined
}

function jsonProblem({ json }: SuccessRule, { body, truncated }: JudgedResponse): string | undefined {
  if (json.length === 0) return undefined
  if (truncated) return 'The body is too long to be read as JSON.'
  const document = parseJson(body)
  if (!document.ok) return 'The body is not JSON.'
  for (const { path, equals } of json) {
    const parsed = parseJsonPath(path)
    const actual = parsed.ok ? readJsonPath(document.value, parsed.steps) : { found: false as const }
    if (!actual.found) return `The body has nothing at ${path}; expected ${quote(equals)}.`
    if (actual.value !== equals) return `The body has ${quote(actual.value)} at ${path}; expected ${quote(equals)}.`
  }
  return undefined
}

function parseJson(text: string): { readonly ok: true; readonly value: unknown } | { readonly ok: false } {
  try {
    // Some servers begin JSON with a byte order mark, which JSON.parse refuses.
    return { ok: true, value: JSON.parse(text.replace(/^\uFEFF/, '')) }
  } catch {
    return { ok: false }
  }
}

/** Never a part of a text: a cut secret could no longer be recognised by redaction. */
function quote(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  if (typeof value === 'string' && value.length > QUOTED_LENGTH) return `a text of ${value.length} characters`
  return JSON.stringify(value)
}

type Range = { readonly from: number; readonly to: number }

/** Reads a status or a range of them, such as `204` or `200-299`; undefined for anything else. */
export function statusRange(text: string): Range | undefined {
  const match = /^([1-5]\d\d)(?:-([1-5]\d\d))?$/.exec(text)
  if (!match) return undefined
  const from = Number(match[1])
  const to = Number(match[2] ?? match[1])
  return from <= to ? { from, to } : undefined
}

const isInRange = (status: number, range: Range | undefined) =>
  range !== undefined && status >= range.from && status <= range.to
