import type { Job } from '../domain/job/job.ts'
import { secretNamesOf } from '../domain/job/job-secrets.ts'
import type { RunReason } from '../domain/run/run.ts'
import { reasonOf } from '../domain/target/hints.ts'
import { type Failure, isCredentialRefused, type SecretFacts } from '../domain/target/reason.ts'
import type { Redactor } from '../domain/target/redactor.ts'
import type { SecretCatalog } from '../ports/secret-catalog.ts'
import type { CallResult } from './call-target.ts'

export type ExplainFailureDeps = { readonly catalog: Pick<SecretCatalog, 'read'> }

/** Of an attempt that made no connection. */
export const NO_TIMINGS = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, downloadMs: null, totalMs: 0 }

/** Why a call was no success, in words for the job's owner; redacted. */
export async function explainFailure(
  deps: ExplainFailureDeps,
  job: Job,
  failure: Failure,
  redactor: Redactor,
): Promise<RunReason> {
  return told({ ...failure, ...(await secretFacts(deps, job, failure)) }, redactor)
}

/** An attempt whose request could not be made. @param startedAt epoch ms. */
export function unsent(failure: Failure, redactor: Redactor, number: number, startedAt: number): CallResult {
  const reason = told(failure, redactor)
  const attempts = [{ number, startedAt, httpStatus: null, reason, timings: NO_TIMINGS }]
  return {
    record: { status: 'FAILED', reason, attempts, request: null, response: null },
    outcome: { isSuccess: false, code: failure.code, httpStatus: null, retryAfterMs: null },
  }
}

function told(failure: Failure, redactor: Redactor): RunReason {
  const { code, message, hint } = reasonOf(failure)
  return { code, message: redactor.redact(message), hint: redactor.redact(hint) }
}

/** Which secrets may be to blame and, where the target has refused them, since when they are what they are. */
async function secretFacts(
  { catalog }: ExplainFailureDeps,
  { tenant, definition }: Job,
  { httpStatus }: Failure,
): Promise<SecretFacts> {
  const secretNames = secretNamesOf(definition)
  if (httpStatus === undefined || !isCredentialRefused(httpStatus)) return { secretNames }
  const secrets = await Promise.all(secretNames.map((name) => catalog.read(tenant, name)))
  const changes = secrets.flatMap((secret) => (secret ? [[secret.name, secret.updatedAt] as const] : []))
  return { secretNames, secretsChangedAt: new Map(changes) }
}
