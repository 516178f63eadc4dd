import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deleteJob, editJob } from '../../lambdas/domain/job/change-job.ts'
import type { Job } from '../../lambdas/domain/job/job.ts'
import { isFinal } from '../../lambdas/domain/run/run.ts'
import { occurrenceRunId } from '../../lambdas/domain/run/run-id.ts'
import { MINUTE_MS, startWorld, TENANT, type World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld('2026-11-21T12:00:30Z')
})
afterAll(() => world.stop())

/** Schedules of a job as EventBridge has them. */
const schedulesOf = async (jobId: string) =>
  (await world.scheduleNames()).filter((name: string) => name.startsWith(jobId)).sort()

type Moment = { readonly name: string; readonly hasCrashed: boolean }

/**
 * Ends the process at every moment of `act`, right before and right after each effect, and once not at all; `check` sees
 * what is left each time. @returns how many moments there were.
 */
async function atEveryMoment<Subject>(
  prepare: () => Promise<Subject>,
  act: (subject: Subject) => Promise<unknown>,
  check: (subject: Subject, moment: Moment) => Promise<void>,
): Promise<number> {
  for (let effect = 0, moments = 0; ; effect++) {
    for (const when of ['before', 'after'] as const) {
      const subject = await prepare()
      world.faults.arm({ effect, when })
      await act(subject).catch((error: unknown) => {
        if (!world.faults.hasCrashed) throw error
      })
      const { hasCrashed } = world.faults
      world.faults.revive()
      await check(subject, { name: `${when} ${world.faults.effects.at(-1)}`, hasCrashed })
      if (!hasCrashed) return moments
      moments++
    }
  }
}

async function expectInStep(jobId: string, moment: Moment): Promise<void> {
  const snapshot = await world.deps.jobs.read(TENANT, jobId)
  const wanted = snapshot?.job.desired === 'ACTIVE' ? snapshot.job.schedules : []
  expect(await schedulesOf(jobId), moment.name).toEqual([...wanted].sort())
  if (snapshot) expect(snapshot.job, moment.name).toMatchObject({ syncState: 'SYNCED', stale: [] })
}

async function oneSweepLater(): Promise<void> {
  await world.moveTo(world.clock.now() + 2 * MINUTE_MS)
  await world.sweep()
}

type Change = (job: Job, now: number) => Job

const enabled =
  (is: boolean): Change =>
  (job, now) =>
    editJob(job, { ...job.definition, enabled: is }, now)
const retimed =
  (cronExpression: string): Change =>
  (job, now) =>
    editJob(job, { ...job.definition, cronExpression }, now)

const HOURLY = retimed('0 * * * *')
const EITHER = retimed('0 9 1 * 1')

describe('a process that ends between any two steps', () => {
  it.each<{ name: string; before?: Change; change: Change }>([
    { name: 'retiming', change: HOURLY },
    { name: 'retiming to an OR expression', change: EITHER },
    { name: 'retiming away from an OR expression', before: EITHER, change: HOURLY },
    { name: 'pausing', change: enabled(false) },
    { name: 'resuming', before: enabled(false), change: enabled(true) },
    { name: 'deleting', change: deleteJob },
  ])('of $name leaves what one sweep brings in step', async ({ before, change }) => {
    const moments = await atEveryMoment(
      async () => {
        const { job } = await world.create()
        if (before) await world.change(job.id, before)
        return job.id
      },
      (jobId) => world.change(jobId, change),
      async (jobId, moment) => {
        if (!moment.hasCrashed) await expectInStep(jobId, moment)
        await oneSweepLater()
        await expectInStep(jobId, moment)
      },
    )
    expect(moments).toBeGreaterThan(5)
  })

  it('of creating leaves a whole job or none', async () => {
    const jobIds = async () =>
      (await world.deps.jobs.page(TENANT, 1000, undefined)).items.map(({ job }: { job: Job }) => job.id)
    const moments = await atEveryMoment(
      async () => new Set(await jobIds()),
      () => world.create(),
      async (before, moment) => {
        const fresh = (await jobIds()).filter((id: string) => !before.has(id))
        expect(fresh.length, moment.name).toBeLessThan(2)
        await oneSweepLater()
        for (const id of fresh) await expectInStep(id, moment)
      },
    )
    expect(moments).toBeGreaterThan(3)
  })

  it('of a run leaves exactly one record of its occurrence, which says whether it was taken over', async () => {
    let takenOver = 0
    const moments = await atEveryMoment(
      async () => {
        const { job } = await world.create()
        await world.moveTo(Math.ceil(world.clock.now() / (5 * MINUTE_MS)) * 5 * MINUTE_MS)
        world.orders.length = 0
        const plannedAt = new Date(world.clock.now()).toISOString()
        return { kind: 'occurrence', tenant: TENANT, jobId: job.id, plannedAt } as const
      },
      (order) => world.execute(order),
      async (order, moment) => {
        const runId = occurrenceRunId(order.jobId, Date.parse(order.plannedAt))
        // Lambda delivers again after a minute; the sweeper takes over once the lease has ended.
        await world.execute(order)
        await world.moveTo(world.clock.now() + 8 * MINUTE_MS)
        world.orders.length = 0
        await world.sweep()
        await world.executeOrders()
        const records = await world.runs(order.jobId)
        expect(
          records.filter(({ id }) => id === runId),
          moment.name,
        ).toHaveLength(1)
        expect(
          records.every(({ status }) => isFinal(status)),
          moment.name,
        ).toBe(true)
        const record = records.find(({ id }) => id === runId)
        const hasLasted = Number(record?.finishedAt) - Number(record?.startedAt) > 7 * MINUTE_MS
        expect(record?.takenOverAt !== undefined, moment.name).toBe(hasLasted)
        if (hasLasted) takenOver++
      },
    )
    expect(moments).toBeGreaterThan(6)
    expect(takenOver).toBeGreaterThan(1)
  })
})
