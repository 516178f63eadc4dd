import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { editJob } from '../../lambdas/domain/job/change-job.ts'
import type { JobDefinition } from '../../lambdas/domain/job/job.ts'
import { runView } from '../../lambdas/domain/run/run-view.ts'
import { LONGEST_HOST_WAIT_MS } from '../../lambdas/use-cases/enter-host.ts'
import { findHostPlace } from '../../lambdas/use-cases/find-host-place.ts'
import { redefineJob } from '../../lambdas/use-cases/redefine-job.ts'
import { answered, MINUTE_MS, startWorld, TENANT, type World } from '../support/world.ts'

let world: World
let hosts = 0
let host = ''
beforeAll(async () => {
  world = await startWorld('2026-11-21T12:00:30Z')
})
afterAll(() => world.stop())
beforeEach(() => {
  world.deps.hostParallelism = 4
  world.target.answer = async () => answered(200)
  world.orders.length = 0
  host = `host-${++hosts}.example.com`
})

const create = async (fields: Partial<JobDefinition> = {}) =>
  (await world.create({ targetUrl: `https://${host}/x`, maxRetries: 0, ...fields })).job
const createMany = (count: number, fields: Partial<JobDefinition> = {}) =>
  Promise.all(Array.from({ length: count }, () => create(fields)))
const ownersOf = async (name: string) =>
  (await Array.fromAsync(world.deps.hostRegister.every())).find((count) => count.host === name)?.owners

/**
 * Runs them all at once, and lets no call end before all that can begin have begun. Waiting costs no time here, so that those
 * without a place give up meanwhile.
 */
async function runTogether(orders: readonly unknown[]) {
  const { promise: all, resolve: letGo } = Promise.withResolvers<void>()
  let calls = 0
  let over = 0
  world.target.answer = async () => {
    calls++
    await all
    return answered(200)
  }
  const running = orders.map((order) => world.execute(order).finally(() => over++))
  await expect.poll(() => calls + over, { timeout: 20_000 }).toBe(orders.length)
  letGo()
  await Promise.all(running)
  return calls
}

describe('a job', () => {
  it('has a place of its own at its host while there are some, and shares places after that', async () => {
    const jobs = await createMany(5)
    expect(jobs.filter((job) => job.sharesHost)).toHaveLength(3)
    expect(await ownersOf(host)).toBe(2)
    const [other] = await createMany(1, { targetUrl: `https://other-${host}/` })
    expect(other?.sharesHost).toBeUndefined()
  })

  it.each(['http://HOST:8080/', 'https://HOST.:8443/y?z={{secrets.A}}', 'https://HOST#x'])(
    'is counted by the name of its host alone: %s',
    async (template) => {
      await createMany(2)
      expect(await findHostPlace(world.deps, template.replace('HOST', host.toUpperCase()))).toEqual({
        sharesHost: true,
      })
    },
  )

  it('is not counted where there is no limit', async () => {
    world.deps.hostParallelism = 0
    expect((await createMany(3)).filter((job) => job.sharesHost)).toEqual([])
    expect(await ownersOf(host)).toBeUndefined()
  })

  it('keeps its place with its host, and gets another with another host', async () => {
    const [first] = await createMany(3)
    if (!first) return
    const redefine = (targetUrl: string) =>
      redefineJob(world.deps, {
        tenant: TENANT,
        jobId: first.id,
        ifMatch: undefined,
        targets: {},
        definition: (job) => ({ ...job.definition, targetUrl }),
      })
    const before = first.sharesHost
    expect((await redefine(`https://${host}/elsewhere`)).job.sharesHost).toBe(before)
    expect((await redefine(`https://free-${host}/`)).job.sharesHost).toBeUndefined()
    expect(await ownersOf(`free-${host}`)).toBe(1)
    await createMany(2, { targetUrl: `https://full-${host}/` })
    const moved = (await redefine(`https://full-${host}/`)).job
    expect(moved.sharesHost).toBe(true)
    expect(editJob(moved, { ...moved.definition, name: 'renamed' }, 0).sharesHost).toBe(true)
  })
})

describe('the calls to a host', () => {
  const requested = async (jobs: readonly { readonly id: string }[]) => {
    for (const job of jobs) await world.requestRun(job.id)
    return world.orders.splice(0)
  }

  it('are never more than its places, whoever makes them', async () => {
    const jobs = await createMany(10)
    expect(await runTogether(await requested(jobs))).toBe(4)
    const ends = (await Promise.all(jobs.map(({ id }) => world.runs(id))))
      .flat()
      .map(({ status, reason }) => reason?.code ?? status)
    expect(ends.toSorted()).toEqual([...Array(6).fill('HOST_BUSY'), ...Array(4).fill('SUCCEEDED')])
  })

  it('that had to wait tell how long, in the run, its log line and a metric', async () => {
    const jobs = await createMany(3)
    const shares = jobs.find((job) => job.sharesHost)
    if (!shares) throw new Error('nobody shares')
    const now = world.clock.now()
    for (const holder of ['x', 'y']) await world.deps.hostPlaces.take(host, holder, { now, until: now + 5000, most: 2 })
    await world.execute((await requested([shares]))[0])
    const run = (await world.runs(shares.id)).at(-1)
    expect(run?.status).toBe('SUCCEEDED')
    const waitedMs = run?.attempts[0]?.waitedMs ?? 0
    expect(waitedMs).toBeGreaterThanOrEqual(4500)
    expect(waitedMs).toBeLessThan(8000)
    if (run)
      expect(runView(run, now).attempts[0]).toMatchObject({
        waitedMs,
        startedAt: new Date(now + waitedMs).toISOString(),
      })
    expect(world.logged.findLast(({ message }) => message === 'run')?.fields).toMatchObject({
      HostWait: waitedMs,
    })
  })

  it('fail with a reason once they have waited too long, and are made again like any that failed', async () => {
    const jobs = await createMany(3, { maxRetries: 1, retryDelaySeconds: 1 })
    const shares = jobs.find((job) => job.sharesHost)
    if (!shares) throw new Error('nobody shares')
    const now = world.clock.now()
    const until = now + LONGEST_HOST_WAIT_MS + 10_000
    for (const holder of ['x', 'y']) await world.deps.hostPlaces.take(host, holder, { now, until, most: 2 })
    await world.execute((await requested([shares]))[0])
    const run = (await world.runs(shares.id)).at(-1)
    expect(run?.status).toBe('SUCCEEDED')
    expect(run?.attempts).toHaveLength(2)
    expect(run?.attempts[0]).toMatchObject({
      number: 1,
      httpStatus: null,
      reason: {
        code: 'HOST_BUSY',
        // Others may have ended, and given their places to others.
        message: expect.stringMatching(
          /^Punctual makes at most 4 calls to \S+ at the same time, and in 3\d s none of their places fell to this one\.$/,
        ),
        hint: expect.stringContaining('minutes'),
      },
    })
    const waited = run?.attempts[0]?.waitedMs ?? 0
    expect(waited).toBeGreaterThanOrEqual(LONGEST_HOST_WAIT_MS)
    expect(waited).toBeLessThan(LONGEST_HOST_WAIT_MS + 2001)
  })

  it('give their place back, also when they fail', async () => {
    const shares = (await createMany(3)).find((job) => job.sharesHost)
    if (!shares) throw new Error('nobody shares')
    world.target.answer = async () => answered(500)
    for (let times = 0; times < 5; times++) {
      await world.moveTo(world.clock.now() + 1000)
      await world.execute((await requested([shares]))[0])
    }
    const runs = await world.runs(shares.id)
    expect(runs.map(({ attempts }) => attempts[0]?.waitedMs)).toEqual(Array.from({ length: 5 }, () => undefined))
    expect(runs.map(({ attempts }) => attempts[0]?.httpStatus)).toEqual(Array.from({ length: 5 }, () => 500))
  })

  it('are made all the same when the places cannot be reached', async () => {
    const shares = (await createMany(3)).find((job) => job.sharesHost)
    if (!shares) throw new Error('nobody shares')
    const [ordered] = await requested([shares])
    const { take } = world.deps.hostPlaces
    world.deps.hostPlaces.take = async () => {
      throw new Error('throttled')
    }
    await world.execute(ordered)
    world.deps.hostPlaces.take = take
    expect((await world.runs(shares.id)).at(-1)?.status).toBe('SUCCEEDED')
    expect(world.logged.some(({ message }) => message.includes('places of a host'))).toBe(true)
  })

  it('of a job that overlaps itself share places from the second on', async () => {
    const [job] = await createMany(1, { overlap: 'ALLOW' })
    if (!job) return
    expect(await runTogether(await requested(Array.from({ length: 6 }, () => job)))).toBe(3)
  })

  it('cost two writes more only where places are shared', async () => {
    const jobs = await createMany(3)
    const costs = []
    for (const job of [jobs.find(({ sharesHost }) => !sharesHost), jobs.find(({ sharesHost }) => sharesHost)]) {
      if (!job) throw new Error('there is none of the kind')
      for (const warmUp of [true, false]) {
        await world.moveTo(world.clock.now() + 1000)
        const [order] = await requested([job])
        world.consumed.reset()
        await world.execute(order)
        if (!warmUp) costs.push({ ...world.consumed.units })
      }
    }
    expect(costs).toEqual([
      { read: 1, write: 3 },
      { read: 1, write: 5 },
    ])
  })
})

describe('a sweep', () => {
  it('frees the places of jobs that are gone, but not of those that may be about to be stored', async () => {
    const jobs = await createMany(2)
    await findHostPlace(world.deps, `https://never-stored-${host}/`)
    for (const { id } of jobs)
      await world.change(id, (job) => ({ ...job, desired: 'DELETED', version: job.version + 1 }))
    await world.sweep()
    expect(await ownersOf(host)).toBe(2)
    await world.moveTo(world.clock.now() + 11 * MINUTE_MS)
    await world.sweep()
    expect([await ownersOf(host), await ownersOf(`never-stored-${host}`)]).toEqual([undefined, undefined])
  })

  it('makes jobs share, the newest first, when there are more than places of their own', async () => {
    world.deps.hostParallelism = 100
    const jobs = await createMany(4)
    world.deps.hostParallelism = 2
    await world.sweep()
    const after = await Promise.all(jobs.map(async ({ id }) => (await world.deps.jobs.read(TENANT, id))?.job))
    const oldest = jobs.map(({ id }) => id).toSorted()[0]
    expect(after.filter((job) => !job?.sharesHost).map((job) => job?.id)).toEqual([oldest])
    // Nobody has edited them.
    expect(after.map((job) => job?.version)).toEqual(jobs.map(({ version }) => version))
    await world.moveTo(world.clock.now() + 11 * MINUTE_MS)
    await world.sweep()
    expect(await ownersOf(host)).toBe(1)
  })
})
