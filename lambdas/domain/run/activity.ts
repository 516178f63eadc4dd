import * as z from 'zod'
import { isFailure, isFinal, type RunStatus } from './run.ts'
import { parseRunId } from './run-id.ts'

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
  consecutiveFailures: z.int(),
})
export type Activity = Readonly<z.infer<typeof Activity>>

export const noActivity: Activity = { rev: 0, active: {}, queued: {}, consecutiveFailures: 0 }

/** What is known of a run's record: its status, or that there is none. */
export type KnownStatus = RunStatus | 'NONE'

/**
 * Takes those runs out of `active` whose records are final, and counts them in order of time. Manual runs do not
 * count: they say nothing about whether the job works on its own.
 */
export function settle(activity: Activity, known: ReadonlyMap<string, KnownStatus>): Activity {
  const finished = Object.keys(activity.active)
    .filter((id) => {
      const status = known.get(id)
      return status !== undefined && status !== 'NONE' && isFinal(status)
    })
    .sort()
  const consecutiveFailures = finished.reduce(
    (count, id) => countRun(count, id, known.get(id)),
    activity.consecutiveFailures,
  )
  const active = Object.fromEntries(Object.entries(activity.active).filter(([id]) => !finished.includes(id)))
  return { ...activity, active, consecutiveFailures }
}

function countRun(count: number, id: string, status: KnownStatus | undefined): number {
  if (status === undefined || status === 'NONE' || parseRunId(id)?.trigger !== 'SCHEDULE') return count
  if (status === 'SUCCEEDED') return 0
  return isFailure(status) ? count + 1 : count
}

/** Enters a claim of `runId`; the token is the revision that the claim will be written as. */
export function claimed(activity: Activity, runId: string, now: number, leaseMs: number): Activity {
  const rev = activity.rev + 1
  const queued = Object.fromEntries(Object.entries(activity.queued).filter(([id]) => id !== runId))
  const claimedAt = activity.active[runId]?.claimedAt ?? now
  const active = { ...activity.active, [runId]: { token: rev, claimedAt, leaseUntil: now + leaseMs } }
  return { ...activity, rev, queued, active }
}
