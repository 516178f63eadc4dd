import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
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

/** A job of cron-job.org, the details included. */
const foreignJob = (jobId: number, title: string) => ({
  jobId,
  enabled: true,
  title,
  saveResponses: true,
  url: 'https://example.com/sync',
  type: 0,
  requestTimeout: 10,
  redirectSuccess: false,
  folderId: 0,
  schedule: { timezone: 'UTC', expiresAt: 0, hours: [3], mdays: [-1], minutes: [0, 30], months: [-1], wdays: [-1] },
  requestMethod: 1,
  auth: { enable: false, user: '', password: '' },
  notification: { onFailure: true, onFailureCount: 1, onSuccess: true, onDisable: true },
  extendedData: { headers: { 'X-Cron-Secret': `s3cret-${jobId}` }, body: '' },
})

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
  const names = async () =>
    (await account.api.must('GET', '/api/jobs')).items.map(({ name }: { name: string }) => name).toSorted()

  it('brings jobs over from cron-job.org as written', async () => {
    const jobs = [foreignJob(11, 'Inbox'), foreignJob(12, 'Follow-ups')]
    elsewhere.on('/jobs', {
      body: JSON.stringify({ jobs: jobs.map(({ auth: _, ...listed }) => listed), someFailed: false }),
    })
    for (const job of jobs) elsewhere.on(`/jobs/${job.jobId}`, { body: JSON.stringify({ jobDetails: job }) })

    await run('from-cron-job-org.md', { FROM: elsewhere.url(''), CRON_JOB_ORG_KEY: 'key' })
    expect((await written('plan.json')).summary).toMatchObject({ create: 2, done: 0 })
    expect((await written('done.json')).summary).toMatchObject({ create: 2, done: 2 })
    expect((await written('again.json')).summary).toMatchObject({ unchanged: 2, create: 0 })
    expect(await names()).toEqual(['Follow-ups', 'Inbox'])
    for (const { jobId } of jobs) {
      const [details, paused] = elsewhere.requests(`/jobs/${jobId}`)
      expect(details?.headers.authorization).toBe('Bearer key')
      expect(paused).toMatchObject({ method: 'PATCH', body: '{"job":{"enabled":false}}' })
    }
  })

  it('brings the jobs of a crontab over as written', async () => {
    const crontab = [
      '# "quoted" \\ and\ttabs',
      `0 3 * * *\tcurl -H 'X-Token: a"b\\c' https://example.com/sync`,
      '@daily php sync.php',
    ]
    await writeFile(join(folder, 'theirs'), `${crontab.join('\n')}\n`)
    await run('from-crontab.md', { CRONTAB: 'cat theirs' })
    const plan = await written('plan.json')
    expect(plan.lines.map(({ kind }: { kind: string }) => kind)).toEqual(['COMMENT', 'JOB', 'REFUSED'])
    expect(plan.items).toMatchObject([
      { action: 'create', definition: { timezone: 'Europe/Paris', description: '"quoted" \\ and\ttabs' } },
      { action: 'skip', source: { text: '@daily php sync.php' } },
    ])
    expect((await written('again.json')).summary).toMatchObject({ unchanged: 1, create: 0 })
    expect(await names()).toEqual(['example.com/sync'])
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
