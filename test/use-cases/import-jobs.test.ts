import { ulid } from 'ulid'
import { beforeEach, describe, expect, it } from 'vitest'
import { newAccount } from '../../lambdas/domain/account/account.ts'
import { type DeclaredJobs, draftDeclared } from '../../lambdas/domain/import/declared-jobs.ts'
import type { ImportDraft } from '../../lambdas/domain/import/draft.ts'
import { JobDefinition } from '../../lambdas/domain/job/job.ts'
import type { Secret } from '../../lambdas/domain/secret/secret.ts'
import { exportJobs } from '../../lambdas/use-cases/export-jobs.ts'
import { importJobs } from '../../lambdas/use-cases/import-jobs.ts'
import { ManualClock } from '../../local/clock.ts'
import { somebody } from '../support/author.ts'
import { boundlessHosts } from '../support/boundless-hosts.ts'
import { MemoryTable, memoryJobStore, memoryRunLedger } from '../support/fault-memory.ts'

const TENANT = 'tenant-1'

const definition = (name: string, fields: object = {}) =>
  JobDefinition.parse({ name, cronExpression: '@daily', targetUrl: 'https://example.com/', ...fields })

const draftOf = (...definitions: readonly JobDefinition[]): ImportDraft => ({
  jobs: definitions.map((each, index) => ({
    kind: 'job',
    source: { index },
    name: each.name,
    warnings: [],
    definition: each,
  })),
  secrets: [],
  neededSecrets: [],
})

describe('importJobs', () => {
  let world: ReturnType<typeof startWorld>

  function startWorld() {
    const clock = new ManualClock(Date.parse('2027-01-01T00:00:00Z'))
    const table = new MemoryTable()
    const secrets = new Map<string, Secret>()
    const state = { jobs: 0, hidden: 0, pauses: [] as number[], msPerSchedule: 0, beforeSchedule: () => {} }
    const store = memoryJobStore(table)
    const unused = async () => {
      throw new Error('not part of this world')
    }
    const deps = {
      author: somebody,
      clock: () => clock.now(),
      log: { info() {}, warn() {}, error() {} },
      jobs: {
        ...store,
        async create(...args: Parameters<typeof store.create>) {
          const isCreated = await store.create(...args)
          if (isCreated) state.jobs += 1
          return isCreated
        },
      },
      tenantJobs: {
        async *ofTenant(_tenant: string, { after = '' }: { after?: string | undefined } = {}) {
          const jobs = [...table.all()].flatMap(({ job }) => (job && job.id > after ? [job] : []))
          yield* jobs.sort((a, b) => (a.id < b.id ? -1 : 1)).slice(0, jobs.length - state.hidden)
        },
      },
      accounts: { read: async () => ({ ...newAccount, jobs: state.jobs }) },
      catalog: {
        read: async (_tenant: string, name: string) => secrets.get(name),
        page: async () => ({ secrets: [...secrets.values()], more: false }),
        count: async () => secrets.size,
        async add(_tenant: string, secret: Secret) {
          secrets.set(secret.name, secret)
          return true
        },
        addVersion: unused,
        remove: unused,
        announce: async () => {},
        loose: async function* () {},
        forget: async () => {},
      },
      vault: { create: async () => {}, addVersion: unused, remove: unused },
      usage: { all: unused, jobsUsing: unused },
      schedules: {
        async create() {
          state.beforeSchedule()
          await clock.moveTo(clock.now() + state.msPerSchedule)
        },
        remove: async () => {},
      },
      stage: 'test',
      ledger: memoryRunLedger(new MemoryTable()),
      starter: { start: unused },
      ...boundlessHosts,
      pause: async (ms: number) => {
        state.pauses.push(ms)
        state.hidden = Math.max(0, state.hidden - 1)
      },
      newId: (now: number) => ulid(now),
      newSecretId: () => 'secret-id',
      newVersionId: () => 'version-id',
      randomBytes: (count: number) => new Uint8Array(count),
    }
    return { deps, state, secrets }
  }

  beforeEach(() => {
    world = startWorld()
  })

  const send = (draft: ImportDraft, dryRun = false) =>
    importJobs(world.deps, { tenant: TENANT, draft, targets: {}, dryRun })
  const exported = async () => (await exportJobs(world.deps, TENANT, undefined)).document.jobs

  it('changes nothing in a dry run, and tells the same as the real one', async () => {
    const draft: ImportDraft = {
      ...draftOf(definition('a', { headers: { 'X-A': '{{secrets.NEW}}' } }), definition('b', { timezone: 'Mars' })),
      secrets: [{ name: 'NEW', value: 'x', description: 'From a test' }],
    }
    const dry = await send(draft, true)
    expect([await exported(), world.secrets.size]).toEqual([[], 0])
    const done = await send(draft)
    const actions = ({ items, secrets }: typeof dry) =>
      [...items, ...secrets].map(({ action, reasons }) => [action, reasons])
    expect(actions(done)).toEqual(actions(dry))
    expect(done.summary).toMatchObject({ create: 1, refused: 1, done: 1 })
  })

  it('keeps the order of the document', async () => {
    const names = Array.from({ length: 50 }, (_, index) => `job ${index}`)
    await send(draftOf(...names.map((name) => definition(name))))
    expect((await exported()).map(({ name }) => name)).toEqual(names)
  })

  it('waits for jobs that are not listed yet, so that they are not created twice', async () => {
    const draft = draftOf(definition('a'), definition('b'))
    await send(draft)
    world.state.hidden = 2
    expect((await send(draft)).summary).toMatchObject({ unchanged: 2, create: 0 })
    expect(world.state.pauses).toEqual([100, 200])
  })

  it('leaves what there is no time for, and goes on with it when asked again', async () => {
    world.state.msPerSchedule = 3_000
    const draft = draftOf(...Array.from({ length: 20 }, (_, index) => definition(`job ${index}`)))
    const first = await send(draft)
    expect(first.summary).toMatchObject({ create: 20, done: 8, left: 12 })
    expect((await send(draft)).summary).toMatchObject({ unchanged: 8, done: 8, left: 4 })
    expect((await send(draft)).summary).toMatchObject({ unchanged: 16, done: 4, left: 0 })
    expect((await exported()).length).toBe(20)
  })

  it('refuses jobs for which the plan has no room, and takes the others', async () => {
    world.state.jobs = 998
    const plan = await send(draftOf(definition('a'), definition('b'), definition('c')))
    expect(plan.items.map(({ action }) => action)).toEqual(['create', 'create', 'skip'])
    expect(plan.items[2]?.reasons.join()).toContain('1000 jobs')
  })

  it('does not make secrets for which the plan has no room, nor the jobs that need them', async () => {
    const taken = Array.from({ length: 99 }, (_, index) => `TAKEN_${index}`)
    for (const name of taken) world.secrets.set(name, { name } as Secret)
    const secrets = ['ONE', 'TWO'].map((name) => ({ name, value: 'x', description: '' }))
    const jobs = secrets.map(({ name }) => definition(name, { body: `{{secrets.${name}}}`, httpMethod: 'POST' }))
    const plan = await send({ ...draftOf(...jobs), secrets })
    expect(plan.secrets.map(({ action, result }) => [action, result])).toEqual([
      ['create', 'DONE'],
      ['missing', undefined],
    ])
    expect(plan.items.map(({ action }) => action)).toEqual(['create', 'skip'])
  })

  it('fails the one job that somebody else changes meanwhile, and no other', async () => {
    await send(draftOf(definition('a'), definition('b')))
    const [a] = await Array.fromAsync(world.deps.tenantJobs.ofTenant(TENANT))
    if (!a) throw new Error('no job')
    const read = world.deps.jobs.read
    world.deps.jobs.read = async (tenant, jobId) => {
      const snapshot = await read(tenant, jobId)
      return snapshot && jobId === a.id ? { ...snapshot, job: { ...snapshot.job, version: 7 } } : snapshot
    }
    const plan = await send(draftOf(definition('a', { tags: ['x'] }), definition('b', { tags: ['x'] })))
    expect(plan.items.map(({ result }) => result)).toEqual(['FAILED', 'DONE'])
    expect(plan.items[0]?.reasons.at(-1)).toContain('If-Match')
  })

  it('warns where several jobs have the name', async () => {
    await send(draftOf(definition('a'), definition('a')))
    const plan = await send(draftOf(definition('a', { tags: ['x'] })))
    expect(plan.items).toMatchObject([
      { action: 'change', warnings: [expect.stringContaining('2 jobs have this name')] },
    ])
  })

  it('exports as much as one import takes, and then what is left', async () => {
    const body = 'x'.repeat(60_000)
    await send(
      draftOf(...Array.from({ length: 40 }, (_, index) => definition(`job ${index}`, { body, httpMethod: 'POST' }))),
    )
    const first = await exportJobs(world.deps, TENANT, undefined)
    expect(JSON.stringify(first.document).length).toBeLessThan(2 * 1024 * 1024)
    expect(first.next).toBeDefined()
    const second = await exportJobs(world.deps, TENANT, first.next)
    expect(second.next).toBeUndefined()
    expect([...first.document.jobs, ...second.document.jobs]).toHaveLength(40)
  })

  it('drafts declared jobs in the order of the document', () => {
    const { name, ...fields } = definition('a')
    const document: DeclaredJobs = { jobs: { [name]: fields, b: fields }, prune: false }
    expect(draftDeclared(document).jobs.map((draft) => draft.name)).toEqual(['a', 'b'])
  })
})
