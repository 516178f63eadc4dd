import type { PlanLimits } from '../account/plan.ts'
import type { PlanExcess } from '../account/plan-excess.ts'
import type { ScheduleLoad } from '../schedule/schedule-load.ts'
import type { JobDefinition } from './job.ts'

/** No schedule fires more often: cron and rates count in minutes (EventBridge Scheduler User Guide, "Schedule types"). */
const SHORTEST_OF_ALL_SECONDS = 60

/**
 * What of one job alone a plan does not allow.
 * @param load of its schedule, asked for only where the plan does not take any schedule: it takes a while.
 * @param name of the plan, for the words.
 */
export function jobExcesses(
  { timeout }: Pick<JobDefinition, 'timeout'>,
  load: () => Pick<ScheduleLoad, 'shortestIntervalSeconds'>,
  name: string,
  limits: Pick<PlanLimits, 'minimumIntervalSeconds' | 'timeoutMs'>,
): readonly PlanExcess[] {
  const excesses: PlanExcess[] = []
  const { minimumIntervalSeconds, timeoutMs } = limits
  const isAnyAllowed = minimumIntervalSeconds <= SHORTEST_OF_ALL_SECONDS
  const shortestIntervalSeconds = isAnyAllowed ? minimumIntervalSeconds : load().shortestIntervalSeconds
  if (shortestIntervalSeconds < minimumIntervalSeconds) {
    const detail = `fires every ${shortestIntervalSeconds} s; the plan ${name} allows one run every ${minimumIntervalSeconds} s`
    const excess = { value: shortestIntervalSeconds, allowed: minimumIntervalSeconds, detail }
    excesses.push({ limit: 'minimumIntervalSeconds', pointer: '/cronExpression', ...excess })
  }
  if (timeout > timeoutMs) {
    const detail = `is ${timeout} ms; the plan ${name} allows ${timeoutMs} ms`
    excesses.push({ limit: 'timeoutMs', value: timeout, allowed: timeoutMs, pointer: '/timeout', detail })
  }
  return excesses
}
