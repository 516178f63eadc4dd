import { describeSchedule } from './describe-schedule.ts'
import { planSchedule, type ScheduleRefusal, type ScheduleText } from './plan-schedule.ts'
import { scheduleWarnings } from './schedule-warnings.ts'

export interface PreviewRequest extends ScheduleText {
  /** How many instants to list. */
  readonly count: number
  /** Epoch milliseconds; the instants listed are strictly later. */
  readonly from: number
  /** Epoch milliseconds from which rate() counts; `from` if left out. */
  readonly anchor?: number | undefined
  /** Shortest distance of runs that the user's plan allows, in milliseconds. */
  readonly minimumIntervalMs?: number | undefined
  /** Edition of the time zone database in use (`process.versions.tz`), passed through. */
  readonly tzVersion: string
}

export interface SchedulePreview {
  /** The next planned instants, ISO 8601 UTC; fewer than asked for when the schedule ends. */
  readonly next: readonly string[]
  /** In plain English, in the wall time of the zone. */
  readonly description: string
  readonly awsExpressions: readonly string[]
  readonly warnings: readonly string[]
  readonly tzVersion: string
}

/** What a schedule means and when it runs next, from the same computation that decides what really runs. */
export function previewSchedule(
  request: PreviewRequest,
): { readonly ok: true; readonly preview: SchedulePreview } | ScheduleRefusal {
  const planned = planSchedule(request)
  if (!planned.ok) return planned
  const { plan } = planned
  const { from, anchor = from, count, minimumIntervalMs, tzVersion } = request
  const next: string[] = []
  for (const instant of plan.occurrencesAfter(from, anchor)) {
    if (next.length >= count) break
    next.push(new Date(instant).toISOString())
  }
  const warnings = scheduleWarnings(plan, { from, anchor, minimumIntervalMs })
  return {
    ok: true,
    preview: { next, description: describeSchedule(plan), awsExpressions: plan.awsExpressions, warnings, tzVersion },
  }
}
