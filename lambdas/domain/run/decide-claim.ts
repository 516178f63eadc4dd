import type { Job } from '../job/job.ts'
import { jobSchedule } from '../job/job-schedule.ts'
import { type Activity, claimed, type KnownStatus, settle } from './activity.ts'
import { isFinal } from './run.ts'
import { parseRunId } from './run-id.ts'

export type ClaimQuestion = {
  readonly runId: string
  readonly job: Job | undefined
  readonly activity: Activity
  /** Id of the newest record of the job; ids sort by time, so a later run has no record. */
  readonly newestRunId: string | undefined
  /** Records read so far. */
  readonly known: ReadonlyMap<string, KnownStatus>
  /** Epoch ms. */
  readonly now: number
  readonly leaseMs: number
}

/** What a claimed run is to become: called, or written down as what happened instead. */
export type Fate =
  | { readonly kind: 'CALL' }
  | { readonly kind: 'SKIPPED'; readonly inTheWay: string }
  | { readonly kind: 'MISSED'; readonly lateSeconds: number; readonly windowSeconds: number }
  | { readonly kind: 'LOST'; readonly because: 'AT_MOST_ONCE' | 'JOB_NOT_ACTIVE' }

export type ClaimDecision =
  /** Nothing to do, for good. */
  | {
      readonly kind: 'IGNORE'
      readonly because: 'NO_JOB' | 'NOT_ACTIVE' | 'NOT_PLANNED' | 'DUPLICATE' | 'CLAIMED_ELSEWHERE'
    }
  /** These records must be read before it can be decided. */
  | { readonly kind: 'READ_RECORDS'; readonly runIds: readonly string[] }
  /** Write `activity` if nobody has changed it meanwhile; then the run is ours. */
  | { readonly kind: 'CLAIM'; readonly activity: Activity; readonly fate: Fate }

/** Above this many unsettled runs their records are read, so that the activity row stays small. */
const MOST_UNSETTLED = 4

const ignore = (because: Extract<ClaimDecision, { kind: 'IGNORE' }>['because']): ClaimDecision => ({
  kind: 'IGNORE',
  because,
})

/**
 * Whether a delivered occurrence or manual trigger may run. Everything that must hold at most once, and never for a
 * paused, deleted or edited job, is decided here and made true by the compare-and-set that follows.
 */
export function decideClaim(question: ClaimQuestion): ClaimDecision {
  const { runId, job, activity, newestRunId, known } = question
  if (!job || job.desired === 'DELETED') return ignore('NO_JOB')
  const own = activity.active[runId]
  const mayHaveRecord = newestRunId !== undefined && newestRunId >= runId
  const record = known.get(runId) ?? (mayHaveRecord ? undefined : 'NONE')
  if (record === undefined) return { kind: 'READ_RECORDS', runIds: [runId] }
  if (record !== 'NONE' && isFinal(record)) return ignore('DUPLICATE')
  if (own) return own.leaseUntil > question.now ? ignore('CLAIMED_ELSEWHERE') : takeOver(question, job, own.claimedAt)
  return decideNew(question, job)
}

/** The holder's lease has ended without a result: it crashed. What it had claimed too late it was never to call. */
function takeOver(question: ClaimQuestion, job: Job, claimedAt: number): ClaimDecision {
  const id = parseRunId(question.runId)
  const isManual = id?.trigger === 'MANUAL'
  const missed = id && !isManual ? missedAt(claimedAt, id.plannedAt, job) : undefined
  if (missed) return claim(question, missed)
  if (job.definition.delivery === 'AT_MOST_ONCE') return claim(question, { kind: 'LOST', because: 'AT_MOST_ONCE' })
  if (job.desired === 'PAUSED' && !isManual) return claim(question, { kind: 'LOST', because: 'JOB_NOT_ACTIVE' })
  return decideOverlap(question, job)
}

/** The fate of an occurrence that is claimed when its window has passed. */
function missedAt(claimedAt: number, plannedAt: number, job: Job): Extract<Fate, { kind: 'MISSED' }> | undefined {
  const { windowSeconds } = jobSchedule(job)
  const lateSeconds = Math.floor((claimedAt - plannedAt) / 1000)
  return lateSeconds > windowSeconds ? { kind: 'MISSED', lateSeconds, windowSeconds } : undefined
}

function decideNew(question: ClaimQuestion, job: Job): ClaimDecision {
  const { runId, activity, now } = question
  const id = parseRunId(runId)
  if (!id) return ignore('NOT_PLANNED')
  if (id.trigger === 'MANUAL') {
    return activity.queued[runId] === undefined ? ignore('NOT_PLANNED') : decideOverlap(question, job)
  }
  if (job.desired !== 'ACTIVE') return ignore('NOT_ACTIVE')
  if (!jobSchedule(job).covers(id.plannedAt)) return ignore('NOT_PLANNED')
  const missed = missedAt(now, id.plannedAt, job)
  return missed ? claim(question, missed) : decideOverlap(question, job)
}

function decideOverlap(question: ClaimQuestion, job: Job): ClaimDecision {
  const { runId, activity, known, now } = question
  const unsettled = Object.keys(activity.active).filter((id) => id !== runId)
  const unread = unsettled.filter((id) => !known.has(id))
  const mayOverlap = job.definition.overlap === 'ALLOW'
  if (unread.length > 0 && (!mayOverlap || unread.length > MOST_UNSETTLED)) {
    return { kind: 'READ_RECORDS', runIds: unread }
  }
  const settled = settle(activity, known)
  const inTheWay = mayOverlap
    ? undefined
    : Object.entries(settled.active).find(([id, other]) => id !== runId && other.leaseUntil > now)?.[0]
  return claim(question, inTheWay === undefined ? { kind: 'CALL' } : { kind: 'SKIPPED', inTheWay })
}

function claim(question: ClaimQuestion, fate: Fate): ClaimDecision {
  const settled = settle(question.activity, question.known)
  return { kind: 'CLAIM', activity: claimed(settled, question.runId, question.now, question.leaseMs), fate }
}
