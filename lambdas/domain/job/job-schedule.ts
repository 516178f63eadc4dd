import { planSchedule, type SchedulePlan } from '../schedule/plan-schedule.ts'
import type { Job, JobDefinition } from './job.ts'

/** One EventBridge schedule that a job should have. Instants are epoch ms. */
export type Projection = {
  readonly name: string
  readonly expression: string
  readonly timezone: string
  readonly startAt: number | undefined
  readonly endAt: number | undefined
  readonly flexMinutes: number
  /** How late a delivery may still be, in seconds: 60 to 86,400 (Scheduler's MaximumEventAgeInSeconds). */
  readonly windowSeconds: number
}

/** When a job fires, from the moment its generation began. */
export type JobSchedule = {
  /** Planned instants later than `after`, ascending, epoch ms; ends when there are no more. */
  occurrencesAfter(after: number): Iterable<number>
  /** Whether `instant` is one of the planned instants. */
  covers(instant: number): boolean
  /** How late an occurrence may still start, in seconds; past that it is MISSED. */
  readonly windowSeconds: number
  /** The schedules to have in EventBridge; none when nothing is left to fire after `now`. */
  projections(now: number): readonly Projection[]
}

const MINUTE_MS = 60_000
const SHORTEST_WINDOW_SECONDS = 60
const LONGEST_WINDOW_SECONDS = 3600

type Timing = Pick<JobDefinition, 'startAt' | 'endAt' | 'flexMinutes'>

/** What of a job says when it fires. */
export type TimedJob = Pick<Job, 'id' | 'generation' | 'since'> & {
  readonly definition: Timing & Pick<JobDefinition, 'cronExpression' | 'timezone'>
}

const first = (instants: Iterable<number>): number | undefined => {
  for (const instant of instants) return instant
  return undefined
}

/**
 * What rate() counts from: the start that the user gave, rounded up to the whole minute because EventBridge drops a rate's
 * seconds, else one period after the minute that the job was made in.
 */
function anchorOf(plan: SchedulePlan, timing: Timing, since: number): number {
  if (timing.startAt !== null) return Math.ceil(Date.parse(timing.startAt) / MINUTE_MS) * MINUTE_MS
  return Math.floor(since / MINUTE_MS) * MINUTE_MS + (plan.periodMs ?? 0)
}

/** Late by up to one interval is still useful, within a minute and an hour; a flexible window comes on top. */
function windowSecondsOf(plan: SchedulePlan, timing: Timing, since: number, anchor: number): number {
  const [one, two] = Array.from({ length: 2 }, iteratorNext(plan.occurrencesAfter(since, anchor)))
  const interval = one === undefined || two === undefined ? LONGEST_WINDOW_SECONDS : (two - one) / 1000
  const late = Math.min(LONGEST_WINDOW_SECONDS, Math.max(SHORTEST_WINDOW_SECONDS, interval))
  return Math.min(86_400, Math.round(late) + timing.flexMinutes * 60)
}

function iteratorNext(instants: Iterable<number>): () => number | undefined {
  const iterator = instants[Symbol.iterator]()
  return () => {
    const next = iterator.next()
    return next.done ? undefined : next.value
  }
}

/**
 * The schedule of a stored job, whose expression and zone have been checked when it was saved.
 * @throws Error when they are not valid after all.
 */
export function jobSchedule(job: TimedJob): JobSchedule {
  const { definition, since } = job
  const planned = planSchedule({ cronExpression: definition.cronExpression, timezone: definition.timezone })
  if (!planned.ok) throw new Error(`Job ${job.id} has a schedule that is not valid: ${planned.problem}`)
  const plan = planned.plan
  const anchor = anchorOf(plan, definition, since)
  const from = Math.max(since, definition.startAt === null ? since : Date.parse(definition.startAt) - 1)
  const until = definition.endAt === null ? Number.POSITIVE_INFINITY : Date.parse(definition.endAt)
  const isOneOff = plan.kind === 'at'

  function* occurrencesAfter(after: number): Generator<number> {
    // EventBridge ignores start and end of one-off schedules.
    const begin = isOneOff ? Math.max(since, after) : Math.max(from, after)
    for (const instant of plan.occurrencesAfter(begin, anchor)) {
      if (!isOneOff && instant > until) return
      yield instant
    }
  }
  const covers = (instant: number): boolean =>
    plan.isOccurrence(instant, anchor) && (isOneOff ? instant > since : instant > from && instant <= until)

  const windowSeconds = windowSecondsOf(plan, definition, since, anchor)
  return {
    occurrencesAfter,
    covers,
    windowSeconds,
    projections(now) {
      const next = first(occurrencesAfter(now))
      if (next === undefined) return []
      return plan.awsExpressions.map((expression, index) => ({
        name: scheduleName(job.id, job.generation, index),
        expression,
        timezone: plan.timezone,
        // rate() counts from its start date, which EventBridge refuses when it is long past.
        startAt: plan.kind === 'rate' ? next : !isOneOff && from > now ? from + 1 : undefined,
        endAt: isOneOff || until === Number.POSITIVE_INFINITY ? undefined : until,
        flexMinutes: definition.flexMinutes,
        windowSeconds,
      }))
    },
  }
}

/** `<jobId>.<generation>`, and `.b` behind it for the second half of an OR expression. Never reused. */
export function scheduleName(jobId: string, generation: number, index = 0): string {
  return `${jobId}.${generation}${index === 0 ? '' : '.b'}`
}

/** Reads a schedule's name; undefined for names that are not of a job. */
export function parseScheduleName(name: string): { readonly jobId: string; readonly generation: number } | undefined {
  const match = /^([0-9A-HJKMNP-TV-Z]{26})\.(\d{1,10})(?:\.b)?$/.exec(name)
  return match?.[1] && match[2] ? { jobId: match[1], generation: Number(match[2]) } : undefined
}

/** Whether an active job has fired for the last time, and nothing of it can still arrive. */
export function isOver(job: Job, now: number): boolean {
  const schedule = jobSchedule(job)
  return first(schedule.occurrencesAfter(now - schedule.windowSeconds * 1000)) === undefined
}

/** The next planned instant of a job after `now`, or undefined: it is not active, or nothing is left to fire. */
export function nextRunAt(job: TimedJob & Pick<Job, 'desired'>, now: number): number | undefined {
  return job.desired === 'ACTIVE' ? first(jobSchedule(job).occurrencesAfter(now)) : undefined
}
