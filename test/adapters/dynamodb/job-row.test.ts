import { describe, expect, it } from 'vitest'
import { jobItem } from '../../../lambdas/adapters/dynamodb/job-item.ts'
import { parseJob } from '../../../lambdas/adapters/dynamodb/job-row.ts'
import { newJob } from '../../../lambdas/domain/job/change-job.ts'
import { JobDefinition } from '../../../lambdas/domain/job/job.ts'

const NOW = Date.parse('2026-11-21T12:00:00Z')
const LEAST = { name: 'sync', cronExpression: '*/5 * * * *', targetUrl: 'https://api.example.com/sync' }
const MOST = {
  ...LEAST,
  description: 'All customers',
  tags: ['a', 'b'],
  enabled: false,
  timezone: 'Europe/Paris',
  startAt: '2027-01-01T00:00:00Z',
  endAt: '2028-01-01T00:00:00Z',
  flexMinutes: 5,
  httpMethod: 'POST',
  headers: { 'x-key': '{{secrets.KEY}}' },
  body: '{}',
  auth: { type: 'basic', username: 'u', password: 'p' },
  sign: true,
  timeout: 5000,
  redirects: 'FOLLOW',
  success: { status: ['204'], bodyIncludes: 'a', bodyExcludes: 'b', json: [{ path: '$.ok', equals: null }] },
  saveResponse: 'NEVER',
  maxRetries: 1,
  retryDelaySeconds: 2,
  retryMaxDelaySeconds: 4,
  overlap: 'REPLACE',
  delivery: 'AT_MOST_ONCE',
  notify: { onFailure: false, emails: ['a@example.com'], webhookUrl: 'https://hooks.example.com/' },
  disableAfterFailures: 7,
}

const jobOf = (fields: object) =>
  newJob({ tenant: 'T', id: '01JXAMPE00000000000000000J', plan: 'PRO', definition: JobDefinition.parse(fields) }, NOW)

describe('the row of a job', () => {
  it.each([
    ['says all that it can', MOST],
    ['says the least that it can', LEAST],
    ['has a token', { ...LEAST, auth: { type: 'bearer', token: 't' } }],
  ])('is read as it was written when the job %s', (_what, fields) => {
    const job = jobOf(fields)
    expect(parseJob(jobItem(job))).toEqual(job)
  })

  it('has every field that a user can set', () => {
    expect(Object.keys(MOST).length + 1).toBe(Object.keys(JobDefinition.shape).length)
    const { definition } = parseJob(jobItem(jobOf(MOST)))
    expect(Object.keys(definition).sort()).toEqual(Object.keys(JobDefinition.shape).sort())
  })

  it('takes the same for what is not there as the API does for what is not said', () => {
    const item = { job: { ...jobOf(LEAST), definition: LEAST } }
    expect(parseJob(item).definition).toEqual(JobDefinition.parse(LEAST))
  })

  it('is read although a limit of the API has become stricter since', () => {
    const job = jobOf(LEAST)
    const long = { ...job, definition: { ...job.definition, description: 'x'.repeat(10_000) } }
    expect(parseJob(jobItem(long))).toEqual(long)
  })

  it.each([
    ['another type', { timeout: 'soon' }],
    ['an unknown method', { httpMethod: 'BREW' }],
    ['no target', { targetUrl: undefined }],
    ['another kind of auth', { auth: { type: 'oauth' } }],
  ])('is refused with %s', (_what, fields) => {
    const job = jobOf(LEAST)
    expect(() => parseJob({ job: { ...job, definition: { ...job.definition, ...fields } } })).toThrow()
  })
})
