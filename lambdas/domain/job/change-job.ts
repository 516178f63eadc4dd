import { type JobLoad, noLoad } from '../account/account.ts'
import { scheduleLoad } from '../schedule/schedule-load.ts'
import type { Job, JobDefinition } from './job.ts'
import { jobSchedule } from './job-schedule.ts'

/** Fields that decide when a job fires; a change of any begins a new generation. */
export const TIMING = ['cronExpression', 'timezone', 'startAt', 'endAt', 'flexMinutes', 'enabled'] as const

const desiredOf = (definition: JobDefinition) => (definition.enabled ? 'ACTIVE' : 'PAUSED')

/** A new job, its schedules yet to be made. @param now epoch ms. */
export function newJob(job: Pick<Job, 'tenant' | 'id' | 'plan' | 'definition' | 'sharesHost'>, now: number): Job {
  const made = withSchedules({
    ...job,
    version: 1,
    generation: 1,
    editedVersion: 1,
    desired: desiredOf(job.definition),
    syncState: 'PENDING',
    since: now,
    schedules: [],
    stale: [],
    createdAt: now,
    updatedAt: now,
  })
  return { ...made, counted: loadOf(made) }
}

/** The job after an edit. A new generation only where its timing changes, or where it ran out and is wanted again. */
export function editJob(job: Job, definition: JobDefinition, now: number): Job {
  const isRetimed =
    TIMING.some((field) => job.definition[field] !== definition[field]) || job.desired !== desiredOf(definition)
  const { disabled: _, paused: __, ...others } = job
  const version = job.version + 1
  const edited = { ...others, definition, version, editedVersion: version, updatedAt: now }
  return isRetimed ? nextGeneration(edited, desiredOf(definition), now) : edited
}

/** The tombstone of a job: nothing fires any more from the moment that it is written. */
export function deleteJob(job: Job, now: number): Job {
  return nextGeneration({ ...job, version: job.version + 1, updatedAt: now }, 'DELETED', now)
}

/** The job after it was disabled for a reason of its own: paused, and it says why until somebody edits or resumes it. */
export function disabledJob(job: Job, reason: { readonly code: string; readonly message: string }, now: number): Job {
  const definition = { ...job.definition, enabled: false }
  const disabled = { ...job, definition, disabled: { ...reason, at: now }, version: job.version + 1, updatedAt: now }
  return nextGeneration(disabled, 'PAUSED', now)
}

/** The job after its tenant's plan paused it. It says why until somebody edits or resumes it. */
export function planPausedJob(job: Job, message: string, now: number): Job {
  const definition = { ...job.definition, enabled: false }
  const paused = { code: 'PLAN_LIMIT', message, at: now }
  return nextGeneration({ ...job, definition, paused, version: job.version + 1, updatedAt: now }, 'PAUSED', now)
}

/** The job once nothing is left to fire. Its schedules are gone, or are about to be. */
export function completeJob(job: Job, now: number): Job {
  return nextGeneration({ ...job, version: job.version + 1, updatedAt: now }, 'COMPLETED', now)
}

function nextGeneration(job: Job, desired: Job['desired'], now: number): Job {
  return withSchedules({
    ...job,
    desired,
    generation: job.generation + 1,
    syncState: 'PENDING',
    since: now,
    stale: [...job.stale, ...job.schedules],
    schedules: [],
  })
}

/** Names the schedules that the job's generation will have, and says how much they are. */
function withSchedules(job: Job): Job {
  if (job.desired === 'COMPLETED') return { ...job, load: { ...noLoad, completedJobs: 1 } }
  if (job.desired !== 'ACTIVE') return { ...job, load: noLoad }
  const schedule = jobSchedule(job)
  const { runsPerDay } = scheduleLoad(schedule.occurrencesAfter(job.since))
  return {
    ...job,
    load: { ...noLoad, activeJobs: 1, runsPerDay },
    schedules: schedule.projections(job.since).map((projection) => projection.name),
  }
}

/** What a job adds to its account. */
export const loadOf = ({ load = noLoad }: Job): JobLoad => load

/** What an account must count more, or less, once this row is written. */
export const loadChange = ({ load = noLoad, counted = noLoad }: Job): JobLoad => ({
  activeJobs: load.activeJobs - counted.activeJobs,
  runsPerDay: load.runsPerDay - counted.runsPerDay,
  completedJobs: load.completedJobs - counted.completedJobs,
})
