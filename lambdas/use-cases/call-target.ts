import { planLimits } from '../domain/account/plan.ts'
import type { Job, JobDefinition } from '../domain/job/job.ts'
import { secretNamesOf } from '../domain/job/job-secrets.ts'
import type { TryOutcome } from '../domain/run/decide-retry.ts'
import type { KeptResponse, Run, RunReason, RunStatus, SentRequest } from '../domain/run/run.ts'
import type { ExpandedTarget } from '../domain/target/expand-secrets.ts'
import { judgeResponse } from '../domain/target/judge-response.ts'
import type { Failure } from '../domain/target/reason.ts'
import { type Redactor, redactorOf } from '../domain/target/redactor.ts'
import type { HmacSha256 } from '../domain/target/signature.ts'
import type { Clock } from '../ports/clock.ts'
import type { SecretCatalog } from '../ports/secret-catalog.ts'
import type { SecretReader } from '../ports/secret-reader.ts'
import type { SentAttempt, TargetSender } from '../ports/target-sender.ts'
import { prepareRequest } from './prepare-request.ts'

export type CallTargetDeps = {
  readonly secrets: SecretReader
  readonly catalog: Pick<SecretCatalog, 'read'>
  readonly sender: TargetSender
  readonly hmacSha256: HmacSha256
  readonly clock: Clock
}

/** What a run's record says of its call. */
type CallRecord = Pick<Run, 'status' | 'reason' | 'attempts' | 'request' | 'response'>

/** One try: what to record of it, and what decides about another. */
export type CallResult = { readonly record: CallRecord; readonly outcome: TryOutcome }

export type Call = {
  readonly job: Job
  readonly runId: string
  /** Attempts of the run before this one. */
  readonly attemptsBefore: number
  /** Ends the call early, as ABORTED. */
  readonly signal: AbortSignal
}

/** How much of a body the success rule sees, in bytes. */
const JUDGED_BYTES = 256 * 1024
/** Most that is kept of the target's headers, in characters. */
const KEPT_HEADER_CHARACTERS = 4096

/**
 * Calls a job's target once and says what became of it, redacted. Every outcome is a value. A credential that the
 * target refuses may have been changed a moment ago: it is read anew, and sent once more if it is another one.
 */
export async function callTarget(deps: CallTargetDeps, call: Call): Promise<CallResult> {
  const { job, attemptsBefore } = call
  const first = await attempt(deps, call, attemptsBefore + 1)
  const names = secretNamesOf(job.definition)
  if (first.result.outcome.httpStatus !== 401 || names.length === 0) return first.result
  await deps.secrets.forget(job.tenant, names)
  const { values } = await deps.secrets.resolve(job.tenant, names)
  if (names.every((name) => values.get(name) === first.values.get(name))) return first.result
  const { result } = await attempt(deps, call, attemptsBefore + 2)
  const attempts = [...first.result.record.attempts, ...result.record.attempts]
  return { ...result, record: { ...result.record, attempts } }
}

type Answered = Extract<SentAttempt, { readonly kind: 'response' }>

type AttemptResult = { readonly result: CallResult; readonly values: ReadonlyMap<string, string> }

async function attempt(deps: CallTargetDeps, call: Call, number: number): Promise<AttemptResult> {
  const { job, runId, signal } = call
  const { definition, tenant } = job
  const startedAt = deps.clock()
  const { values } = await deps.secrets.resolve(tenant, secretNamesOf(definition))
  const prepared = prepareRequest(deps.hmacSha256, definition, values, runId, startedAt)
  if (!prepared.ok) {
    const { unsent } = await import('./explain-failure.ts')
    return { result: unsent(prepared.failure, await redactorOf([...values.values()]), number, startedAt), values }
  }
  const { expanded, headers } = prepared
  const redactor = await redactorOf([...values.values(), ...expanded.credentials])
  const { responseBytes } = planLimits[job.plan]
  const sent = await deps.sender.send(
    {
      method: definition.httpMethod,
      url: expanded.url,
      headers,
      body: expanded.body,
      timeoutMs: definition.timeout,
      redirects: definition.redirects,
      captureBytes: Math.max(JUDGED_BYTES, responseBytes + redactor.overlapBytes),
    },
    signal,
  )
  const judged = judge(definition, sent)
  const reason = judged.failure && (await explained(deps, job, judged.failure, redactor))
  const answer = sent.kind === 'response' ? sent : undefined
  const httpStatus = answer?.status ?? null
  const record: CallRecord = {
    status: judged.status,
    reason,
    attempts: [{ number, startedAt, httpStatus, reason, timings: sent.timings }],
    request: sentRequest(definition, expanded, redactor),
    response: answer ? keptResponse(definition, answer, judged.status, redactor, responseBytes) : null,
  }
  const retryAfterMs = judged.failure && (await askedDelayMs(deps.clock, answer))
  const code = judged.failure?.code ?? null
  return { result: { record, outcome: { isSuccess: code === null, code, httpStatus, retryAfterMs } }, values }
}

async function explained(deps: CallTargetDeps, job: Job, failure: Failure, redactor: Redactor): Promise<RunReason> {
  const { explainFailure } = await import('./explain-failure.ts')
  return explainFailure(deps, job, failure, redactor)
}

/** What the target asks for before it is called again, in ms from now; null for nothing. */
async function askedDelayMs(clock: Clock, answer: Answered | undefined): Promise<number | null> {
  const { parseRetryAfter } = await import('../domain/run/retry-after.ts')
  return parseRetryAfter(answer?.headers['retry-after'], clock())
}

function judge(
  definition: JobDefinition,
  sent: SentAttempt,
): { readonly status: RunStatus; readonly failure: Failure | null } {
  if (sent.kind === 'failure') {
    const status = sent.code === 'TIMEOUT' ? 'TIMED_OUT' : sent.code === 'ABORTED' ? 'CANCELLED' : 'FAILED'
    return { status, failure: { code: sent.code, message: sent.message } }
  }
  const body = Buffer.from(sent.body).toString('utf8')
  const judgement = judgeResponse(definition.success, { status: sent.status, body, truncated: sent.truncated })
  return judgement.ok ? { status: 'SUCCEEDED', failure: null } : { status: 'FAILED', failure: judgement.failure }
}

const sentRequest = (definition: JobDefinition, expanded: ExpandedTarget, redactor: Redactor): SentRequest => ({
  method: definition.httpMethod,
  url: redactor.redact(expanded.url.href),
  headers: redactor.redactHeaders(expanded.headers),
})

function keptResponse(
  definition: JobDefinition,
  sent: Answered,
  status: RunStatus,
  redactor: Redactor,
  responseBytes: number,
): KeptResponse {
  const { bodyBytes } = sent
  const isKept =
    definition.saveResponse === 'ALWAYS' || (definition.saveResponse === 'ON_FAILURE' && status !== 'SUCCEEDED')
  if (!isKept) return { status: sent.status, headers: {}, body: null, bodyBytes, truncated: false }
  // Only as much as may be kept is searched for secrets, and what a secret may overlap.
  const captured = sent.body.subarray(0, responseBytes + redactor.overlapBytes)
  const isWhole = !sent.truncated && captured.length === sent.body.length
  const { text, truncated } = redactor.redactAndTruncate(captured, responseBytes, isWhole)
  return {
    status: sent.status,
    headers: keptHeaders(redactor.redactHeaders(sent.headers)),
    body: text,
    bodyBytes,
    truncated,
  }
}

function keptHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  let left = KEPT_HEADER_CHARACTERS
  return Object.fromEntries(
    Object.entries(headers).filter(([name, value]) => {
      left -= name.length + value.length
      return left >= 0
    }),
  )
}
