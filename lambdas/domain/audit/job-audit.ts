import { definitionDefaults } from '../job/definition-defaults.ts'
import type { Job } from '../job/job.ts'
import type { AuditAction, NewAuditEntry, ShownFields } from './audit-entry.ts'
import type { Author } from './author.ts'
import { changedFields, type Side } from './changed-fields.ts'
import { shownDefinition } from './shown-definition.ts'

const sideOf = (job: Job): Side => ({
  fields: { ...job.definition, plan: job.plan, disabled: job.disabled?.code, paused: job.paused?.code },
  shown: { ...shownDefinition(job.definition), plan: job.plan, disabled: job.disabled?.code, paused: job.paused?.code },
})

/** A job that says nothing but what it must: a job is told of by what it says beyond that. */
function leastSide({ plan }: Job): Side {
  return { fields: { ...definitionDefaults, plan }, shown: { ...definitionDefaults, plan } }
}

/** What changes when a job is turned on or off, and why. */
const SWITCHES: ReadonlySet<string> = new Set(['enabled', 'disabled', 'paused'])

function actionOf(before: Job, after: Job, changed: ShownFields): AuditAction {
  if (after.desired === 'DELETED') return 'job.deleted'
  if (after.desired === 'COMPLETED') return 'job.completed'
  if (after.disabled && !before.disabled) return 'job.disabled'
  const others = Object.keys(changed).filter((name) => !SWITCHES.has(name))
  if (before.desired === after.desired || others.length > 0) return 'job.changed'
  return after.desired === 'ACTIVE' ? 'job.resumed' : 'job.paused'
}

const toldOf = (job: Job): ShownFields => changedFields(leastSide(job), sideOf(job)).after

const entryOf = (author: Author, job: Job, at: number) => ({
  tenant: job.tenant,
  at,
  author,
  subject: { type: 'job', id: job.id, name: job.definition.name } as const,
  jobId: job.id,
})

/** The entry of a new job. */
export const jobCreated = (author: Author, job: Job): NewAuditEntry => ({
  ...entryOf(author, job, job.createdAt),
  action: 'job.created',
  before: null,
  after: toldOf(job),
})

/** The entry of a change: what was done follows from the row before and after it. */
export function jobChanged(author: Author, before: Job, after: Job): NewAuditEntry {
  const changed = changedFields(sideOf(before), sideOf(after))
  const action = actionOf(before, after, { ...changed.before, ...changed.after })
  const isDeleted = action === 'job.deleted'
  return {
    ...entryOf(author, after, after.updatedAt),
    action,
    before: isDeleted ? toldOf(before) : changed.before,
    after: isDeleted ? null : changed.after,
  }
}

/** The entry of a run that somebody asked for, or of one that somebody stopped. */
export const runAudit = (
  author: Author,
  action: 'job.run' | 'run.cancelled',
  run: { readonly tenant: string; readonly jobId: string; readonly runId: string; readonly jobName: string },
  at: number,
): NewAuditEntry => ({
  tenant: run.tenant,
  at,
  author,
  action,
  subject: { type: 'run', id: run.runId, name: run.jobName },
  jobId: run.jobId,
  before: null,
  after: null,
})
