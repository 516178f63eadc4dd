import { describe, expect, it } from 'vitest'
import { parseJob } from '../../../lambdas/adapters/dynamodb/job-row.ts'
import {
  completeJob,
  deleteJob,
  disabledJob,
  editJob,
  loadChange,
  loadOf,
  newJob,
  planPausedJob,
} from '../../../lambdas/domain/job/change-job.ts'
import { JobDefinition } from '../../../lambdas/domain/job/job.ts'
import { JobSummary, summaryOf } from '../../../lambdas/domain/job/job-summary.ts'

const ID = '01JXAMPE00000000000000000K'
const NOW = Date.parse('2026-11-21T12:00:30Z')
const LATER = NOW + 60_000
const definition = JobDefinition.parse({
  name: 'sync',
  cronExpression: '@hourly',
  targetUrl: 'https://api.example.com/',
  startAt: '2026-01-01T00:00:00Z',
})
const job = newJob({ tenant: 't', plan: 'PRO', id: ID, definition, sharesHost: true }, NOW)
const NONE = { activeJobs: 0, runsPerDay: 0, completedJobs: 0 }
const HOURLY = { activeJobs: 1, runsPerDay: 24, completedJobs: 0 }

describe('the row of a job', () => {
  it('says all that there is to know of a new one', () => {
    expect(job).toEqual({
      tenant: 't',
      plan: 'PRO',
      id: ID,
      definition,
      sharesHost: true,
      version: 1,
      generation: 1,
      editedVersion: 1,
      desired: 'ACTIVE',
      syncState: 'PENDING',
      since: NOW,
      schedules: [`${ID}.1`],
      stale: [],
      load: HOURLY,
      counted: HOURLY,
      createdAt: NOW,
      updatedAt: NOW,
    })
  })

  it.each([
    ['disabled', disabledJob(job, { code: 'FAILING', message: 'm' }, LATER)],
    ['paused by its plan', planPausedJob(job, 'm', LATER)],
    ['deleted', deleteJob(job, LATER)],
    ['through', completeJob(job, LATER)],
  ])('that is %s is read as it was written', (_, row) => {
    expect(parseJob({ job: row })).toEqual(row)
  })

  it('of an older form was last changed by its first version', () => {
    const { editedVersion: _, load: __, counted: ___, ...older } = job
    expect(parseJob({ job: older })).toEqual({ ...older, editedVersion: 1 })
    const load = { activeJobs: 1, runsPerDay: 24 }
    expect(parseJob({ job: { ...job, load, counted: load } })).toEqual(job)
  })

  it.each([
    { plan: 'SMALL' },
    { desired: 'GONE' },
    { syncState: '' },
    { schedules: [1] },
    { stale: [1] },
    { paused: { code: 'PLAN_LIMIT', message: 'm' } },
    { disabled: { code: 'FAILING', at: NOW } },
    { load: { activeJobs: 1 } },
    { counted: { runsPerDay: 24 } },
    { sharesHost: false },
    { version: 1.5 },
  ])('is none with %j', (fields) => {
    expect(() => parseJob({ job: { ...job, ...fields } })).toThrow()
  })
})

describe('a job that is no longer active', () => {
  it.each([
    [
      'for a reason of its own',
      disabledJob(job, { code: 'FAILING', message: 'm' }, LATER),
      { disabled: { code: 'FAILING', message: 'm', at: LATER } },
    ],
    ['for its plan', planPausedJob(job, 'm', LATER), { paused: { code: 'PLAN_LIMIT', message: 'm', at: LATER } }],
  ])('%s says why, and since when', (_, row, reason) => {
    expect(row).toEqual({
      ...job,
      ...reason,
      definition: { ...definition, enabled: false },
      version: 2,
      generation: 2,
      desired: 'PAUSED',
      since: LATER,
      schedules: [],
      stale: [`${ID}.1`],
      load: NONE,
      updatedAt: LATER,
    })
    const edited = editJob(row, { ...definition, enabled: false }, LATER)
    expect([edited.disabled, edited.paused, edited.editedVersion]).toEqual([undefined, undefined, 3])
  })
})

describe('what a job adds to its account', () => {
  const paused = editJob(job, { ...definition, enabled: false }, LATER)
  const through = completeJob(job, LATER)
  const counted = { ...through, counted: loadOf(through) }

  it.each([
    ['that is new', { ...job, counted: undefined }, HOURLY, HOURLY],
    ['that is counted', job, HOURLY, NONE],
    ['that was paused', paused, NONE, { activeJobs: -1, runsPerDay: -24, completedJobs: 0 }],
    ['that is through', through, { ...NONE, completedJobs: 1 }, { activeJobs: -1, runsPerDay: -24, completedJobs: 1 }],
    ['that is run anew', editJob(counted, definition, LATER), HOURLY, { ...HOURLY, completedJobs: -1 }],
    ['of an older form', { ...job, load: undefined, counted: undefined }, NONE, NONE],
  ])('is what it plans: one %s', (_, row, load, change) => {
    const { load: __, counted: ___, ...rest } = row
    const defined = {
      ...rest,
      ...(row.load === undefined ? {} : { load: row.load }),
      ...(row.counted === undefined ? {} : { counted: row.counted }),
    }
    expect(loadOf(defined)).toEqual(load)
    expect(loadChange(defined)).toEqual(change)
  })
})

describe('the summary of a job', () => {
  const summary = {
    id: ID,
    generation: 1,
    desired: 'ACTIVE',
    disabled: false,
    since: NOW,
    secrets: [],
    definition: {
      name: 'sync',
      cronExpression: '@hourly',
      timezone: 'UTC',
      startAt: '2026-01-01T00:00:00Z',
      endAt: null,
      flexMinutes: 0,
    },
  }

  it('has what lists need', () => {
    expect(summaryOf(job)).toEqual(summary)
    expect(summaryOf(disabledJob(job, { code: 'FAILING', message: 'm' }, LATER))).toMatchObject({
      desired: 'PAUSED',
      disabled: true,
    })
    expect(JobSummary.parse(summary)).toEqual(summary)
  })

  it.each([{ id: 1 }, { disabled: 'no' }, { definition: { ...summary.definition, timezone: undefined } }])(
    'is none with %j',
    (fields) => {
      expect(JobSummary.safeParse({ ...summary, ...fields }).success).toBe(false)
    },
  )
})
