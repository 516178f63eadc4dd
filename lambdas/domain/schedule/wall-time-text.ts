const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

/** The date of a wall time (epoch milliseconds of the same date and time in UTC): `2026-03-29`. */
export const dateText = (wallTime: number): string => new Date(wallTime).toISOString().slice(0, 10)

/** The time of day of a wall time: `02:30`, with seconds only where there are any. */
export const timeText = (wallTime: number): string =>
  new Date(wallTime).toISOString().slice(11, wallTime % MINUTE_MS === 0 ? 16 : 19)

/** A duration in the largest unit that fits it exactly: `90 minutes`, `1 day`. */
export function durationText(ms: number): string {
  const [size, unit] =
    ms % DAY_MS === 0
      ? ([DAY_MS, 'day'] as const)
      : ms % HOUR_MS === 0
        ? ([HOUR_MS, 'hour'] as const)
        : ms % MINUTE_MS === 0
          ? ([MINUTE_MS, 'minute'] as const)
          : ([1000, 'second'] as const)
  const count = ms / size
  return count === 1 ? `1 ${unit}` : `${count} ${unit}s`
}
