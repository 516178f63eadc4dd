import type { JobDefinition } from '../../lambdas/domain/job/job.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

type Timing = Pick<JobDefinition, 'cronExpression' | 'endAt'>

/** When a job runs, in UTC: as a user writes it, and as plain arithmetic that shares nothing with the code under test. */
type Rhythm =
  | { readonly kind: 'periodic'; readonly periodMs: number; readonly offsetMs: number }
  /** Counts from one period after the minute in which the job's generation began. */
  | { readonly kind: 'rate'; readonly periodMs: number }
  | { readonly kind: 'days'; readonly isDay: (day: Date) => boolean; readonly atMs: number }
  | { readonly kind: 'once'; readonly at: number }

const rhythms: Readonly<Record<string, Rhythm>> = {
  '* * * * *': { kind: 'periodic', periodMs: MINUTE_MS, offsetMs: 0 },
  '*/5 * * * *': { kind: 'periodic', periodMs: 5 * MINUTE_MS, offsetMs: 0 },
  '0 * * * *': { kind: 'periodic', periodMs: HOUR_MS, offsetMs: 0 },
  '7 * * * *': { kind: 'periodic', periodMs: HOUR_MS, offsetMs: 7 * MINUTE_MS },
  '15 12 * * *': { kind: 'periodic', periodMs: DAY_MS, offsetMs: 12 * HOUR_MS + 15 * MINUTE_MS },
  'rate(3 minutes)': { kind: 'rate', periodMs: 3 * MINUTE_MS },
  // Crontab's OR: two schedules in EventBridge.
  '20 12 22 * 6': { kind: 'days', isDay: (day) => day.getUTCDate() === 22 || day.getUTCDay() === 6, atMs: 44_400_000 },
}

function rhythmOf({ cronExpression }: Timing): Rhythm {
  const known = rhythms[cronExpression]
  if (known) return known
  const minutes = /^rate\((\d+) minutes\)$/.exec(cronExpression)?.[1]
  if (minutes !== undefined) return { kind: 'rate', periodMs: Number(minutes) * MINUTE_MS }
  const once = /^at\((.+)\)$/.exec(cronExpression)?.[1]
  if (once !== undefined) return { kind: 'once', at: Date.parse(`${once}Z`) }
  const [minute, hour, day, month, weekday] = cronExpression.split(' ').map(Number)
  if (month !== undefined || day !== undefined) {
    const offsetMs = (hour ?? 0) * HOUR_MS + (minute ?? 0) * MINUTE_MS
    // The epoch was a Thursday.
    if (weekday === undefined || Number.isNaN(weekday)) return { kind: 'periodic', periodMs: DAY_MS, offsetMs }
    return { kind: 'periodic', periodMs: 7 * DAY_MS, offsetMs: ((weekday + 3) % 7) * DAY_MS + offsetMs }
  }
  throw new Error(`No rhythm for ${cronExpression}`)
}

/** Ways to time a job that a history begins at `now` may choose from. */
export const timings: readonly ((now: number) => Timing)[] = [
  ...Object.keys(rhythms).map((cronExpression) => () => ({ cronExpression, endAt: null })),
  (now) => ({ cronExpression: onceAt(now + 2 * MINUTE_MS), endAt: null }),
  (now) => ({ cronExpression: '* * * * *', endAt: new Date(now + 7 * MINUTE_MS).toISOString() }),
]

/** at() of the whole minute that `instant` is in. */
const onceAt = (instant: number) =>
  `at(${new Date(Math.floor(instant / MINUTE_MS) * MINUTE_MS).toISOString().replace('.000Z', '')})`

/** Planned instants in `after < instant <= until` of a generation that began at `since`. */
export function plannedInstants(timing: Timing, since: number, until: number, after = since): readonly number[] {
  const rhythm = rhythmOf(timing)
  const end = timing.endAt === null || rhythm.kind === 'once' ? until : Math.min(until, Date.parse(timing.endAt))
  switch (rhythm.kind) {
    case 'periodic':
      return every(rhythm.periodMs, rhythm.offsetMs, after, end)
    case 'rate':
      return every(rhythm.periodMs, Math.floor(since / MINUTE_MS) * MINUTE_MS, Math.max(since, after), end)
    case 'days':
      return every(DAY_MS, rhythm.atMs, after, end).filter((instant) => rhythm.isDay(new Date(instant)))
    case 'once':
      return rhythm.at > after && rhythm.at <= end ? [rhythm.at] : []
  }
}

function every(periodMs: number, offsetMs: number, since: number, until: number): number[] {
  const instants: number[] = []
  const first = Math.floor((since - offsetMs) / periodMs) + 1
  for (let instant = first * periodMs + offsetMs; instant <= until; instant += periodMs) instants.push(instant)
  return instants
}
