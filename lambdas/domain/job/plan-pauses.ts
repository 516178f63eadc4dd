import { noLoad } from '../account/account.ts'
import type { PlanLimits } from '../account/plan.ts'
import { scheduleLoad } from '../schedule/schedule-load.ts'
import type { Job } from './job.ts'
import { jobSchedule } from './job-schedule.ts'
import { jobExcesses } from './plan-fit.ts'

/** A job that a plan has no room for, and why. */
export type PlanPause = { readonly job: Job; readonly reason: string }

type Limits = Pick<PlanLimits, 'jobs' | 'runsPerDay' | 'minimumIntervalSeconds' | 'timeoutMs'>

/**
 * Which active jobs are to be paused so that a plan's limits hold: those that it does not allow at all, then the newest until
 * the rest fits. Nothing is clamped: a job that runs differently from what its owner wrote is worse than one that says why
 * it does not run.
 * @param jobs of one tenant, oldest first. @param now epoch ms.
 */
export function planPauses(jobs: readonly Job[], name: string, limits: Limits, now: number): readonly PlanPause[] {
  const active = jobs.filter(({ desired }) => desired === 'ACTIVE')
  const unfit = active.flatMap((job) => {
    const load = () => scheduleLoad(jobSchedule(job).occurrencesAfter(now))
    const [excess] = jobExcesses(job.definition, load, name, limits)
    return excess ? [{ job, reason: `${excess.pointer} ${excess.detail}.` }] : []
  })
  const left = active.filter((job) => !unfit.some((pause) => pause.job === job))
  return [...unfit, ...newestOver(left, name, limits)]
}

function newestOver(jobs: readonly Job[], name: string, limits: Limits): readonly PlanPause[] {
  const pauses: PlanPause[] = []
  let count = jobs.length
  let runs = jobs.reduce((sum, { load = noLoad }) => sum + load.runsPerDay, 0)
  for (const job of jobs.toReversed()) {
    const isOverJobs = count > limits.jobs
    if (!isOverJobs && runs <= limits.runsPerDay) break
    const reason = isOverJobs
      ? `The plan ${name} allows ${limits.jobs} active jobs, and the older ones come first.`
      : `The plan ${name} allows ${limits.runsPerDay} planned runs a day, and the older jobs come first.`
    pauses.push({ job, reason })
    count -= 1
    runs -= (job.load ?? noLoad).runsPerDay
  }
  return pauses
}
