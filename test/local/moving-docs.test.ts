import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Account, accountsByMailbox } from '../support/api-client.ts'
import { EchoTarget } from '../support/echo-target.ts'
import { type PunctualService, startService } from '../support/punctual-service.ts'

/** All commands of a page, as one script. */
async function commandsOf(page: string): Promise<string> {
  const markdown = await readFile(new URL(`../../docs/${page}`, import.meta.url), 'utf8')
  const blocks = [...markdown.matchAll(/^```bash\n(.*?)^```$/gms)].map(([, block = '']) => block)
  if (blocks.length === 0) throw new Error(`${page} has no commands`)
  return blocks.join('\n')
}

const schedule = { timezone: 'UTC', expiresAt: 0, hours: [-1], mdays: [-1], minutes: [-1], months: [-1], wdays: [-1] }

/** A job of cron-job.org, the details included. */
const foreignJob = (jobId: number, title: string, fields: object) => ({
  jobId,
  enabled: true,
  title,
  saveResponses: true,
  url: 'https://example.com/sync',
  type: 0,
  requestTimeout: 10,
  redirectSuccess: false,
  folderId: 0,
  schedule,
  requestMethod: 0,
  auth: { enable: false, user: '', password: '' },
  notification: { onFailure: true, onFailureCount: 1, onSuccess: true, onDisable: true },
  extendedData: { headers: [], body: '' },
  ...fields,
})

/** What users have there: a KYC sync with a secret in a header, an inbox and follow-ups that share one in the query. */
const foreignJobs = [
  foreignJob(11, 'Inbox', { url: 'https://example.com/inbox?secret=c2hhcmVkLXNlY3JldA' }),
  foreignJob(12, 'Follow-ups', {
    url: 'https://example.com/follow-ups?secret=c2hhcmVkLXNlY3JldA',
    schedule: { ...schedule, minutes: [0] },
  }),
  foreignJob(13, 'KYC sync', {
    url: 'https://example.com/kyc',
    requestMethod: 1,
    schedule: { ...schedule, minutes: [0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55] },
    extendedData: { headers: { 'X-Cron-Secret': 'a3ljLXNlY3JldA==', 'Content-Type': 'application/json' }, body: '{}' },
  }),
]

/** Pages that are not about moving. */
const ABOUT_SOMETHING_ELSE = ['README.md', 'scale.md']

describe('the pages about moving', () => {
  let service: PunctualService
  let elsewhere: EchoTarget
  let account: Account
  let folder: string

  beforeAll(async () => {
    ;[service, elsewhere] = await Promise.all([startService(), EchoTarget.start()])
  })
  afterAll(() => Promise.all([service?.discard(), elsewhere?.close()]))
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'punctual-moving-'))
    account = await accountsByMailbox(service.url)()
    return () => rm(folder, { recursive: true })
  })

  async function run(page: string, environment: Record<string, string> = {}): Promise<void> {
    const env = {
      PATH: process.env.PATH,
      HOME: folder,
      URL: service.url,
      TOKEN: account.session.accessToken,
      ...environment,
    }
    await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', await commandsOf(page)], { cwd: folder, env })
  }

  const written = async (file: string) => JSON.parse(await readFile(join(folder, file), 'utf8'))
  /** The jobs of these names, as they are. */
  const definitions = async (...names: readonly string[]) => {
    const { items } = await account.api.must('GET', '/api/jobs?limit=100')
    return names.map((wanted) => items.find(({ name }: { name: string }) => name === wanted))
  }
  const names = async () =>
    (await account.api.must('GET', '/api/jobs')).items.map(({ name }: { name: string }) => name).toSorted()

  it('brings jobs over from cron-job.org as written', async () => {
    elsewhere.on('/jobs', {
      body: JSON.stringify({ jobs: foreignJobs.map(({ auth: _, ...listed }) => listed), someFailed: false }),
    })
    for (const job of foreignJobs) elsewhere.on(`/jobs/${job.jobId}`, { body: JSON.stringify({ jobDetails: job }) })

    await run('from-cron-job-org.md', { FROM: elsewhere.url(''), CRON_JOB_ORG_KEY: 'key' })
    expect((await written('plan.json')).summary).toMatchObject({ create: 3, done: 0 })
    const done = await written('done.json')
    expect(done.summary).toMatchObject({ create: 3, done: 3 })
    expect((await written('again.json')).summary).toMatchObject({ unchanged: 3, create: 0 })
    for (const { jobId } of foreignJobs) {
      const [details, paused] = elsewhere.requests(`/jobs/${jobId}`)
      expect(details?.headers.authorization).toBe('Bearer key')
      expect(paused).toMatchObject({ method: 'PATCH', body: '{"job":{"enabled":false}}' })
    }
    const [inbox, followUps, kyc] = await definitions('Inbox', 'Follow-ups', 'KYC sync')
    expect(inbox).toMatchObject({
      cronExpression: '* * * * *',
      targetUrl: expect.stringMatching(/\?secret=\{\{secrets\.\w+\}\}$/),
    })
    expect(followUps.cronExpression).toBe('0 * * * *')
    expect(new URL(inbox.targetUrl).search).toBe(new URL(followUps.targetUrl).search)
    expect(kyc).toMatchObject({
      cronExpression: '*/5 * * * *',
      httpMethod: 'POST',
      headers: { 'X-Cron-Secret': expect.stringMatching(/^\{\{secrets\.\w+\}\}$/) },
      success: { json: [{ path: '$.success', equals: true }] },
    })
    expect(done.secrets.map(({ action }: { action: string }) => action)).toEqual(['create', 'create'])
    expect(JSON.stringify(done)).not.toMatch(/c2hhcmVkLXNlY3JldA|a3ljLXNlY3JldA/)
  })

  it('brings the jobs of a crontab over as written', async () => {
    const crontab = [
      '# "quoted" \\ and\ttabs',
      `0 3 * * *\tcurl -H 'X-Token: a"b\\c' https://example.com/sync`,
      '@daily php sync.php',
      '*/5 * * * * curl -fsS -X POST -H "Authorization: Bearer Z2F0ZXdheS1rZXk=" https://example.com/gateway',
      '0 2 * * * curl -fsS https://example.com/clean-up',
    ]
    await writeFile(join(folder, 'theirs'), `${crontab.join('\n')}\n`)
    await run('from-crontab.md', { CRONTAB: 'cat theirs' })
    const plan = await written('plan.json')
    expect(plan.lines.map(({ kind }: { kind: string }) => kind)).toEqual(['COMMENT', 'JOB', 'REFUSED', 'JOB', 'JOB'])
    expect(plan.items).toMatchObject([
      { action: 'create', definition: { timezone: 'Europe/Paris', description: '"quoted" \\ and\ttabs' } },
      { action: 'skip', source: { text: '@daily php sync.php' } },
      { action: 'create' },
      { action: 'create' },
    ])
    expect((await written('again.json')).summary).toMatchObject({ unchanged: 3, create: 0 })
    const [gateway, cleanUp] = await definitions('example.com/gateway', 'example.com/clean-up')
    expect(gateway).toMatchObject({ cronExpression: '*/5 * * * *', httpMethod: 'POST', timezone: 'Europe/Paris' })
    expect(JSON.stringify(gateway)).toMatch(/Bearer \{\{secrets\.\w+\}\}|"token":"\{\{secrets\.\w+\}\}"/)
    expect(JSON.stringify(gateway)).not.toContain('Z2F0ZXdheS1rZXk')
    expect(cleanUp).toMatchObject({ cronExpression: '0 2 * * *', timezone: 'Europe/Paris' })
  })

  it('onboards the customers of an app on Render as written', async () => {
    await run('from-render.md')
    const answers = async (file: string) =>
      (await readFile(join(folder, file), 'utf8'))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    const summaries = async (file: string) => (await answers(file)).map(({ summary }) => summary)
    expect(await summaries('plan.jsonl')).toMatchObject(Array(2).fill({ create: 2, done: 0 }))
    expect(await summaries('done.jsonl')).toMatchObject(Array(2).fill({ create: 2, done: 2, failed: 0 }))
    expect(await summaries('again.jsonl')).toMatchObject(Array(2).fill({ unchanged: 2, create: 0 }))
    expect((await answers('again.jsonl')).flatMap(({ secrets }) => secrets)).toMatchObject(
      Array(2).fill({ action: 'keep' }),
    )
    expect((await written('lakeside.json')).items).toMatchObject([
      { name: 'Lakeside Motors: evening', cronExpression: '15 17 * * *', timezone: 'America/Chicago' },
      { name: 'Lakeside Motors: morning', cronExpression: '30 8 * * *', timezone: 'America/Chicago' },
    ])
    const [denver] = await definitions('Hill Country Cars: morning')
    expect(denver).toMatchObject({
      cronExpression: '0 8 * * *',
      timezone: 'America/Denver',
      targetUrl: 'https://example.com/cron/morning?customer=HILLCOUNTRY',
      headers: { 'X-Cron-Secret': '{{secrets.HILLCOUNTRY_CRON_SECRET}}' },
    })
  })

  it('lets a client of CronOps go on as it is, as written', async () => {
    await run('from-cronops.md')
    expect((await written('plan.json')).summary).toMatchObject({ create: 2, done: 0 })
    expect((await written('done.json')).summary).toMatchObject({ create: 2, done: 2 })
    expect((await written('again.json')).summary).toMatchObject({ unchanged: 2, create: 0 })
    expect(await names()).toEqual(['Health Check', 'Nightly cleanup', 'Reports'])
    const requests = await written('requests.json')
    expect(await definitions('Health Check', 'Nightly cleanup')).toMatchObject(requests)
    expect(await written('paused.json')).toMatchObject({ name: 'Reports', status: 'PAUSED' })
    expect(await written('resumed.json')).toMatchObject({ name: 'Reports', status: 'ACTIVE' })
    expect((await written('next.json')).next).toHaveLength(3)
    expect((await written('runs.json')).items).toEqual([])
  })

  it('has every page, and no page that is not tested, on its list', async () => {
    const folder = new URL('../../docs/', import.meta.url)
    const pages = (await readdir(folder)).filter((name) => name.endsWith('.md') && !ABOUT_SOMETHING_ELSE.includes(name))
    const list = await readFile(new URL('README.md', folder), 'utf8')
    const tests = await readFile(new URL(import.meta.url), 'utf8')
    for (const page of pages) {
      expect(list, page).toContain(`(${page})`)
      expect(tests, page).toContain(`run('${page}'`)
    }
  })

  it('keeps jobs as a document says, and exports them, as written', async () => {
    await account.api.createJob({ name: 'Old' })
    await run('jobs-in-git.md')
    expect((await written('plan.json')).summary).toMatchObject({ create: 2, delete: 1, done: 0 })
    expect((await written('done.json')).summary).toMatchObject({ done: 3 })
    expect((await written('again.json')).summary).toMatchObject({ unchanged: 2, delete: 0 })
    expect((await written('import-plan.json')).summary).toMatchObject({ unchanged: 2, create: 0 })
    expect(await names()).toEqual(['Evening report', 'Morning report'])
  })
})
