import * as z from 'zod/mini'
import { Notice } from '../notification/notice.ts'
import type { RunStatus } from './run.ts'

/**
 * The right to write a run's result, until its lease ends. `token` grows with every claim of the job, so that a holder
 * that was taken for dead cannot overwrite what its successor wrote (a fencing token).
 */
export const Claim = z.object({
  token: z.int(),
  /** When the run was claimed first, however often it has been taken over since; epoch ms. */
  claimedAt: z.number(),
  /** Epoch ms. */
  leaseUntil: z.number(),
  /** The job's version when the run was first claimed: an edit ends its retrying. */
  version: z.int(),
  /** Set while nothing is going on and the run waits, for a retry or for another run to end. */
  parked: z.optional(z.object({ attempt: z.int(), until: z.number() })),
  /** Set where the run calls nobody: what became of it is only written down, and it is in nobody's way. */
  recordOnly: z.optional(z.literal(true)),
  /** Somebody wants the run to stop. */
  cancel: z.optional(z.enum(['USER', 'REPLACED'])),
})
export type Claim = Readonly<z.infer<typeof Claim>>

/**
 * What a job is doing right now: one small row per job, changed only by compare-and-set on `rev`.
 * A run is claimed by entering `active`. It leaves only when its final record is known to exist, so that a run which
 * was ever claimed is either in `active` or has a record.
 */
export const Activity = z.object({
  rev: z.int(),
  active: z.record(z.string(), Claim),
  /** Manual runs that were promised and not yet claimed, by id; the value is when, in epoch ms. */
  queued: z.record(z.string(), z.number()),
  /** Scheduled runs that have failed in a row since the job's version `countedFrom`. */
  consecutiveFailures: z.int(),
  countedFrom: z._default(z.int(), 1),
  /** Id of the first of them. */
  firstFailed: z.optional(z.string()),
  /** Id of the newest run that has succeeded. */
  lastGood: z.optional(z.string()),
  /** What has not been told yet, by the id of the run that it is about. */
  notices: z._default(z.record(z.string(), Notice), {}),
})
export type Activity = Readonly<z.infer<typeof Activity>>

export const noActivity: Activity = {
  rev: 0,
  active: {},
  queued: {},
  consecutiveFailures: 0,
  countedFrom: 1,
  notices: {},
}

/** What is known of a run's record: its status, or that there is none. */
export type KnownStatus = RunStatus | 'NONE'

/**
 * Enters a claim of `runId`; the token is the revision that the claim will be written as. A run that was claimed before
 * keeps the version that it began with, and what was asked of it.
 */
export function claimed(activity: Activity, runId: string, claim: NewClaim): Activity {
  const rev = activity.rev + 1
  const queued = Object.fromEntries(Object.entries(activity.queued).filter(([id]) => id !== runId))
  const before = activity.active[runId]
  const entry: Claim = {
    token: rev,
    claimedAt: before?.claimedAt ?? claim.now,
    leaseUntil: claim.now + claim.leaseMs,
    version: before?.version ?? claim.version,
    ...(claim.recordOnly ? { recordOnly: true } : {}),
    ...(before?.cancel === undefined ? {} : { cancel: before.cancel }),
  }
  return { ...activity, rev, queued, active: { ...activity.active, [runId]: entry } }
}

/** `now` in epoch ms; `version` is the job's. */
export type NewClaim = {
  readonly now: number
  readonly leaseMs: number
  readonly version: number
  readonly recordOnly?: boolean
}

/** Whether somebody has taken it on to call the target, and has neither ended it nor laid it aside. */
export const isUnderWay = (claim: Claim | undefined): boolean =>
  claim !== undefined && claim.parked === undefined && claim.recordOnly === undefined

/** Whether a claimed run may be calling its target, or is about to. */
export const mayCall = (claim: Claim, now: number): boolean => isUnderWay(claim) && claim.leaseUntil > now

/** Longer than a delivery at the planned minute may take: past it the sweeper looks after a parked run, in ms. */
const PARKED_GRACE_MS = 5 * 60_000

/** Lays a claimed run aside until an instant; `undefined` when the claim is no longer ours. */
export function parked(activity: Activity, runId: string, token: number, until: { attempt: number; until: number }) {
  const own = activity.active[runId]
  if (own?.token !== token) return undefined
  const entry: Claim = { ...own, parked: until, leaseUntil: until.until + PARKED_GRACE_MS }
  return { ...activity, rev: activity.rev + 1, active: { ...activity.active, [runId]: entry } }
}

/** Asks an active run to stop; `undefined` when it is not active or has been asked already. */
export function cancelRequested(activity: Activity, runId: string, by: NonNullable<Claim['cancel']>) {
  const entry = activity.active[runId]
  if (!entry || entry.cancel !== undefined) return undefined
  return { ...activity, rev: activity.rev + 1, active: { ...activity.active, [runId]: { ...entry, cancel: by } } }
}
