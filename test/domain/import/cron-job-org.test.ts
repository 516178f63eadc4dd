import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { draftCronJobOrg } from '../../../lambdas/domain/import/cron-job-org.ts'
import { CronJobOrgDocument } from '../../../lambdas/domain/import/cron-job-org-document.ts'
import { draftSchedule } from '../../../lambdas/domain/import/cron-job-org-schedule.ts'
import { planSchedule } from '../../../lambdas/domain/schedule/plan-schedule.ts'

const every = { hours: [-1], mdays: [-1], minutes: [-1], months: [-1], wdays: [-1] }
const schedule = { timezone: 'Europe/Berlin', expiresAt: 0, ...every }

/** The example of its documentation ("REST API", "Retrieving Cron Job Details"), changed where a test says. */
const job = (fields: object = {}) => ({
  jobId: 12345,
  enabled: true,
  title: 'Example Job',
  saveResponses: false,
  url: 'https://example.com/',
  lastStatus: 0,
  lastDuration: 0,
  lastExecution: 0,
  nextExecution: 1640189160,
  type: 0,
  requestTimeout: 300,
  redirectSuccess: false,
  folderId: 0,
  schedule: { ...schedule, minutes: [0, 15, 30, 45] },
  requestMethod: 0,
  ...fields,
})

const details = {
  auth: { enable: false, user: '', password: '' },
  notification: { onFailure: false, onSuccess: false, onDisable: false },
  extendedData: { headers: { 'X-Foo': 'Bar' }, body: 'Hello World!' },
}

const draft = (document: object) => draftCronJobOrg(CronJobOrgDocument.parse({ format: 'cron-job.org', ...document }))

function one(fields: object) {
  const [first] = draft({ jobDetails: job({ ...details, ...fields }) }).jobs
  if (!first) throw new Error('no draft')
  return first
}

const definitionOf = (fields: object) => {
  const made = one(fields)
  if (made.kind !== 'job') throw new Error(made.reasons.join())
  return made.definition
}

describe('draftSchedule', () => {
  const expressionOf = (fields: object) => {
    const drafted = draftSchedule({ ...schedule, ...fields })
    return drafted.ok ? drafted.fields.cronExpression : drafted.reasons
  }

  it.each([
    [{}, '* * * * *'],
    [{ minutes: [0, 15, 30, 45] }, '*/15 * * * *'],
    [{ minutes: [0], hours: [8, 17] }, '0 8,17 * * *'],
    [{ minutes: [30], hours: [9, 10, 11, 12, 13, 14, 15, 16, 17], wdays: [1, 2, 3, 4, 5] }, '30 9-17 * * 1-5'],
    [{ minutes: [5, 15, 25, 35, 45, 55] }, '5-55/10 * * * *'],
    [{ minutes: [45, 0, 30, 15, 0] }, '*/15 * * * *'],
    [{ minutes: [0, 30] }, '*/30 * * * *'],
    [{ minutes: Array.from({ length: 60 }, (_, i) => i) }, '* * * * *'],
    [{ minutes: [0], hours: [0], mdays: [1], months: [1, 4, 7, 10] }, '0 0 1 */3 *'],
    [{ minutes: [0], hours: [0], mdays: [1, 15], wdays: [1] }, '0 0 1,15 * 1'],
    // A field of days that begins with a star would turn either into both.
    [
      { minutes: [0], hours: [0], mdays: [1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31], wdays: [1] },
      '0 0 1-31/2 * 1',
    ],
    [{ minutes: [0], hours: [0], mdays: [-1], wdays: [0, 1, 2, 3, 4, 5, 6] }, '0 0 * * 0-6'],
    [{ minutes: [-1, 5] }, '* * * * *'],
  ])('writes %j as %s', (fields, expression) => {
    expect(expressionOf(fields)).toBe(expression)
  })

  it.each([
    [{ hours: [] }, 'list for hour is empty'],
    [{ minutes: [60] }, '60 is no minute'],
    [{ mdays: [0] }, '0 is no day-of-month'],
    [{ timezone: 'Mars/Olympus' }, 'is not an IANA time zone'],
    [{ expiresAt: 20270230000000 }, 'no date and time'],
    [{ expiresAt: 2027 }, 'no date and time'],
  ])('refuses %j', (fields, reason) => {
    expect(draftSchedule({ ...schedule, ...fields })).toMatchObject({
      ok: false,
      reasons: [expect.stringContaining(reason)],
    })
  })

  it.each([
    [0, null],
    [20270701120000, '2027-07-01T10:00:00.000Z'],
    [20270101000000, '2026-12-31T23:00:00.000Z'],
    // Skipped: the clocks go from 02:00 to 03:00.
    [20270328023000, '2027-03-28T01:00:00.000Z'],
    // Twice: the first of the two.
    [20271031023000, '2027-10-31T00:30:00.000Z'],
  ])('reads the expiry %i in the zone of the job', (expiresAt, endAt) => {
    expect(draftSchedule({ ...schedule, expiresAt })).toMatchObject({ fields: { endAt } })
  })

  it('fires in exactly the minutes that its lists name, days being either', () => {
    const list = (min: number, max: number) =>
      fc.oneof(fc.constant<number[]>([-1]), fc.uniqueArray(fc.integer({ min, max }), { minLength: 1, maxLength: 12 }))
    const lists = fc.record({
      minutes: list(0, 59),
      hours: list(0, 23),
      mdays: list(1, 31),
      months: list(1, 12),
      wdays: list(0, 6),
    })
    const minute = fc.integer({ min: 0, max: 366 * 1440 - 1 }).map((count) => Date.UTC(2028, 0, 1) + count * 60_000)
    const names = (values: readonly number[], value: number) => values.includes(-1) || values.includes(value)
    fc.assert(
      fc.property(lists, fc.array(minute, { minLength: 20, maxLength: 20 }), (fields, instants) => {
        const drafted = draftSchedule({ timezone: 'UTC', expiresAt: 0, ...fields })
        if (!drafted.ok) throw new Error(drafted.reasons.join())
        const planned = planSchedule(drafted.fields)
        if (!planned.ok) throw new Error(planned.problem)
        for (const instant of instants) {
          const at = new Date(instant)
          const isFree = fields.mdays.includes(-1) || fields.wdays.includes(-1)
          const [isDate, isWeekday] = [names(fields.mdays, at.getUTCDate()), names(fields.wdays, at.getUTCDay())]
          const expected =
            names(fields.minutes, at.getUTCMinutes()) &&
            names(fields.hours, at.getUTCHours()) &&
            names(fields.months, at.getUTCMonth() + 1) &&
            (isFree ? isDate && isWeekday : isDate || isWeekday)
          expect(planned.plan.isOccurrence(instant)).toBe(expected)
        }
      }),
      { numRuns: 100 },
    )
  })
})

describe('draftCronJobOrg', () => {
  it('takes the documented example over', () => {
    const { jobs, secrets } = draft({ jobDetails: job(details) })
    expect(jobs).toEqual([
      {
        kind: 'job',
        source: { jobId: 12345 },
        name: 'Example Job',
        warnings: [expect.stringContaining('no Content-Type')],
        definition: expect.objectContaining({
          name: 'Example Job',
          enabled: true,
          cronExpression: '*/15 * * * *',
          timezone: 'Europe/Berlin',
          endAt: null,
          targetUrl: 'https://example.com/',
          httpMethod: 'GET',
          headers: { 'X-Foo': 'Bar' },
          body: 'Hello World!',
          auth: { type: 'none' },
          timeout: 300_000,
          maxRetries: 0,
          redirects: 'NONE',
          success: { status: ['200-299'], bodyIncludes: null, bodyExcludes: null, json: [] },
          saveResponse: 'NEVER',
          notify: {
            onFailure: false,
            afterFailures: 1,
            onRecovery: false,
            onSuccess: false,
            onDisable: false,
            emails: [],
            webhookUrl: null,
          },
        }),
      },
    ])
    expect(secrets).toEqual([])
  })

  it.each([
    [0, 'GET'],
    [1, 'POST'],
    [2, 'OPTIONS'],
    [3, 'HEAD'],
    [4, 'PUT'],
    [5, 'DELETE'],
    [8, 'PATCH'],
  ])('reads the method %i as %s', (requestMethod, httpMethod) => {
    expect(definitionOf({ requestMethod }).httpMethod).toBe(httpMethod)
  })

  it.each([
    [6, 'TRACE'],
    [7, 'CONNECT'],
    [9, '9 is no request method'],
  ])('refuses the method %i and says why', (requestMethod, words) => {
    expect(one({ requestMethod })).toMatchObject({ kind: 'refused', reasons: [expect.stringContaining(words)] })
  })

  it.each([
    [{ requestTimeout: -1 }, { timeout: 30_000 }],
    [{ requestTimeout: 10 }, { timeout: 10_000 }],
    [{ requestTimeout: 0 }, { timeout: 30_000 }],
    [{ redirectSuccess: true }, { redirects: 'NONE', success: { status: ['200-299', '300-399'] } }],
    [{ saveResponses: true }, { saveResponse: 'ALWAYS' }],
    [{ enabled: false }, { enabled: false }],
    [{ folderId: 7 }, { tags: ['folder-7'] }],
    [{ schedule: { ...schedule, expiresAt: 20270701120000 } }, { endAt: '2027-07-01T10:00:00.000Z' }],
    [
      { notification: { onFailure: true, onFailureCount: 5, onSuccess: true, onDisable: true } },
      { notify: { onFailure: true, afterFailures: 5, onRecovery: true, onSuccess: false, onDisable: true } },
    ],
    [{ extendedData: { headers: [], body: '' } }, { headers: {}, body: null }],
  ])('reads %j as %j', (fields, expected) => {
    expect(definitionOf(fields)).toMatchObject(expected)
  })

  it('moves credentials into secrets and refers to them', () => {
    const { jobs, secrets } = draft({
      jobDetails: job({
        title: 'Inbox',
        url: 'https://example.com/?secret=q%2B1',
        auth: { enable: true, user: 'ada', password: 'pw' },
        extendedData: { headers: { 'X-Cron-Secret': 'h' }, body: '' },
      }),
    })
    expect(jobs).toMatchObject([
      {
        definition: {
          targetUrl: 'https://example.com/?secret={{secrets.INBOX_SECRET}}',
          headers: { 'X-Cron-Secret': '{{secrets.INBOX_X_CRON_SECRET}}' },
          auth: { type: 'basic', username: 'ada', password: '{{secrets.INBOX_PASSWORD}}' },
        },
      },
    ])
    expect(secrets).toEqual(
      [
        { name: 'INBOX_PASSWORD', value: 'pw', description: 'From cron-job.org: password of Inbox' },
        { name: 'INBOX_SECRET', value: 'q+1', description: 'From cron-job.org: secret of Inbox' },
        { name: 'INBOX_X_CRON_SECRET', value: 'h', description: 'From cron-job.org: X-Cron-Secret of Inbox' },
      ].toSorted(
        (a, b) => secrets.findIndex(({ name }) => name === a.name) - secrets.findIndex(({ name }) => name === b.name),
      ),
    )
    expect(JSON.stringify(jobs)).not.toMatch(/"pw"|q%2B1|"h"/)
  })

  it('ignores credentials of an authentication that is switched off', () => {
    expect(definitionOf({ auth: { enable: false, user: 'ada', password: 'pw' } }).auth).toEqual({ type: 'none' })
  })

  it('reports variables, and imports such a job paused', () => {
    const made = one({ url: 'https://example.com/?t=%cjo:unixtime%', extendedData: { body: '%cjo:uuid4%' } })
    expect(made).toMatchObject({ definition: { enabled: false } })
    expect(made.warnings.join()).toContain('%cjo:unixtime%, %cjo:uuid4%')
  })

  it.each([
    [{ extendedData: { headers: { 'User-Agent': 'x', 'X-Forwarded-For': '192.0.2.1' }, body: '' } }, 'User-Agent'],
    [{ extendedData: { headers: { Connection: 'close' }, body: '' } }, 'Connection'],
    [{ requestTimeout: 900 }, '900 s becomes 300 s'],
    [{ type: 1 }, 'status monitor'],
    [{ notification: { onFailure: true, onSslCertExpiry: true } }, 'certificate expires'],
  ])('warns of what is lost of %j', (fields, words) => {
    const { warnings } = one({ extendedData: { headers: {}, body: '' }, ...fields })
    expect(warnings.join()).toContain(words)
  })

  it('leaves headers out that were never sent', () => {
    const headers = { 'User-Agent': 'x', connection: 'close', 'X-Forwarded-For': '192.0.2.1', 'X-Own': '1' }
    expect(definitionOf({ extendedData: { headers, body: '' } }).headers).toEqual({ 'X-Own': '1' })
  })

  it('takes details before the list, and says which jobs have none', () => {
    const { jobs } = draft({
      jobs: [job({ jobId: 1, title: 'One' }), job({ jobId: 2, title: 'Two' })],
      details: [{ jobDetails: job({ jobId: 2, title: 'Two', ...details, extendedData: { headers: {}, body: '' } }) }],
    })
    expect(jobs.map(({ name, warnings }) => [name, warnings.length])).toEqual([
      ['One', 1],
      ['Two', 0],
    ])
  })

  it('names jobs so that they are found again, whatever the order of the document', () => {
    const documents = [
      job({ jobId: 3, title: 'Same' }),
      job({ jobId: 1, title: 'Same' }),
      job({ jobId: 2, title: '', url: 'https://example.com/a/' }),
    ]
    const names = (jobs: object[]) => draft({ jobs }).jobs.map(({ name }) => name)
    expect(names(documents)).toEqual(['Same (1)', 'example.com/a', 'Same (3)'])
    expect(names(documents.toReversed())).toEqual(names(documents))
  })

  it('refuses a job that is too large, naming the field', () => {
    const body = 'x'.repeat(70_000)
    expect(one({ extendedData: { headers: {}, body } })).toMatchObject({
      kind: 'refused',
      reasons: [expect.stringMatching(/^\/body: .*65536/)],
    })
  })
})
