import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import { WireError, type WireRequest, type WireResponse } from './wire-service.ts'

/** One operation of a JSON 1.1 service: takes the request's parsed body, gives what becomes the answer's body. */
export type JsonOperation = (body: unknown, validationError: string) => unknown

/** The operations of one service and how it is addressed: `X-Amz-Target: <target>.<Operation>`. */
export type JsonService = {
  readonly target: string
  /** The exception that the service throws for a body that breaks a constraint. */
  readonly validationError: string
  readonly operations: Readonly<Record<string, JsonOperation>>
}

/** An operation whose input must fit `schema`; members that the schema does not know are ignored, as AWS does. */
export function operation<Input>(schema: z.ZodType<Input>, run: (input: Input) => unknown): JsonOperation {
  return (body, validationError) => {
    const parsed = schema.safeParse(body, { reportInput: true })
    if (parsed.success) return run(parsed.data)
    const { issues } = parsed.error
    if (issues.some(isWrongType))
      throw new WireError('SerializationException', 'The request has a member of another type')
    const many = issues.length > 1 ? 'errors' : 'error'
    const list = issues.map(
      (issue) => `Value at '${memberName(issue)}' failed to satisfy constraint: ${constraint(issue)}`,
    )
    throw new WireError(validationError, `${issues.length} validation ${many} detected: ${list.join('; ')}`)
  }
}

/**
 * Answers a request of the AWS JSON 1.1 protocol. A WireError becomes the service's exception; anything else is
 * thrown on, being a bug. Source: Smithy, "AWS JSON 1.1 protocol".
 */
export async function answerJson(request: WireRequest, service: JsonService): Promise<WireResponse> {
  try {
    const [target, name = ''] = (request.headers['x-amz-target'] ?? '').split('.')
    const run = target === service.target && Object.hasOwn(service.operations, name) && service.operations[name]
    if (!run) throw new WireError('UnknownOperationException', `There is no operation "${name}" here`)
    return jsonAnswer(200, (await run(parseBody(request.body), service.validationError)) ?? {})
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    return jsonAnswer(error.status, { __type: error.type, message: error.message, ...error.fields })
  }
}

function jsonAnswer(status: number, body: unknown): WireResponse {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() },
    body: JSON.stringify(body),
  }
}

function parseBody(body: Uint8Array): unknown {
  const text = new TextDecoder().decode(body)
  if (text === '') return {}
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new WireError(
      'SerializationException',
      `The body is not JSON: ${cause instanceof Error ? cause.message : ''}`,
    )
  }
}

type Issue = z.core.$ZodIssue

const isMissing = (issue: Issue) => issue.input === undefined || issue.input === null

const isWrongType = (issue: Issue) => issue.code === 'invalid_type' && !isMissing(issue)

/** `SecretId` → `secretId`, `Filters.0.Key` → `filters.1.member.key`, as the services write it. */
function memberName({ path }: Issue): string {
  return path.map((part) => (typeof part === 'number' ? `${part + 1}.member` : lowerFirst(String(part)))).join('.')
}

const lowerFirst = (word: string) => word.slice(0, 1).toLowerCase() + word.slice(1)

function constraint(issue: Issue): string {
  if (isMissing(issue)) return 'Member must not be null'
  switch (issue.code) {
    case 'too_small':
      return `Member must have ${measure(issue.origin)} greater than or equal to ${issue.minimum}`
    case 'too_big':
      return `Member must have ${measure(issue.origin)} less than or equal to ${issue.maximum}`
    case 'invalid_format':
      return `Member must satisfy regular expression pattern: ${(issue.pattern ?? issue.format).replace(/^\/\^?|\$?\/\w*$/g, '')}`
    case 'invalid_value':
      return `Member must satisfy enum value set: [${issue.values.map(String).join(', ')}]`
    default:
      return issue.message
  }
}

const measure = (origin: string) => (origin === 'number' || origin === 'int' ? 'value' : 'length')
