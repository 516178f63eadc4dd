import type { JobDefinition } from '../domain/job/job.ts'
import { SIGNING_KEY_NAME } from '../domain/job/job-secrets.ts'
import { type ExpandedTarget, expandSecrets } from '../domain/target/expand-secrets.ts'
import type { Failure } from '../domain/target/reason.ts'
import { type HmacSha256, parseSigningKey, signatureHeaders } from '../domain/target/signature.ts'

/** A request that can be sent, or why none can. */
export type Prepared =
  | { readonly ok: true; readonly expanded: ExpandedTarget; readonly headers: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly failure: Failure }

/** The request with its secrets in, the run's id for the target to tell a repetition by, and the signature. */
export function prepareRequest(
  hmacSha256: HmacSha256,
  definition: JobDefinition,
  values: ReadonlyMap<string, string>,
  runId: string,
  now: number,
): Prepared {
  const expansion = expandSecrets(definition, values)
  if (!expansion.ok) return expansion
  const { expanded } = expansion
  const identified = { ...expanded.headers, ...identityHeaders(runId, expanded.headers) }
  if (!definition.sign) return { ok: true, expanded, headers: identified }
  const secret = values.get(SIGNING_KEY_NAME)
  const key = secret === undefined ? undefined : parseSigningKey(secret)
  if (!key?.ok) {
    const code = secret === undefined ? 'SECRET_NOT_FOUND' : 'INVALID_REQUEST'
    const problem = key ? key.problem : 'There is no such secret.'
    const message = `The request could not be signed with ${SIGNING_KEY_NAME}. ${problem}`
    return { ok: false, failure: { code, secretNames: [SIGNING_KEY_NAME], message } }
  }
  const message = { id: runId, timestampEpoch: Math.floor(now / 1000), body: Buffer.from(expanded.body ?? '') }
  const signature = signatureHeaders(message, [key.key], hmacSha256)
  return { ok: true, expanded, headers: { ...identified, ...signature } }
}

/**
 * What the target can tell a repetition by. A job may have an idempotency key of its own, which its target may have a
 * format for; `webhook-id` is always the run's id.
 */
function identityHeaders(runId: string, own: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const hasKey = Object.keys(own).some((name) => name.toLowerCase() === 'idempotency-key')
  return hasKey ? { 'webhook-id': runId } : { 'webhook-id': runId, 'idempotency-key': runId }
}
