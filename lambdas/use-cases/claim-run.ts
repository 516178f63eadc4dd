import type { NewAuditEntry } from '../domain/audit/audit-entry.ts'
import type { Job } from '../domain/job/job.ts'
import type { JobSnapshot } from '../domain/job/job-view.ts'
import { type Activity, isUnderWay, type KnownStatus } from '../domain/run/activity.ts'
import { type ClaimDecision, decideClaim, type Fate } from '../domain/run/decide-claim.ts'
import type { Clock } from '../ports/clock.ts'
import type { RunLedger } from '../ports/run-ledger.ts'
import { MOST_TRIES } from './change-activity.ts'

export type ClaimRunDeps = { readonly ledger: RunLedger; readonly clock: Clock }

export type ClaimRequest = {
  readonly tenant: string
  readonly jobId: string
  readonly runId: string
  /** For a parked run that is to go on: the attempt it was parked for. */
  readonly attempt?: number | undefined
  /** How long nobody else may take the run over, in ms. */
  readonly leaseMs: number
  /** What became of the run is known already, and it is only to be written down. */
  readonly recordOnly?: boolean
  /** The run is claimed only if it is to end; then its fate is ENDED or CANCELLED. */
  readonly endOnly?: boolean
  /** The entry of a claim that somebody asked for. */
  readonly audit?: NewAuditEntry
}

/** A run that is ours to conclude. */
export type ClaimedRun = {
  readonly kind: 'CLAIMED'
  readonly runId: string
  readonly job: Job
  readonly activity: Activity
  readonly token: number
  /** Never claimed before: there is nothing recorded of it. */
  readonly isNew: boolean
  /** It was being carried out by somebody who crashed, and may have called the target. */
  readonly isTakenOver: boolean
  readonly claimedAt: number
  readonly fate: Fate
}

/** An order that is not to be carried out, and what was read of its job, if there is one. */
export type IgnoredOrder = Extract<ClaimDecision, { kind: 'IGNORE' }> & { readonly snapshot?: JobSnapshot }

export type ClaimOutcome = ClaimedRun | IgnoredOrder

/**
 * Claims a run: read, decide, compare-and-set, again if somebody else was faster. However often an occurrence is
 * delivered, one delivery gets it.
 */
export async function claimRun(deps: ClaimRunDeps, request: ClaimRequest): Promise<ClaimOutcome> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const outcome = await tryToClaim(deps, request)
    if (outcome) return outcome
  }
  throw new Error(`Run ${request.runId} could not be claimed: ${MOST_TRIES} others were faster`)
}

async function tryToClaim(deps: ClaimRunDeps, request: ClaimRequest): Promise<ClaimOutcome | undefined> {
  const { tenant, jobId, runId, attempt, leaseMs, recordOnly, endOnly, audit } = request
  const snapshot = await deps.ledger.snapshot(tenant, jobId)
  const known = new Map<string, KnownStatus>()
  if (snapshot?.newest) known.set(snapshot.newest.id, snapshot.newest.status)
  if (!snapshot) return { kind: 'IGNORE', because: 'NO_JOB' }
  const { job, activity, newest } = snapshot
  const question = { runId, attempt, job, newestRunId: newest?.id, leaseMs, recordOnly, endOnly }
  for (;;) {
    const now = deps.clock()
    const decision = decideClaim({ ...question, activity, known, now })
    if (decision.kind === 'IGNORE') return { ...decision, snapshot }
    if (decision.kind === 'CLAIM') {
      if (!(await deps.ledger.save(tenant, jobId, decision.activity, audit))) return undefined
      const { activity: written, fate } = decision
      const before = activity.active[runId]
      const of = { runId, job, activity: written, token: written.rev, claimedAt: now, fate }
      return { kind: 'CLAIMED', ...of, isNew: before === undefined, isTakenOver: isUnderWay(before) }
    }
    const records = await Promise.all(decision.runIds.map((id) => deps.ledger.record(tenant, id)))
    decision.runIds.forEach((id, index) => {
      known.set(id, records[index]?.status ?? 'NONE')
    })
  }
}
