import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { sourceOf } from '../domain/account/attempt-limits.ts'
import type { Caller } from '../domain/account/caller.ts'
import { type Admission, REQUEST_WINDOW_MS, type Requester } from '../domain/account/request-quota.ts'
import { Refusal } from '../domain/refusal.ts'

/** Whose request this is: the caller's tenant, or its source while nobody vouches for it. */
export const requesterOf = (event: APIGatewayProxyEventV2, caller: Caller | undefined): Requester =>
  caller
    ? { kind: 'tenant', tenant: caller.tenant }
    : { kind: 'source', source: sourceOf(event.requestContext.http.sourceIp) }

/** What every answer says of the quota (draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4; RFC 9651). */
export function rateLimitHeaders({ quota, remaining, resetSeconds }: Admission): Readonly<Record<string, string>> {
  return {
    'ratelimit-policy': `"${quota.name}";q=${quota.requests};w=${REQUEST_WINDOW_MS / 1000}`,
    ratelimit: `"${quota.name}";r=${remaining};t=${resetSeconds}`,
  }
}

/** @throws Refusal `too-many-requests` that says when to come again. */
export function requireAdmission({ isAdmitted, quota, resetSeconds }: Admission): void {
  if (isAdmitted) return
  const who =
    quota.name === 'source' ? 'From one source without a valid credential' : `With the plan ${quota.name.toUpperCase()}`
  throw new Refusal('too-many-requests', `${who} there may be ${quota.requests} requests a minute.`, {
    retryAfterSeconds: resetSeconds,
  })
}
