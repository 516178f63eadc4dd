import type { Refusal, RefusalCode } from '../domain/refusal.ts'
import type { Answer } from './answer.ts'

/** The one table of error answers: status and title of every refusal. */
const problems: Readonly<Record<RefusalCode, { readonly status: number; readonly title: string }>> = {
  validation: { status: 400, title: 'The request is not valid' },
  'malformed-json': { status: 400, title: 'The body is not valid JSON' },
  'invalid-cursor': { status: 400, title: 'The cursor is not valid' },
  'invalid-code': { status: 400, title: 'The code is not right' },
  unauthenticated: { status: 401, title: 'A valid credential is needed' },
  'invalid-credentials': { status: 401, title: 'E-mail or password is wrong' },
  forbidden: { status: 403, title: 'This is not allowed' },
  'account-not-confirmed': { status: 403, title: 'The account is not confirmed yet' },
  'plan-limit': { status: 403, title: 'The plan does not allow this' },
  'not-found': { status: 404, title: 'Not found' },
  conflict: { status: 409, title: 'The request conflicts with the current state' },
  'request-in-flight': { status: 409, title: 'The same request is under way' },
  'answer-shown-once': { status: 409, title: 'The answer is not shown again' },
  'secret-in-use': { status: 409, title: 'The secret is in use' },
  'stale-version': { status: 412, title: 'The job has changed since it was read' },
  'payload-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The content type is not supported' },
  'idempotency-key-reused': { status: 422, title: 'The Idempotency-Key was used for another request' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  unavailable: { status: 503, title: 'Not available right now' },
}

/** Base of the `type` URIs: relative, so that each deployment's own API answers them (RFC 9457, section 3.1.1). */
const TYPE_BASE = '/problems/'

/** The problem answer (RFC 9457) of a refusal. */
export function problemAnswer(refusal: Refusal, requestId: string): Answer {
  const { status, title } = problems[refusal.code]
  return {
    status,
    headers: {
      'content-type': 'application/problem+json',
      ...(refusal.retryAfterSeconds === undefined ? {} : { 'retry-after': String(refusal.retryAfterSeconds) }),
      ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    },
    body: {
      type: `${TYPE_BASE}${refusal.code}`,
      title,
      status,
      detail: refusal.message,
      requestId,
      ...refusal.facts,
      ...(refusal.faults.length > 0 ? { errors: refusal.faults } : {}),
    },
  }
}

/** What anyone sees of a bug: that it happened, and the id under which the log tells more. */
export function bugAnswer(requestId: string): Answer {
  return {
    status: 500,
    headers: { 'content-type': 'application/problem+json' },
    body: {
      type: `${TYPE_BASE}internal`,
      title: 'Something went wrong on our side',
      status: 500,
      detail: 'The request could not be completed. Give this requestId to the operator of this service.',
      requestId,
    },
  }
}
