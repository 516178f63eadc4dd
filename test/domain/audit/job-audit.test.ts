import { describe, expect, it } from 'vitest'
import { jobChanged, jobCreated } from '../../../lambdas/domain/audit/job-audit.ts'
import { completeJob, deleteJob, disabledJob, editJob, newJob } from '../../../lambdas/domain/job/change-job.ts'
import { type Job, JobDefinition } from '../../../lambdas/domain/job/job.ts'
import { pausedJob, resumedJob } from '../../../lambdas/domain/job/switch-job.ts'
import { somebody } from '../../support/author.ts'

const NOW = Date.parse('2027-01-31T08:00:00Z')
const LATER = NOW + 1000

const job = (fields: object = {}): Job =>
  newJob(
    {
      tenant: 'tenant-1',
      id: '01JXAMPLE0000000000000000J',
      plan: 'FREE',
      definition: JobDefinition.parse({
        name: 'sync',
        cronExpression: '*/5 * * * *',
        targetUrl: 'https://api.example.com/',
        ...fields,
      }),
    },
    NOW,
  )

const edited = (before: Job, fields: Partial<JobDefinition>) =>
  editJob(before, { ...before.definition, ...fields }, LATER)

const paused = pausedJob(job(), LATER)
const disabled = disabledJob(job(), { code: 'GONE', message: 'The target answered 410.' }, LATER)

describe('the entry of a job', () => {
  it('says who made it, when, and what it is beyond the defaults', () => {
    expect(jobCreated(somebody, job({ tags: ['prod'], maxRetries: 3 }))).toEqual({
      tenant: 'tenant-1',
      at: NOW,
      author: somebody,
      action: 'job.created',
      subject: { type: 'job', id: '01JXAMPLE0000000000000000J', name: 'sync' },
      jobId: '01JXAMPLE0000000000000000J',
      before: null,
      after: {
        name: 'sync',
        cronExpression: '*/5 * * * *',
        targetUrl: 'https://api.example.com/',
        tags: ['prod'],
      },
    })
  })

  it.each<{ name: string; before: Job; after: Job; action: string; told: [unknown, unknown] }>([
    {
      name: 'another name',
      before: job(),
      after: edited(job(), { name: 'other' }),
      action: 'job.changed',
      told: [{ name: 'sync' }, { name: 'other' }],
    },
    {
      name: 'one header of two',
      before: job({ headers: { Accept: 'a', 'X-Key': 'one' } }),
      after: edited(job({ headers: { Accept: 'a', 'X-Key': 'one' } }), { headers: { Accept: 'a', 'X-Key': 'two' } }),
      action: 'job.changed',
      told: [{ headers: { 'X-Key': '[hidden]' } }, { headers: { 'X-Key': '[hidden]' } }],
    },
    {
      name: 'a header less',
      before: job({ headers: { 'X-Key': 'one' } }),
      after: edited(job({ headers: { 'X-Key': 'one' } }), { headers: {} }),
      action: 'job.changed',
      told: [{ headers: { 'X-Key': '[hidden]' } }, { headers: {} }],
    },
    {
      name: 'another kind of auth',
      before: job({ auth: { type: 'bearer', token: 'a' } }),
      after: edited(job({ auth: { type: 'bearer', token: 'a' } }), {
        auth: { type: 'basic', username: 'u', password: 'p' },
      }),
      action: 'job.changed',
      told: [
        { auth: { type: 'bearer', token: '[hidden]' } },
        { auth: { type: 'basic', username: '[hidden]', password: '[hidden]' } },
      ],
    },
    {
      name: 'a list, as a whole',
      before: job({ tags: ['a', 'b'] }),
      after: edited(job({ tags: ['a', 'b'] }), { tags: ['b', 'a'] }),
      action: 'job.changed',
      told: [{ tags: ['a', 'b'] }, { tags: ['b', 'a'] }],
    },
    {
      name: 'pausing',
      before: job(),
      after: paused,
      action: 'job.paused',
      told: [{ enabled: true }, { enabled: false }],
    },
    {
      name: 'resuming',
      before: paused,
      after: resumedJob(paused, LATER),
      action: 'job.resumed',
      told: [{ enabled: false }, { enabled: true }],
    },
    {
      name: 'pausing and renaming at once',
      before: job(),
      after: edited(job(), { enabled: false, name: 'other' }),
      action: 'job.changed',
      told: [
        { enabled: true, name: 'sync' },
        { enabled: false, name: 'other' },
      ],
    },
    {
      name: 'disabling',
      before: job(),
      after: disabled,
      action: 'job.disabled',
      told: [{ enabled: true }, { enabled: false, disabled: 'GONE' }],
    },
    {
      name: 'resuming what was disabled',
      before: disabled,
      after: resumedJob(disabled, LATER),
      action: 'job.resumed',
      told: [{ enabled: false, disabled: 'GONE' }, { enabled: true }],
    },
    { name: 'completion', before: job(), after: completeJob(job(), LATER), action: 'job.completed', told: [{}, {}] },
    {
      name: 'deletion',
      before: job(),
      after: deleteJob(job(), LATER),
      action: 'job.deleted',
      told: [{ name: 'sync', cronExpression: '*/5 * * * *', targetUrl: 'https://api.example.com/' }, null],
    },
  ])('tells of $name the changed fields alone', ({ before, after, action, told }) => {
    const entry = jobChanged(somebody, before, after)
    expect(entry).toMatchObject({ action, at: LATER })
    expect([entry.before, entry.after]).toEqual(told)
  })
})
