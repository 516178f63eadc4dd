import * as z from 'zod'
import { isTimezone, type ZoneClock, zoneClock } from '../../../schedule-expressions/index.ts'
import { dateText } from '../schedule/wall-time-text.ts'
import { DAY_MS, floorTo, HOUR_MS } from './time-slot.ts'

/** An IANA time zone. */
export const Timezone = z
  .string()
  .min(1)
  .max(50)
  .refine(isTimezone, 'must be an IANA time zone such as UTC, Europe/Paris or America/Chicago')

/** No zone is further from UTC. */
const LARGEST_OFFSET_MS = 16 * HOUR_MS

/** When a day begins, which is not at midnight where the clocks skip it. @param midnight as a wall time. */
function beginOf(clock: ZoneClock, midnight: number): number {
  const shown = clock.instantOf(midnight)
  if (shown !== undefined) return shown
  const skipping = clock
    .changes(midnight - LARGEST_OFFSET_MS, midnight + LARGEST_OFFSET_MS)
    .find(({ at, offsetBefore, offsetAfter }) => at + offsetBefore <= midnight && midnight < at + offsetAfter)
  if (!skipping) throw new Error(`The clocks never show ${dateText(midnight)}, and do not skip it`)
  return skipping.at
}

/** The last days of a time zone up to a moment, that of the moment included. */
export type LocalDays = {
  /** When the first of them began, epoch ms. */
  readonly from: number
  /** All of them, in order: `2026-11-21`. */
  readonly dates: readonly string[]
  readonly dateOf: (instant: number) => string
  /** When the day in a place of `dates` begins and the next one does, epoch ms. */
  readonly spanOf: (place: number) => { readonly from: number; readonly to: number }
  /** 0 to 23. */
  readonly hourOf: (instant: number) => number
}

/** @param now epoch ms. @param count at least 1. */
export function lastLocalDays(timezone: string, now: number, count: number): LocalDays {
  const clock = zoneClock(timezone)
  const today = floorTo(clock.wallTime(now), DAY_MS)
  const first = today - (count - 1) * DAY_MS
  const beginAt = (place: number) => beginOf(clock, first + place * DAY_MS)
  return {
    from: beginAt(0),
    spanOf: (place) => ({ from: beginAt(place), to: beginAt(place + 1) }),
    dates: Array.from({ length: count }, (_, index) => dateText(first + index * DAY_MS)),
    dateOf: (instant) => dateText(clock.wallTime(instant)),
    hourOf: (instant) => new Date(clock.wallTime(instant)).getUTCHours(),
  }
}
