import { planLimits } from '../account/plan.ts'

/**
 * Runs are counted by quarters of an hour of their planned instant: every zone's days and hours begin at one, for no zone has
 * been off the quarter hour since 1972, and clocks change at one. All instants are epoch ms.
 */
export const SLOT_MS = 15 * 60_000
export const HOUR_MS = 3_600_000
export const DAY_MS = 86_400_000

/** The last instant not after `instant` that is a multiple of `unit`: the begin of its slot, UTC hour or UTC day. */
export const floorTo = (instant: number, unit: number): number => Math.floor(instant / unit) * unit
export const ceilTo = (instant: number, unit: number): number => Math.ceil(instant / unit) * unit

/**
 * A record that is decided upon before its slot ends is in the index this long after it, in ms: a write is tried for ten
 * seconds at most, and the index follows within one.
 */
export const SETTLING_MS = 2 * 60_000

/** What was planned before this instant and concluded in its own slot can be seen by now. */
export const settledUpTo = (now: number): number => floorTo(now - SETTLING_MS, SLOT_MS)

/** Records of runs are kept at least this long after the planned instant, on every plan. */
const LEAST_RETENTION_MS = Math.min(...Object.values(planLimits).map(({ retentionDays }) => retentionDays)) * DAY_MS

/**
 * Whether a run that ends `now` ends after its slot, which may have been counted by then. One that ends a day before others
 * of its slot begin to expire, after days of retrying, is left out: the slot could not be counted anew.
 */
export function isLate(plannedAt: number, now: number): boolean {
  const slot = floorTo(plannedAt, SLOT_MS)
  return now >= slot + SLOT_MS && now < slot + LEAST_RETENTION_MS - DAY_MS
}

/** Whether all runs of an hour can still be read. */
export const isRecountable = (hour: number, now: number): boolean => now < hour + LEAST_RETENTION_MS - HOUR_MS
