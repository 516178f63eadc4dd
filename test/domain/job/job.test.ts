import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { JobDefinition, jobLimits, targetOf } from '../../../lambdas/domain/job/job.ts'
import { JobView } from '../../../lambdas/domain/job/job-view.ts'

const LEAST = { name: 'sync', cronExpression: '0 9 * * *', targetUrl: 'https://api.example.com/sync' }
const isValid = (fields: object) => JobDefinition.safeParse({ ...LEAST, ...fields }).success

const NOTIFY = {
  onFailure: true,
  afterFailures: 3,
  onRecovery: true,
  onSuccess: false,
  onDisable: true,
  emails: [],
  webhookUrl: null,
}
const TARGET = {
  targetType: 'HTTP',
  targetUrl: 'https://api.example.com/sync',
  httpMethod: 'GET',
  headers: {},
  body: null,
  auth: { type: 'none' },
  sign: false,
  timeout: 30_000,
  redirects: 'NONE',
  success: { status: ['200-299'], bodyIncludes: null, bodyExcludes: null, json: [] },
  saveResponse: 'ALWAYS',
}

describe('a job that says no more than it must', () => {
  it('has a default for everything else', () => {
    expect(JobDefinition.parse(LEAST)).toEqual({
      name: 'sync',
      description: '',
      tags: [],
      enabled: true,
      cronExpression: '0 9 * * *',
      timezone: 'UTC',
      startAt: null,
      endAt: null,
      flexMinutes: 0,
      ...TARGET,
      maxRetries: 3,
      retryDelaySeconds: 60,
      retryMaxDelaySeconds: 3600,
      overlap: 'SKIP',
      delivery: 'AT_LEAST_ONCE',
      notify: NOTIFY,
      disableAfterFailures: null,
    })
  })

  it('calls exactly its target', () => {
    expect(targetOf(JobDefinition.parse(LEAST))).toEqual(TARGET)
  })

  it('may say a part of whom to tell', () => {
    expect(JobDefinition.parse({ ...LEAST, notify: { onSuccess: true } }).notify).toEqual({
      ...NOTIFY,
      onSuccess: true,
    })
  })
})

describe('a field of a job', () => {
  it.each(['name', 'cronExpression', 'targetUrl'])('%s cannot be left out', (field) => {
    expect(isValid({ [field]: undefined })).toBe(false)
  })

  it.each(['id', 'version', 'plan', 'interval'])('%s is none', (field) => {
    expect(isValid({ [field]: '1' })).toBe(false)
    expect(isValid({ notify: { [field]: '1' } })).toBe(false)
  })

  it.each([
    ['name', 1, jobLimits.name],
    ['description', 0, jobLimits.description],
    ['cronExpression', 1, 256],
    ['timezone', 1, 50],
  ])('%s has %i to %i characters', (field, least, most) => {
    expect(isValid({ [field]: 'a'.repeat(most) })).toBe(true)
    expect(isValid({ [field]: 'a'.repeat(most + 1) })).toBe(false)
    expect(isValid({ [field]: 'a'.repeat(least) })).toBe(true)
    expect(isValid({ [field]: '' })).toBe(least === 0)
  })

  it.each([
    ['flexMinutes', 0, 1440],
    ['maxRetries', 0, 10],
    ['retryDelaySeconds', 1, 86_400],
    ['retryMaxDelaySeconds', 1, 86_400],
    ['disableAfterFailures', 1, 1000],
  ])('%s is a whole number from %i to %i', (field, least, most) => {
    for (const value of [least, most]) expect(isValid({ [field]: value })).toBe(true)
    for (const value of [least - 1, most + 1, least + 0.5, String(least)])
      expect(isValid({ [field]: value })).toBe(false)
  })

  it('notify.afterFailures is a whole number from 1 to 1000', () => {
    for (const afterFailures of [1, 1000]) expect(isValid({ notify: { afterFailures } })).toBe(true)
    for (const afterFailures of [0, 1001, 1.5]) expect(isValid({ notify: { afterFailures } })).toBe(false)
  })

  it('tags are ten at most, of 1 to 64 characters, without white space around them', () => {
    expect(JobDefinition.parse({ ...LEAST, tags: [' a ', 'b'.repeat(64)] }).tags).toEqual(['a', 'b'.repeat(64)])
    expect(isValid({ tags: Array(10).fill('a') })).toBe(true)
    expect(isValid({ tags: Array(11).fill('a') })).toBe(false)
    for (const tag of ['', '  ', 'b'.repeat(65)]) expect(isValid({ tags: [tag] })).toBe(false)
  })

  it('name is kept without the white space around it', () => {
    expect(JobDefinition.parse({ ...LEAST, name: ' sync ' }).name).toBe('sync')
    expect(isValid({ name: '  ' })).toBe(false)
  })

  it.each([
    ['overlap', ['ALLOW', 'SKIP', 'REPLACE']],
    ['delivery', ['AT_LEAST_ONCE', 'AT_MOST_ONCE']],
  ])('%s is one of %j', (field, values) => {
    for (const value of values) expect(isValid({ [field]: value })).toBe(true)
    for (const value of ['', 'allow', null]) expect(isValid({ [field]: value })).toBe(false)
  })

  it.each(['startAt', 'endAt'])('%s is an instant in UTC', (field) => {
    for (const value of [null, '2027-01-31T08:00:00Z', '2027-01-31T08:00:00.123Z'])
      expect(isValid({ [field]: value })).toBe(true)
    for (const value of ['2027-01-31', '2027-01-31T08:00:00', '2027-01-31T08:00:00+01:00', '2027-02-30T08:00:00Z']) {
      expect(JobDefinition.safeParse({ ...LEAST, [field]: value }).error?.issues).toMatchObject([
        { path: [field], message: 'must be an instant in UTC such as 2027-01-31T08:00:00Z' },
      ])
    }
  })

  it('notify.emails are ten addresses at most', () => {
    const address = (length: number) => `a@${'b'.repeat(60)}.${'c'.repeat(length - 67)}.com`
    expect(isValid({ notify: { emails: Array(10).fill('a@example.com') } })).toBe(true)
    expect(isValid({ notify: { emails: Array(11).fill('a@example.com') } })).toBe(false)
    expect(isValid({ notify: { emails: ['example.com'] } })).toBe(false)
    expect(isValid({ notify: { emails: [address(254)] } })).toBe(true)
    expect(isValid({ notify: { emails: [address(255)] } })).toBe(false)
  })

  it('notify.webhookUrl is an http or https URL of 2048 characters at most', () => {
    const url = (length: number) => `https://example.com/${'a'.repeat(length - 20)}`
    for (const webhookUrl of [null, 'http://example.com/', url(2048)])
      expect(isValid({ notify: { webhookUrl } })).toBe(true)
    for (const webhookUrl of [url(2049), 'xhttp://example.com/', 'httpsx://example.com/', 'ftp://example.com/', 'a'])
      expect(isValid({ notify: { webhookUrl } })).toBe(false)
    expect(JobDefinition.safeParse({ ...LEAST, notify: { webhookUrl: 'ftp://a' } }).error?.issues).toMatchObject([
      { message: 'must be an http or https URL' },
    ])
  })
})

describe('the document of the API', () => {
  const { properties = {} } = z.toJSONSchema(JobDefinition, { io: 'input' })

  it.each([
    'cronExpression',
    'timezone',
    'startAt',
    'endAt',
    'flexMinutes',
    'targetUrl',
    'headers',
    'body',
    'sign',
    'timeout',
    'redirects',
    'success',
    'saveResponse',
    'maxRetries',
    'retryDelaySeconds',
    'retryMaxDelaySeconds',
    'overlap',
    'delivery',
  ])('explains %s, which does not go without saying', (field) => {
    expect(properties[field]).toMatchObject({ description: expect.stringMatching(/^\S[^\n]{10,}\.$/) })
  })

  it.each([
    ['cronExpression', '*/5 * * * *'],
    ['timezone', 'Europe/Paris'],
    ['targetUrl', 'https://api.example.com/sync'],
  ])('shows how %s is written: %s', (field, example) => {
    expect(properties[field]).toMatchObject({ examples: [example] })
  })

  it('calls a job by its name', () => {
    expect(JobView.meta()?.id).toBe('Job')
  })
})
