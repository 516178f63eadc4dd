import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Account, accountsByMailbox } from '../support/api-client.ts'
import { EchoTarget } from '../support/echo-target.ts'
import { type PunctualService, startService } from '../support/punctual-service.ts'
import { expectProblem } from './expect-problem.ts'

/** Fires on 29 February only. */
const RARELY = '0 0 29 2 *'

type Item = {
  readonly action: string
  readonly name: string
  readonly result?: string
  readonly skipped?: string
  readonly jobId?: string
  readonly reasons: string[]
  readonly warnings: string[]
}

describe('moving jobs', () => {
  let service: PunctualService
  let target: EchoTarget
  let account: Account

  beforeAll(async () => {
    ;[service, target] = await Promise.all([startService(), EchoTarget.start()])
  })
  afterAll(() => Promise.all([service?.discard(), target?.close()]))
  beforeEach(async () => {
    account = await accountsByMailbox(service.url)()
  })

  const jobsOf = async ({ api }: Account) => (await api.must('GET', '/api/jobs?limit=100')).items
  const send = (document: object, dryRun = false, { api } = account) =>
    api.must('POST', `/api/import${dryRun ? '?dryRun=true' : ''}`, document)
  const apply = (jobs: object, more: object = {}, query = '') =>
    account.api.put(`/api/jobs:apply${query}`, { jobs, ...more })
  const told = (plan: { items: readonly Item[] }) =>
    plan.items.map(({ action, name, result }) => [action, name, result])

  /** Sends a document three times: to look, to do it, and to see that there is nothing left to do. */
  async function importTwice(document: object) {
    const dry = await send(document, true)
    expect(await jobsOf(account)).toEqual([])
    const done = await send(document)
    const ids = (await jobsOf(account)).map(({ id, version }: { id: string; version: number }) => [id, version])
    const again = await send(document)
    expect(again.summary).toMatchObject({ create: 0, change: 0, delete: 0, done: 0, failed: 0 })
    expect(again.secrets.map(({ action }: { action: string }) => action)).not.toContain('create')
    expect((await jobsOf(account)).map(({ id, version }: { id: string; version: number }) => [id, version])).toEqual(
      ids,
    )
    return { dry, done, again }
  }

  describe('an export', () => {
    let other: Account

    beforeEach(async () => {
      other = await accountsByMailbox(service.url)()
    })

    it('comes back from an import into another account exactly as it was', async () => {
      for (const { api } of [account, other]) await api.must('PUT', '/api/secrets/CRON_SECRET', { value: 'x' })
      await account.api.createJob({ name: 'Plain' })
      await account.api.createJob({ name: 'Twice', cronExpression: RARELY, timezone: 'Europe/Paris' })
      await account.api.createJob({ name: 'Twice', cronExpression: RARELY, enabled: false })
      await account.api.createJob({
        name: 'Full / ~ ü',
        description: 'All of it',
        tags: ['prod', 'b'],
        startAt: '2027-01-31T08:00:00Z',
        endAt: '2037-01-31T08:00:00Z',
        flexMinutes: 5,
        targetUrl: 'https://api.example.com/a?key={{secrets.CRON_SECRET}}',
        httpMethod: 'POST',
        headers: { 'X-Cron-Secret': '{{secrets.CRON_SECRET}}', 'X-Typed': 'as typed' },
        body: '{"a":"ü\\n"}',
        auth: { type: 'basic', username: 'ada', password: 'typed' },
        timeout: 5000,
        maxRetries: 1,
        redirects: 'FOLLOW',
        success: { status: ['204'], bodyIncludes: 'ok', json: [{ path: '$.a', equals: null }] },
        overlap: 'ALLOW',
        delivery: 'AT_MOST_ONCE',
        saveResponse: 'NEVER',
        notify: { emails: ['ops@example.com'], webhookUrl: 'https://hooks.example.com/x' },
        disableAfterFailures: 9,
      })
      const document = await account.api.must('GET', '/api/export')
      // What calls a webhook is signed.
      const secrets = ['CRON_SECRET', 'WEBHOOK_SIGNING_KEY']
      expect(document).toMatchObject({ format: 'punctual', version: 1, secrets, nextCursor: null })
      expect(document.jobs.map(({ name }: Item) => name)).toEqual(['Plain', 'Twice', 'Twice', 'Full / ~ ü'])
      expect((await send(document)).summary).toMatchObject({ unchanged: 4, done: 0 })

      const plan = await send(document, false, other)
      expect(plan.summary).toMatchObject({ create: 4, done: 4, failed: 0 })
      const { exportedAt, ...copied } = await other.api.must('GET', '/api/export')
      const { exportedAt: before, ...original } = document
      expect(JSON.stringify(copied)).toBe(JSON.stringify(original))
      expect(exportedAt >= before).toBe(true)
    })

    it('never has the value of a secret, and an import says which are missing', async () => {
      await account.api.must('PUT', '/api/secrets/CRON_SECRET', { value: 'value-that-must-not-show' })
      await account.api.createJob({ name: 'Guarded', headers: { 'X-Cron-Secret': '{{secrets.CRON_SECRET}}' } })
      const { body: document, text } = await account.api.get('/api/export')
      expect(text).not.toContain('value-that-must-not-show')

      const refused = await send(document, false, other)
      expect(refused).toMatchObject({
        items: [{ action: 'skip', skipped: 'REFUSED', name: 'Guarded' }],
        secrets: [{ name: 'CRON_SECRET', action: 'missing' }],
        summary: { refused: 1, done: 0 },
      })
      expect(refused.items[0].reasons.join()).toContain('PUT /api/secrets/CRON_SECRET')
      const withValues = await send({ ...document, secretValues: { CRON_SECRET: 'v' } }, false, other)
      expect(withValues).toMatchObject({
        items: [{ action: 'create', result: 'DONE' }],
        secrets: [{ name: 'CRON_SECRET', action: 'create', result: 'DONE' }],
      })
      expect(JSON.stringify(withValues)).not.toContain('"v"')
    })

    it('says of a changed document what would change, and changes that', async () => {
      const { id } = await account.api.createJob({ name: 'Report', headers: { 'X-A': '1', 'X-B': '2' } })
      const document = await account.api.must('GET', '/api/export')
      const [job] = document.jobs
      const changed = { ...document, jobs: [{ ...job, timezone: 'Asia/Tokyo', headers: { 'X-A': '1', 'X-B': '3' } }] }
      const plan = await send(changed, true)
      expect(plan.items).toMatchObject([
        { action: 'change', jobId: id, changes: ['/timezone', '/headers/X-B'], definition: { timezone: 'Asia/Tokyo' } },
      ])
      expect(await account.api.must('GET', `/api/jobs/${id}`)).toMatchObject({ version: 1, timezone: 'UTC' })
      expect((await send(changed)).items).toMatchObject([{ action: 'change', result: 'DONE' }])
      expect(await account.api.must('GET', `/api/jobs/${id}`)).toMatchObject({ version: 2, timezone: 'Asia/Tokyo' })
    })

    it('has nothing of another account', async () => {
      await account.api.createJob({ name: 'Of one' })
      expect(await other.api.must('GET', '/api/export')).toMatchObject({ jobs: [], secrets: [] })
    })
  })

  it('brings a list and details of cron-job.org over, credentials in secrets, and the calls are the same', async () => {
    const every = { hours: [0], mdays: [29], minutes: [0], months: [2], wdays: [-1] }
    const listed = (jobId: number, title: string, path: string) => ({
      jobId,
      enabled: true,
      title,
      saveResponses: true,
      url: target.url(path),
      lastStatus: 1,
      lastDuration: 81,
      lastExecution: 1790000000,
      nextExecution: 1790003600,
      type: 0,
      requestTimeout: -1,
      redirectSuccess: false,
      folderId: 0,
      schedule: { timezone: 'Europe/Berlin', expiresAt: 0, ...every },
      requestMethod: 1,
    })
    const details = {
      auth: { enable: true, user: 'ada', password: 'pass word' },
      notification: { onFailure: true, onFailureCount: 2, onSuccess: false, onDisable: true },
      extendedData: { headers: { 'X-Cron-Secret': 's3cret', 'User-Agent': 'x' }, body: '' },
    }
    const document = {
      format: 'cron-job.org',
      jobs: [
        listed(1, 'Inbox', '/inbox?token=q%2Bt'),
        { ...listed(2, 'Never', '/never'), schedule: { ...listed(2, '', '').schedule, hours: [] } },
        { ...listed(3, 'Trace', '/trace'), requestMethod: 6 },
      ],
      someFailed: false,
      details: [{ jobDetails: { ...listed(1, 'Inbox', '/inbox?token=q%2Bt'), ...details } }],
    }
    const { dry, done } = await importTwice(document)
    expect(dry.items.map(({ action }: Item) => action)).toEqual(['create', 'skip', 'skip'])
    const saved = done.secrets.map(({ name, result }: Item) => `${name} ${result}`)
    expect(saved.toSorted()).toEqual(['INBOX_PASSWORD DONE', 'INBOX_TOKEN DONE', 'INBOX_X_CRON_SECRET DONE'])
    const [job] = await jobsOf(account)
    expect(JSON.stringify([job, dry, done])).not.toMatch(/s3cret|pass word|q%2Bt/)
    expect(job).toMatchObject({ cronExpression: '0 0 29 2 *', timezone: 'Europe/Berlin', notify: { afterFailures: 2 } })

    const run = await account.api.runToEnd(job.id)
    expect(run.status).toBe('SUCCEEDED')
    const [request] = target.requests('/inbox')
    expect(request).toMatchObject({
      method: 'POST',
      headers: { 'x-cron-secret': 's3cret', authorization: `Basic ${btoa('ada:pass word')}` },
    })
    expect(new URL(target.url(request?.url ?? '')).searchParams.get('token')).toBe('q+t')
  })

  it('brings a crontab over, accounts for each of its lines, and the calls are the same', async () => {
    const crontab = [
      'MAILTO=ops@example.com',
      'CRON_TZ=Europe/Paris',
      'KEY="gw_live_1"',
      '',
      '# Gateway',
      `0 0 29 2 * curl -fsS -X POST -H "Authorization: Bearer $KEY" -d 'a=1&b=100\\%' ${target.url('/gateway')} >/dev/null 2>&1 || curl -fsS https://hc.example.com/fail`,
      '*/5 * * * * cd /srv && php sync.php >> log 2>&1',
      '@reboot curl https://example.com/',
      '',
    ].join('\n')
    const { done } = await importTwice({ format: 'crontab', crontab })
    expect(done.lines.map(({ kind }: { kind: string }) => kind)).toEqual([
      'SETTING',
      'SETTING',
      'SETTING',
      'BLANK',
      'COMMENT',
      'JOB',
      'REFUSED',
      'REFUSED',
    ])
    expect(done.items).toMatchObject([
      { action: 'create', result: 'DONE', source: { line: 6 } },
      { action: 'skip', source: { line: 7, text: '*/5 * * * * cd /srv && php sync.php >> log 2>&1' } },
      { action: 'skip', source: { line: 8 } },
    ])
    const [job] = await jobsOf(account)
    expect(job).toMatchObject({
      description: 'Gateway',
      timezone: 'Europe/Paris',
      notify: { emails: ['ops@example.com'], webhookUrl: 'https://hc.example.com/fail', afterFailures: 1 },
    })
    expect(JSON.stringify([job, done])).not.toContain('gw_live_1')
    expect((await account.api.runToEnd(job.id)).status).toBe('SUCCEEDED')
    expect(target.requests('/gateway')).toMatchObject([
      {
        method: 'POST',
        body: 'a=1&b=100%',
        headers: { authorization: 'Bearer gw_live_1', 'content-type': 'application/x-www-form-urlencoded' },
      },
    ])
  })

  it('creates what it can, and refuses each of the others by itself', async () => {
    const crontab = [
      '@daily curl https://example.com/fine',
      '@daily curl http://10.0.0.1/private',
      '0 0 30 2 * curl https://example.com/never',
    ].join('\n')
    const { done } = await importTwice({ format: 'crontab', crontab })
    expect(done.items.map(({ action, skipped }: Item) => [action, skipped])).toEqual([
      ['create', undefined],
      ['skip', 'REFUSED'],
      ['skip', 'REFUSED'],
    ])
    expect(done.items[1].reasons.join()).toContain('/targetUrl')
    expect(done.items[2].reasons.join()).toContain('no occurrence')
  })

  it('keeps the value of a secret that is there already, and says so', async () => {
    await account.api.must('PUT', '/api/secrets/EXAMPLE_COM_SYNC_X_TOKEN', { value: 'own' })
    const plan = await send({ format: 'crontab', crontab: `@daily curl -H 'X-Token: x' https://example.com/sync` })
    expect(plan.secrets).toMatchObject([
      { name: 'EXAMPLE_COM_SYNC_X_TOKEN', action: 'keep', reasons: [expect.stringContaining('already')] },
    ])
    const { items } = await account.api.must('GET', '/api/secrets')
    expect(items).toMatchObject([{ version: 1 }])
  })

  describe('a declarative document', () => {
    const sync = { cronExpression: RARELY, targetUrl: 'https://example.com/sync' }

    it('creates, changes and, when told to prune, deletes, and then has nothing to do', async () => {
      await account.api.createJob({ name: 'Old' })
      expect(told((await apply({ Sync: sync, Report: sync })).body)).toEqual([
        ['create', 'Sync', 'DONE'],
        ['create', 'Report', 'DONE'],
      ])
      const document = { Sync: { ...sync, tags: ['git'] }, Report: sync }
      const dry = await apply(document, { prune: true }, '?dryRun=true')
      expect(told(dry.body)).toEqual([
        ['change', 'Sync', undefined],
        ['skip', 'Report', undefined],
        ['delete', 'Old', undefined],
      ])
      expect((await jobsOf(account)).length).toBe(3)
      expect((await apply(document, { prune: true })).body.summary).toMatchObject({ done: 2, failed: 0 })
      expect((await jobsOf(account)).map(({ name }: Item) => name).toSorted()).toEqual(['Report', 'Sync'])
      expect((await apply(document, { prune: true })).body.summary).toMatchObject({ unchanged: 2, done: 0 })
    })

    it('changes nothing at all when anything in it is wrong, and names each fault', async () => {
      const answer = await apply({
        Fine: sync,
        'Wrong / one': { ...sync, timezone: 'Mars/Olympus' },
        Secret: { ...sync, headers: { 'X-A': '{{secrets.NOBODYS}}' } },
      })
      expectProblem(answer, 400, 'validation')
      expect(answer.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
        '/jobs/Wrong ~1 one/timezone',
        '/jobs/Secret/headers/X-A',
      ])
      expect(await jobsOf(account)).toEqual([])
    })

    it('refuses what is no definition, pointing at it', async () => {
      const wrong = [
        [{ Sync: { ...sync, name: 'Other' } }, '/jobs/Sync/name'],
        [{ Sync: { ...sync, timeout: 1 } }, '/jobs/Sync/timeout'],
        [{ ' Sync': sync }, '/jobs/ Sync'],
      ] as const
      for (const [jobs, pointer] of wrong) {
        const answer = await apply(jobs)
        expectProblem(answer, 400, 'validation')
        expect(answer.body.errors[0].pointer).toBe(pointer)
      }
    })
  })

  it('refuses what is no document, pointing at what is wrong', async () => {
    const wrong = [
      [{ format: 'other' }, '/format'],
      [{ format: 'punctual', version: 2, jobs: [] }, '/version'],
      [{ format: 'punctual', version: 1, jobs: [{ name: 'x' }] }, '/jobs/0/cronExpression'],
      [{ format: 'crontab', crontab: 7 }, '/crontab'],
      [{ format: 'crontab', crontab: '', more: 1 }, '/more'],
      [{ format: 'cron-job.org' }, ''],
      [{ format: 'cron-job.org', jobs: [{ jobId: 1 }] }, '/jobs/0/url'],
    ] as const
    for (const [document, pointer] of wrong) {
      const answer = await account.api.post('/api/import', document)
      expectProblem(answer, 400, 'validation')
      expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer)
    }
  })

  it('refuses a document of more than 2 MiB, and takes one that is larger than other requests may be', async () => {
    const crontab = (lines: number) => ({ format: 'crontab', crontab: `#${'x'.repeat(130)}\n`.repeat(lines) })
    const largest = crontab(1985)
    expect(JSON.stringify(largest).length).toBeGreaterThan(256 * 1024)
    expect((await account.api.post('/api/import', largest)).body.lines).toHaveLength(1985)
    expectProblem(await account.api.post('/api/import', crontab(16_000)), 413, 'payload-too-large')
  })
})
