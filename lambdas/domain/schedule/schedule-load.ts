/** How heavy a schedule is. */
export type ScheduleLoad = {
  /** Between two neighbouring occurrences; infinite when there is only one. */
  readonly shortestIntervalSeconds: number
  /** Occurrences of the busiest 24 hours. */
  readonly runsPerDay: number
}

const DAY_MS = 86_400_000

/** Instants looked at: more than a day's worth of the tightest schedule. */
const MOST_INSTANTS = 1500
/** And no further than this: every kind of schedule has had its busiest day by then. */
const LONGEST_MS = 366 * DAY_MS

/** Measures a schedule by the occurrences that come next, at most a year of them. @param occurrences epoch ms, ascending. */
export function scheduleLoad(occurrences: Iterable<number>): ScheduleLoad {
  let shortestMs = Number.POSITIVE_INFINITY
  let runsPerDay = 0
  const instants: number[] = []
  /** The first instant of the 24 hours that end with the newest one. */
  let head = 0
  for (const instant of occurrences) {
    const [first = instant] = instants
    if (instant - first > LONGEST_MS) break
    shortestMs = Math.min(shortestMs, instant - (instants.at(-1) ?? Number.NEGATIVE_INFINITY))
    instants.push(instant)
    while (instant - (instants[head] ?? instant) >= DAY_MS) head++
    runsPerDay = Math.max(runsPerDay, instants.length - head)
    if (instants.length === MOST_INSTANTS) break
  }
  return { shortestIntervalSeconds: shortestMs / 1000, runsPerDay }
}
