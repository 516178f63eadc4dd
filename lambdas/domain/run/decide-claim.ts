import type { Job } from '../job/job.ts'
import { jobSchedule } from '../job/job-schedule.ts'
import { type Activity, type Claim, claimed, type KnownStatus } from './activity.ts'
import { isFinal } from './run.ts'
import { parseRunId } from './run-id.ts'
import { settle } from './settle.ts'

export type ClaimQuestion = {
  readonly runId: string
  /** For a parked run that is to go on: the attempt it was parked for. */
  readonly attempt?: number | undefined
  readonly job: Job | undefined
  readonly activity: Activity
  /** Id of the newest record of the job; ids sort by time, so a later run has no record. */
  readonly newestRunId: string | undefined
  /** Records read so far. */
  readonly known: ReadonlyMap<string, KnownStatus>
  /** Epoch ms. */
  readonly now: number
  readonly leaseMs: number
  /** Whatever became of the run is known: it is claimed to be written down, not to be called. */
  readonly recordOnly?: boolean | undefined
  /** Who asks may write the run's end, and cannot carry it out. */
  readonly endOnly?: boolean | undefined
}

/** What a claimed run is to become: called, or written down as what happened instead. */
export type Fate =
  | { readonly kind: 'CALL' }
  /** REPLACE: these runs have to end first; until when the last of them may be at it, epoch ms. */
  | { readonly kind: 'REPLACE'; readonly inTheWay: readonly string[]; readonly leaseUntil: number }
  | { readonly kind: 'SKIPPED'; readonly inTheWay: string }
  | { readonly kind: 'MISSED'; readonly lateSeconds: number; readonly windowSeconds: number }
  | { readonly kind: 'LOST'; readonly because: 'AT_MOST_ONCE' | 'JOB_PAUSED' | 'JOB_DELETED' }
  /** A run between two attempts whose job is no longer what it was. */
  | { readonly kind: 'ENDED'; readonly because: 'JOB_EDITED' | 'JOB_PAUSED' | 'JOB_DELETED' }
  | { readonly kind: 'CANCELLED'; readonly by: 'USER' | 'REPLACED' }

export type ClaimDecision =
  /** Nothing to do, for good. */
  | {
      readonly kind: 'IGNORE'
      readonly because: 'NO_JOB' | 'NOT_ACTIVE' | 'NOT_PLANNED' | 'DUPLICATE' | 'CLAIMED_ELSEWHERE' | 'GOES_ON'
    }
  /** These records must be read before it can be decided. */
  | { readonly kind: 'READ_RECORDS'; readonly runIds: readonly string[] }
  /** Write `activity` if nobody has changed it meanwhile; then the run is ours. */
  | { readonly kind: 'CLAIM'; readonly activity: Activity; readonly fate: Fate }

type Asked = ClaimQuestion & { readonly job: Job }

/** Above this many unsettled runs their records are read, so that the activity row stays small. */
const MOST_UNSETTLED = 4

const ignore = (because: Extract<ClaimDecision, { kind: 'IGNORE' }>['because']): ClaimDecision => ({
  kind: 'IGNORE',
  because,
})

/**
 * Whether a delivered occurrence, manual trigger or resumption may run. Everything that must hold at most once, and never
 * for a paused, deleted or edited job, is decided here and made true by the compare-and-set that follows.
 */
export function decideClaim(question: ClaimQuestion): ClaimDecision {
  const { runId, job, activity, newestRunId, known, now } = question
  if (!job) return ignore('NO_JOB')
  const asked: Asked = { ...question, job }
  const own = activity.active[runId]
  const isDeleted = job.desired === 'DELETED'
  if (!own && isDeleted && activity.queued[runId] === undefined) return ignore('NO_JOB')
  const mayHaveRecord = newestRunId !== undefined && newestRunId >= runId
  const record = known.get(runId) ?? (mayHaveRecord ? undefined : 'NONE')
  if (record === undefined) return { kind: 'READ_RECORDS', runIds: [runId] }
  if (record !== 'NONE' && isFinal(record)) return ignore('DUPLICATE')
  if (!own && question.attempt !== undefined) return ignore('NOT_PLANNED')
  // What was promised before the job was deleted is written down, so that nothing keeps the tombstone.
  if (!own) return isDeleted ? claim(asked, { kind: 'ENDED', because: 'JOB_DELETED' }) : decideNew(asked)
  const isAwaited = own.parked !== undefined && own.parked.attempt === question.attempt
  if (!isAwaited && own.leaseUntil > now) return ignore('CLAIMED_ELSEWHERE')
  if (own.cancel) return claim(asked, { kind: 'CANCELLED', by: own.cancel })
  return own.parked ? decideResumption(asked, own) : takeOver(asked, own)
}

const isManual = (runId: string): boolean => parseRunId(runId)?.trigger === 'MANUAL'

/** Why a run of a job may not go on, if so. Manual runs work on paused jobs. */
function standstill(job: Job, runId: string): 'JOB_DELETED' | 'JOB_PAUSED' | undefined {
  if (job.desired === 'DELETED') return 'JOB_DELETED'
  return job.desired === 'PAUSED' && !isManual(runId) ? 'JOB_PAUSED' : undefined
}

/**
 * What ends a run between two attempts: a user has touched its job since the run began at this version of it, or nothing of
 * the job may go on. What Punctual itself writes on a job, such as that it has fired for the last time, is no edit.
 */
export function changeSince(
  job: Job,
  runId: string,
  version: number,
): 'JOB_DELETED' | 'JOB_PAUSED' | 'JOB_EDITED' | undefined {
  return standstill(job, runId) ?? (job.editedVersion > version ? 'JOB_EDITED' : undefined)
}

/** Nothing was going on, so that whatever has become of the job is respected. */
function decideResumption(question: Asked, own: Claim): ClaimDecision {
  const because = changeSince(question.job, question.runId, own.version)
  if (because) return claim(question, { kind: 'ENDED', because })
  return question.endOnly ? ignore('GOES_ON') : decideOverlap(question)
}

/**
 * The holder's lease has ended without a result: it crashed. What it had claimed too late it was never to call, and what it
 * was to end goes no further either.
 */
function takeOver(question: Asked, own: Claim): ClaimDecision {
  if (question.endOnly) return ignore('GOES_ON')
  const { job } = question
  const id = parseRunId(question.runId)
  const missed = id?.trigger === 'SCHEDULE' ? missedAt(own.claimedAt, id.plannedAt, job) : undefined
  if (missed) return claim(question, missed)
  const ended = own.recordOnly ? changeSince(job, question.runId, own.version) : undefined
  if (ended) return claim(question, { kind: 'ENDED', because: ended })
  if (job.definition.delivery === 'AT_MOST_ONCE') return claim(question, { kind: 'LOST', because: 'AT_MOST_ONCE' })
  const because = standstill(job, question.runId)
  return because ? claim(question, { kind: 'LOST', because }) : decideOverlap(question)
}

/** The fate of an occurrence that is claimed when its window has passed. */
function missedAt(claimedAt: number, plannedAt: number, job: Job): Extract<Fate, { kind: 'MISSED' }> | undefined {
  const { windowSeconds } = jobSchedule(job)
  const lateSeconds = Math.floor((claimedAt - plannedAt) / 1000)
  return lateSeconds > windowSeconds ? { kind: 'MISSED', lateSeconds, windowSeconds } : undefined
}

function decideNew(question: Asked): ClaimDecision {
  const { runId, activity, now, job } = question
  const id = parseRunId(runId)
  if (!id) return ignore('NOT_PLANNED')
  if (id.trigger === 'MANUAL') {
    return activity.queued[runId] === undefined ? ignore('NOT_PLANNED') : decideOverlap(question)
  }
  if (job.desired !== 'ACTIVE') return ignore('NOT_ACTIVE')
  if (!jobSchedule(job).covers(id.plannedAt)) return ignore('NOT_PLANNED')
  const missed = missedAt(now, id.plannedAt, job)
  return missed ? claim(question, missed) : decideOverlap(question)
}

function decideOverlap(question: Asked): ClaimDecision {
  const { runId, activity, known, now, job } = question
  const unsettled = Object.keys(activity.active).filter((id) => id !== runId)
  const unread = unsettled.filter((id) => !known.has(id))
  const mayOverlap = job.definition.overlap === 'ALLOW'
  if (unread.length > 0 && (!mayOverlap || unread.length > MOST_UNSETTLED)) {
    return { kind: 'READ_RECORDS', runIds: unread }
  }
  const settled = settle(activity, known, job)
  const isInTheWay = ([id, other]: [string, Claim]) =>
    id !== runId && other.recordOnly === undefined && other.leaseUntil > now
  const others = Object.entries(settled.active).filter(isInTheWay)
  const [first] = mayOverlap ? [] : others
  if (!first) return claim(question, { kind: 'CALL' })
  if (job.definition.overlap !== 'REPLACE') return claim(question, { kind: 'SKIPPED', inTheWay: first[0] })
  const leaseUntil = Math.max(...others.map(([, other]) => other.leaseUntil))
  return claim(question, { kind: 'REPLACE', inTheWay: others.map(([id]) => id), leaseUntil })
}

function claim(question: Asked, fate: Fate): ClaimDecision {
  const { now, leaseMs, job } = question
  const settled = settle(question.activity, question.known, job)
  const recordOnly = question.recordOnly === true || (fate.kind !== 'CALL' && fate.kind !== 'REPLACE')
  const entered = claimed(settled, question.runId, { now, leaseMs, version: job.version, recordOnly })
  return { kind: 'CLAIM', activity: entered, fate }
}
