import { z } from 'zod'
import type { InvocationResult } from '../lambda/function-messages.ts'

export type HttpResponse = {
  readonly status: number
  /** Names in lower case; a list is sent as several header lines. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: string | Buffer
}

const HeaderValue = z.union([z.string(), z.number(), z.boolean()])

const ProxyResponse = z.object({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), HeaderValue).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
})

/** An answer that the gateway gives by itself. */
export const gatewayResponse = (status: number, message: string): HttpResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ message }),
})

export const INTERNAL_SERVER_ERROR = gatewayResponse(500, 'Internal Server Error')

/**
 * Turns a function's answer into the HTTP response, as payload format 2.0 does: an answer without a status code is
 * the body of a 200.
 */
export function proxyResponse(result: InvocationResult): HttpResponse {
  if (result.outcome === 'failed') return INTERNAL_SERVER_ERROR
  const answer: unknown = JSON.parse(result.payload)
  if (typeof answer !== 'object' || answer === null || !('statusCode' in answer)) {
    const body = typeof answer === 'string' ? answer : result.payload
    return { status: 200, headers: { 'content-type': 'application/json' }, body }
  }
  const parsed = ProxyResponse.safeParse(answer)
  if (!parsed.success) return INTERNAL_SERVER_ERROR
  const { statusCode, headers, cookies, body, isBase64Encoded } = parsed.data
  const named = Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)] as const)
  return {
    status: statusCode,
    headers: { ...Object.fromEntries(named), ...(cookies?.length && { 'set-cookie': cookies }) },
    body: isBase64Encoded ? Buffer.from(body ?? '', 'base64') : (body ?? ''),
  }
}
