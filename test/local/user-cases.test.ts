import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Account, accountsByMailbox } from '../support/api-client.ts'
import { EchoTarget } from '../support/echo-target.ts'
import { type PunctualService, startService } from '../support/punctual-service.ts'
import { DAY_MS, isoDate, isoInstant, lastSunday, wallTimes } from './calendar.ts'

describe('what users run', () => {
  let service: PunctualService
  let target: EchoTarget
  let account: Account

  beforeAll(async () => {
    ;[service, target] = await Promise.all([startService(), EchoTarget.start()])
    account = await accountsByMailbox(service.url)()
  })
  afterAll(() => Promise.all([service?.discard(), target?.close()]))

  const saveSecret = (name: string, value: string) => account.api.must('PUT', `/api/secrets/${name}`, { value })

  describe('a KYC sync every five minutes', () => {
    const secret = 'c2VjcmV0LWZvci10aGUta3ljLXN5bmMtY3JvbiE='
    const completed = '{"success":true,"message":"Auto-sync completed","synced":2}'
    const refused = '{"success":false,"message":"Invalid secret"}'

    const kycJob = (path: string, header = '{{secrets.KYC_SECRET}}') => ({
      name: 'KYC sync',
      cronExpression: '*/5 * * * *',
      targetUrl: target.url(path),
      httpMethod: 'POST',
      headers: { 'X-Cron-Secret': header, 'Content-Type': 'application/json' },
      timeout: 30_000,
      success: { json: [{ path: '$.success', equals: true }] },
    })
    const guardedBy = (expected: () => string) => (request: { headers: Record<string, unknown> }) =>
      request.headers['x-cron-secret'] === expected() ? { body: completed } : { status: 401, body: refused }

    beforeAll(() => saveSecret('KYC_SECRET', secret))

    it('sends the secret to the target unchanged and shows the answer of the target', async () => {
      target.on(
        '/kyc',
        guardedBy(() => secret),
      )
      const job = await account.api.createJob(kycJob('/kyc'))
      const run = await account.api.runToEnd(job.id)
      expect(run).toMatchObject({ status: 'SUCCEEDED', httpStatus: 200, reason: null })
      expect(run.response).toMatchObject({ status: 200, body: completed, bodyBytes: completed.length })
      const [request] = target.requests('/kyc')
      expect(request).toMatchObject({ method: 'POST', headers: { 'content-type': 'application/json' } })
      expect(request?.headers['x-cron-secret']).toBe(secret)
      expect(run.request.headers).toMatchObject({
        'X-Cron-Secret': '[redacted]',
        'Content-Type': 'application/json',
      })
    })

    it('fails with a hint that names the secret when the target refuses it', async () => {
      target.on(
        '/kyc-changed',
        guardedBy(() => 'another'),
      )
      const job = await account.api.createJob(kycJob('/kyc-changed'))
      const run = await account.api.runToEnd(job.id)
      expect(run).toMatchObject({ status: 'FAILED', httpStatus: 401, reason: { code: 'HTTP_STATUS' } })
      expect(run.reason.message).toContain('401')
      expect(run.reason.hint).toContain('KYC_SECRET')
      expect(run.response.body).toBe(refused)
      const { lastRun } = await account.api.must('GET', `/api/jobs/${job.id}`)
      expect(lastRun).toMatchObject({ id: run.id, status: 'FAILED', httpStatus: 401 })
    })

    it('fails by its assertion when the target answers 200 and success is false', async () => {
      target.on('/kyc-unsuccessful', { body: '{"success":false,"message":"Nothing to sync"}' })
      const job = await account.api.createJob(kycJob('/kyc-unsuccessful'))
      const run = await account.api.runToEnd(job.id)
      expect(run).toMatchObject({ status: 'FAILED', httpStatus: 200, reason: { code: 'ASSERTION' } })
      expect(run.reason.message).toContain('$.success')
    })

    it('reads a secret anew when the target refuses the old value, and succeeds in a second attempt', async () => {
      await saveSecret('ROTATED_SECRET', 'old-value-of-the-secret=')
      let expected = 'old-value-of-the-secret='
      target.on(
        '/kyc-rotated',
        guardedBy(() => expected),
      )
      const job = await account.api.createJob(kycJob('/kyc-rotated', '{{secrets.ROTATED_SECRET}}'))
      expect(await account.api.runToEnd(job.id)).toMatchObject({ status: 'SUCCEEDED' })
      expected = 'new-value-of-the-secret='
      await saveSecret('ROTATED_SECRET', expected)
      const run = await account.api.runToEnd(job.id)
      expect(run).toMatchObject({ status: 'SUCCEEDED', httpStatus: 200 })
      expect(run.attempts.map(({ httpStatus }: { httpStatus: number }) => httpStatus)).toEqual([401, 200])
    })
  })

  describe('an inbox sync and follow-ups that share a secret in the query', () => {
    const secret = 'in/box+secret="x"&y z=='
    const query = '?secret={{secrets.CRON_SECRET}}'
    /** The secret as it may turn up in answers, logs and files. */
    const spellings = [
      secret,
      encodeURIComponent(secret),
      new URLSearchParams({ secret }).toString().slice('secret='.length),
      JSON.stringify(secret).slice(1, -1),
      Buffer.from(secret).toString('base64'),
      Buffer.from(`user:${secret}`).toString('base64url'),
      Buffer.from(secret).toString('hex'),
    ]

    beforeAll(() => saveSecret('CRON_SECRET', secret))

    it.each([
      ['inbox sync every minute', '* * * * *', '/inbox'],
      ['follow-ups every hour', '0 * * * *', '/follow-ups'],
    ])('never shows the secret of the %s, in whatever encoding the target sends it back', async (name, cron, path) => {
      target.on(path, { body: spellings.join('\n'), headers: { 'x-echo': encodeURIComponent(secret) } })
      const job = await account.api.createJob({ name, cronExpression: cron, targetUrl: target.url(`${path}${query}`) })
      const run = await account.api.runToEnd(job.id)
      expect(run.status).toBe('SUCCEEDED')
      const [request] = target.requests(path)
      expect(new URL(target.url(request?.url ?? '')).searchParams.get('secret')).toBe(secret)

      const seen = await Promise.all(
        [`/api/runs/${run.id}`, `/api/runs`, `/api/jobs/${job.id}/runs`, `/api/jobs/${job.id}`, '/api/jobs'].map(
          async (each) => (await account.api.get(each)).text,
        ),
      )
      expect(run.request.url).toBe(target.url(`${path}?secret=[redacted]`))
      // What encodes the text around a secret may stay: "user:", the padding.
      for (const line of run.response.body.split('\n')) expect(line).toMatch(/^\w{0,7}\[redacted\]=*$/)
      for (const spelling of spellings) expect(`${seen.join('\n')}${service.output()}`).not.toContain(spelling)
    })

    it('lists both jobs as users of the secret', async () => {
      const { items } = await account.api.must('GET', '/api/secrets')
      const { usedBy } = items.find(({ name }: { name: string }) => name === 'CRON_SECRET')
      expect(usedBy.map(({ jobName }: { jobName: string }) => jobName).toSorted()).toEqual([
        'follow-ups every hour',
        'inbox sync every minute',
      ])
    })

    it('warns, in the preview and with the job, that secrets in URLs end up in logs elsewhere', async () => {
      const targetUrl = `https://inbox.example.com/sync${query}`
      const schedule = { cronExpression: '0 0 29 2 *', timezone: 'UTC' }
      const preview = await account.api.must('POST', '/api/schedules/preview', { ...schedule, targetUrl })
      const job = await account.api.createJob({ ...schedule, targetUrl })
      for (const { warnings } of [preview, job])
        expect(warnings.join()).toMatch(/Secrets in URLs \(CRON_SECRET\) end up in logs elsewhere/)
    })
  })

  describe('a gateway sync with a bearer key and a token clean-up at 02:00 in Paris', () => {
    it('sends the key as a bearer credential and shows only that there was one', async () => {
      await saveSecret('GATEWAY_KEY', 'gw_live_0123456789abcdef')
      const job = await account.api.createJob({
        name: 'Gateway sync',
        cronExpression: '*/5 * * * *',
        targetUrl: target.url('/gateway'),
        httpMethod: 'POST',
        auth: { type: 'bearer', token: '{{secrets.GATEWAY_KEY}}' },
      })
      const run = await account.api.runToEnd(job.id)
      expect(run).toMatchObject({ status: 'SUCCEEDED', request: { headers: { authorization: 'Bearer [redacted]' } } })
      expect(target.requests('/gateway')[0]?.headers.authorization).toBe('Bearer gw_live_0123456789abcdef')
      expect(JSON.stringify(run)).not.toContain('gw_live')
    })

    const nextYear = new Date().getUTCFullYear() + 1
    const changes = [
      { name: 'skips 02:00 on the day it does not exist', day: lastSunday(nextYear, 3), hoursUtc: ['01', null, '00'] },
      { name: 'runs once on the day 02:00 comes twice', day: lastSunday(nextYear, 10), hoursUtc: ['00', '00', '01'] },
    ]
    const cleanUp = { cronExpression: '0 2 * * *', timezone: 'Europe/Paris' }

    it.each(changes)('$name, in the preview and in the instants of the job', async ({ day, hoursUtc }) => {
      const expected = [day - DAY_MS, day, day + DAY_MS]
        .map((at, index) => (hoursUtc[index] === null ? null : `${isoDate(at)}T${hoursUtc[index]}:00:00.000Z`))
        .filter((instant) => instant !== null)
      const from = isoInstant(day - 1.5 * DAY_MS)
      const count = expected.length
      const preview = await account.api.must('POST', '/api/schedules/preview', { ...cleanUp, from, count })
      expect(preview.next).toEqual(expected)
      expect(preview.warnings.join()).toContain(isoDate(day))
      expect(preview.awsExpressions).toEqual(['cron(0 2 * * ? *)'])
      const job = await account.api.createJob({ ...cleanUp, name: 'Token clean-up', startAt: from })
      const { next } = await account.api.must('GET', `/api/jobs/${job.id}/next?count=${count}`)
      expect(next).toEqual(expected)
      expect(job.nextRunAt).toBe(expected[0])
    })
  })

  it('takes the request of a CronOps client as it is', async () => {
    const request =
      '{"name":"Health Check","cronExpression":"*/5 * * * *","timezone":"UTC","targetType":"HTTP","targetUrl":"https://api.example.com/health","httpMethod":"GET","timeout":10000,"maxRetries":3}'
    const created = await account.api.post('/api/jobs', request)
    // It must not go out while these tests run.
    await account.api.must('DELETE', `/api/jobs/${created.body.id}`)
    expect(created.status).toBe(201)
    expect(created.body).toMatchObject({ ...JSON.parse(request), status: 'ACTIVE', syncState: 'SYNCED' })
  })

  it('keeps the morning and evening jobs of a customer at 08:30 and 17:15 in Chicago, summer and winter', async () => {
    for (const [name, cronExpression, time] of [
      ['Morning report', '30 8 * * *', '08:30'],
      ['Evening report', '15 17 * * *', '17:15'],
    ] as const) {
      const schedule = { cronExpression, timezone: 'America/Chicago' }
      const job = await account.api.createJob({ ...schedule, name, tags: ['customer-17'] })
      const { next, timezone } = await account.api.must('GET', `/api/jobs/${job.id}/next?count=100`)
      expect(timezone).toBe('America/Chicago')
      expect(new Set(wallTimes(next, timezone).map((text) => text.slice(11)))).toEqual(new Set([time]))
      const year = await account.api.must('POST', '/api/schedules/preview', {
        ...schedule,
        from: '2027-03-13T06:00:00Z',
        count: 3,
      })
      const [hour = '', minute] = time.split(':')
      const utc = (day: number, offset: number) => `2027-03-${day}T${Number(hour) + offset}:${minute}:00.000Z`
      expect(year.next).toEqual([utc(13, 6), utc(14, 5), utc(15, 5)])
    }
    const { items } = await account.api.must('GET', '/api/jobs?tag=customer-17')
    expect(items.map(({ name }: { name: string }) => name)).toEqual(['Evening report', 'Morning report'])
  })
})
