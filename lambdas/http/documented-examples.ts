import { Refusal, type RefusalCode, refuseFaults } from '../domain/refusal.ts'
import { exampleAnswers, exampleRequests } from './examples/index.ts'
import { type Field, type JsonObject, toJsonObject } from './json-schemas.ts'
import { bugAnswer, problemAnswer } from './problems.ts'
import type { Route } from './routes.ts'

/** The value of a parameter in the operation's example. */
export function parameterExample({ operation }: Route, place: 'path' | 'query', { name, schema }: Field): JsonObject {
  const request = exampleRequests[operation]
  const value = (place === 'path' ? request?.params : request?.query)?.[name]
  if (value === undefined) return {}
  return { example: schema.type === 'integer' ? Number(value) : value }
}

/** The answer to the operation's example, where it is of this status. */
export function answerExample({ operation }: Route, status: string): JsonObject {
  const answer = exampleAnswers[operation]
  return answer?.body === undefined || String(answer.status) !== status ? {} : { example: answer.body }
}

/** The body of the operation's example. */
export function bodyExample({ operation }: Route): JsonObject {
  const body = exampleRequests[operation]?.body
  return body === undefined ? {} : { example: body }
}

/** A refusal of each status, as somebody may meet it. */
const REFUSALS: Readonly<Record<number, readonly [code: RefusalCode, detail: string]>> = {
  401: ['unauthenticated', 'Send "Authorization: Bearer <access token or API key>" with one that is still valid.'],
  403: ['forbidden', 'This needs an API key with the scope "write"; this one has "read".'],
  404: ['not-found', 'There is no such job.'],
  409: ['conflict', 'The job is being changed by others at the same time; try again.'],
  412: ['stale-version', 'If-Match is "1", but the job is at "2"; read it again and repeat the change.'],
  413: ['payload-too-large', 'The body has 300000 bytes; at most 262144 are allowed.'],
  415: ['unsupported-media-type', 'The content type must be application/json, not "text/plain".'],
  422: [
    'idempotency-key-reused',
    'This Idempotency-Key was used for another request in the last 24 hours; take a new one for each request.',
  ],
  429: ['too-many-requests', 'With the plan FREE there may be 3000 requests a minute.'],
  503: ['unavailable', 'Tokens cannot be verified right now; try again.'],
}

/** The problem that a status is answered with. */
export function problemExample(status: number): JsonObject {
  const [code, detail] = REFUSALS[status] ?? []
  const requestId = 'Jx3nYhQvCYcEJ7g='
  const invalid = refuseFaults([{ pointer: '/timeout', detail: 'must be at most 300000; got 900000' }])
  const refusal = code === undefined ? invalid : new Refusal(code, detail ?? '')
  const { body } = status === 500 ? bugAnswer(requestId) : problemAnswer(refusal, requestId)
  return { example: toJsonObject(body) }
}
