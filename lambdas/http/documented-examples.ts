import { exampleAnswers, exampleRequests } from './examples/index.ts'
import type { Field, JsonObject } from './json-schemas.ts'
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
