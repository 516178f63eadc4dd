/** A moment at which the clocks of a zone change. Offsets are milliseconds that the wall clock is ahead of UTC. */
export interface ClockChange {
  /** Epoch milliseconds of the first instant with the new offset. */
  readonly at: number
  readonly offsetBefore: number
  readonly offsetAfter: number
}

/**
 * The clocks of one time zone. A wall time is what they show, as the epoch milliseconds of the same date and time in
 * UTC. Instants before 1900 or after 2300 are none of its business.
 */
export interface ZoneClock {
  wallTime(instant: number): number
  /** The first instant at which the clocks show `wallTime`; undefined when they skip it. */
  instantOf(wallTime: number): number | undefined
  /** Changes in `from < at <= until`, ascending. */
  changes(from: number, until: number): readonly ClockChange[]
}

interface Span {
  readonly start: number
  readonly end: number
  readonly offset: number
}

const SECOND_MS = 1000
/** No zone has been, or is planned to be, further from UTC. */
const LARGEST_OFFSET_MS = 16 * 3_600_000
/** In the tz database no two changes of a zone since 1970 are closer than 6.9 days, so none hides between probes. */
const PROBE_MS = 6 * 86_400_000

const yearOf = (instant: number) => new Date(instant).getUTCFullYear()

function offsetReader(timezone: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: timezone, timeZoneName: 'longOffset' })
  return (instant) => {
    const [, sign, hours, minutes, seconds] = /GMT(?:([+-])(\d+):(\d+)(?::(\d+))?)?$/.exec(format.format(instant)) ?? []
    const size = Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0)
    return (sign === '-' ? -size : size) * SECOND_MS
  }
}

/** Spans of constant offset that fill a UTC year, found by probing and then halving towards each change. */
function spansOfYear(offsetAt: (instant: number) => number, year: number): readonly Span[] {
  const end = Date.UTC(year + 1, 0, 1)
  const spans: Span[] = []
  let start = Date.UTC(year, 0, 1)
  let offset = offsetAt(start)
  for (let known = start; known < end - SECOND_MS; ) {
    const probe = Math.min(known + PROBE_MS, end - SECOND_MS)
    const probed = offsetAt(probe)
    if (probed !== offset) {
      let before = known
      let after = probe
      while (after - before > SECOND_MS) {
        const middle = before + Math.floor((after - before) / 2 / SECOND_MS) * SECOND_MS
        if (offsetAt(middle) === offset) before = middle
        else after = middle
      }
      spans.push({ start, end: after, offset })
      start = after
      offset = probed
    }
    known = probe
  }
  spans.push({ start, end, offset })
  return spans
}

function makeZoneClock(timezone: string): ZoneClock {
  const offsetAt = offsetReader(timezone)
  const years = new Map<number, readonly Span[]>()
  const spansOf = (year: number): readonly Span[] => {
    const known = years.get(year)
    if (known) return known
    const spans = spansOfYear(offsetAt, year)
    years.set(year, spans)
    return spans
  }
  function* spansFrom(from: number, until: number): Generator<Span> {
    for (let year = yearOf(from); year <= yearOf(until); year++) yield* spansOf(year)
  }
  return {
    wallTime: (instant) => {
      const span = spansOf(yearOf(instant)).find(({ end }) => instant < end)
      return instant + (span?.offset ?? 0)
    },
    instantOf: (wallTime) => {
      for (const { start, end, offset } of spansFrom(wallTime - LARGEST_OFFSET_MS, wallTime + LARGEST_OFFSET_MS)) {
        const instant = wallTime - offset
        if (instant >= start && instant < end) return instant
      }
      return undefined
    },
    changes: (from, until) => {
      const changes: ClockChange[] = []
      let before: Span | undefined
      for (const span of spansFrom(from - SECOND_MS, until)) {
        if (before && before.offset !== span.offset && span.start > from && span.start <= until) {
          changes.push({ at: span.start, offsetBefore: before.offset, offsetAfter: span.offset })
        }
        before = span
      }
      return changes
    },
  }
}

const clocks = new Map<string, ZoneClock>()

/** The clocks of an IANA zone, kept for the life of the process. Throws a RangeError for a zone that Intl does not know. */
export function zoneClock(timezone: string): ZoneClock {
  const known = clocks.get(timezone)
  if (known) return known
  const clock = makeZoneClock(timezone)
  clocks.set(timezone, clock)
  return clock
}
