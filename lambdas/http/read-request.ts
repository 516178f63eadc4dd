import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import type * as z from 'zod'
import { type Fault, Refusal, refuseFaults } from '../domain/refusal.ts'
import { type Contract, nothing } from './contract.ts'
import { describeIssues } from './describe-issue.ts'
import { findRepeatedNames } from './find-repeated-names.ts'
import { findUnstorable } from './find-unstorable.ts'

/** Largest body that is read, in bytes: above every field limit together. */
export const LARGEST_BODY_BYTES = 256 * 1024

const JSON_ONLY = ['application/json'] as const

type Part<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly faults: readonly Fault[] }

function check<T>(schema: z.ZodType<T>, input: unknown, base: string): Part<T> {
  const parsed = schema.safeParse(input)
  return parsed.success
    ? { ok: true, value: parsed.data }
    : { ok: false, faults: describeIssues(parsed.error.issues, input, base) }
}

function readBody(event: APIGatewayProxyEventV2, contract: Contract): unknown {
  const { isBodyOptional, mediaTypes = JSON_ONLY, largestBodyBytes = LARGEST_BODY_BYTES } = contract
  if (isBodyOptional && !event.body) return {}
  requireContentType(event, mediaTypes)
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8')
  if (bytes.byteLength > largestBodyBytes) {
    throw new Refusal(
      'payload-too-large',
      `The body has ${bytes.byteLength} bytes; at most ${largestBodyBytes} are allowed.`,
    )
  }
  return parseJson(bytes)
}

/** @throws Refusal `unsupported-media-type` (RFC 9110, section 15.5.16: the content's coding belongs to it). */
function requireContentType({ headers }: APIGatewayProxyEventV2, mediaTypes: readonly string[]): void {
  const [mediaType = '', ...parameters] = (headers['content-type'] ?? '')
    .split(';')
    .map((part) => part.trim().toLowerCase())
  if (!mediaTypes.includes(mediaType)) {
    const sent = mediaType ? `not ${JSON.stringify(mediaType)}` : 'but none was sent'
    throw new Refusal('unsupported-media-type', `The content type must be ${mediaTypes.join(' or ')}, ${sent}.`)
  }
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))
  if (charset !== undefined && !/^charset="?utf-?8"?$/.test(charset)) {
    throw new Refusal(
      'unsupported-media-type',
      `The body must be in UTF-8; the content type says ${JSON.stringify(charset)}.`,
    )
  }
  const coding = headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  if (coding !== 'identity') {
    throw new Refusal(
      'unsupported-media-type',
      `The body must be sent as it is, not in the coding ${JSON.stringify(coding)}.`,
    )
  }
}

function parseJson(bytes: Uint8Array): unknown {
  let text: string
  let document: unknown
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    document = JSON.parse(text)
  } catch (error) {
    // What the parser quotes of the body may be a password.
    const reason = error instanceof Error ? error.message.replace(/, (\.{3})?".*$/s, '') : 'it cannot be parsed'
    throw new Refusal('malformed-json', `The body must be JSON in UTF-8: ${reason}.`)
  }
  const faults = [...findUnstorable(document), ...findRepeatedNames(text)]
  if (faults.length > 0) throw refuseFaults(faults)
  return document
}

/** Whoever sends a body expects it to act. */
function refuseBody(event: APIGatewayProxyEventV2): void {
  const sent = event.requestContext.http.method === 'GET' ? '' : (event.body ?? '').trim()
  if (sent !== '' && sent !== '{}')
    throw refuseFaults([{ pointer: '', detail: 'must be empty: this request takes none' }])
}

/**
 * Validates path, query and body of a request against its contract.
 * @throws Refusal naming every fault: 400, 413 or 415.
 */
export function readRequest<Params, Query, Body>(
  contract: Contract<Params, Query, Body>,
  event: APIGatewayProxyEventV2,
): { readonly params: Params; readonly query: Query; readonly body: Body } {
  const isNothing = (schema: z.ZodType) => schema === nothing
  const part = (schema: z.ZodType, read: () => unknown) => (isNothing(schema) ? undefined : read())
  if (isNothing(contract.body)) refuseBody(event)
  const params = check(
    contract.params,
    part(contract.params, () => event.pathParameters ?? {}),
    '/path',
  )
  const query = check(
    contract.query,
    part(contract.query, () => event.queryStringParameters ?? {}),
    '/query',
  )
  const body = check(
    contract.body,
    part(contract.body, () => readBody(event, contract)),
    '',
  )
  if (params.ok && query.ok && body.ok) return { params: params.value, query: query.value, body: body.value }
  throw refuseFaults([params, query, body].flatMap((checked) => (checked.ok ? [] : checked.faults)))
}
