import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { completeJob, deleteJob, editJob, planPausedJob } from '../../lambdas/domain/job/change-job.ts'
import { type Job, JobDefinition } from '../../lambdas/domain/job/job.ts'
import { jobView } from '../../lambdas/domain/job/job-view.ts'
import type { Run } from '../../lambdas/domain/run/run.ts'
import { runView } from '../../lambdas/domain/run/run-view.ts'
import { cancelRun } from '../../lambdas/use-cases/cancel-run.ts'
import { readRun } from '../../lambdas/use-cases/read-run.ts'
import { retryStory } from '../support/retry-story.ts'
import { answered, MINUTE_MS, startWorld, TENANT, type World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld('2026-11-21T12:00:30Z')
})
afterAll(() => world.stop())
beforeEach(() => {
  world.faults.revive()
  for (const list of [world.calls, world.postponed, world.orders, world.mails]) list.length = 0
  world.target.answer = async () => answered(503)
})

const edited = (job: Job, now: number) => editJob(job, { ...job.definition, name: 'other' }, now)
const paused = (job: Job, now: number) => editJob(job, { ...job.definition, enabled: false }, now)

const { dueJob, resume, onlyRun } = retryStory(() => world)

const NOTIFY = JobDefinition.shape.notify.parse({})

/** A run whose first attempt has failed, and whose second one is due in 45 s. */
async function waitingRun(fields: Partial<JobDefinition> = {}) {
  const { jobId, order } = await dueJob(fields)
  await world.execute(order)
  return { jobId, run: await onlyRun(jobId), dueAt: world.clock.now() + 45_000 }
}

const iso = (instant: number) => new Date(instant).toISOString()
const viewOf = async (runId: string) => runView(await readRun(world.deps, TENANT, runId), world.clock.now())
const activityOf = async (jobId: string) => (await world.deps.jobs.read(TENANT, jobId))?.activity

const TOUCHES = [
  ['edited', edited, 'The job was changed (edited, paused or resumed)'],
  ['paused', paused, 'The job was paused'],
  ['deleted', deleteJob, 'The job was deleted'],
] as const

describe('a run that waits for its next attempt', () => {
  it('says when that is due, to whoever asks for the run, for runs or for the job', async () => {
    const { jobId, run, dueAt } = await waitingRun()
    expect(await viewOf(run.id)).toMatchObject({ status: 'RUNNING', nextAttemptAt: iso(dueAt), finishedAt: null })
    expect(runView(run, world.clock.now()).nextAttemptAt).toBe(iso(dueAt))
    const snapshot = (await world.deps.jobs.read(TENANT, jobId))!
    expect(jobView(snapshot, world.clock.now()).lastRun).toMatchObject({ status: 'RUNNING', nextAttemptAt: iso(dueAt) })
    expect(world.logged.findLast(({ message }) => message === 'run waits')?.fields).toEqual({
      run: run.id,
      jobName: 'sync',
      attempt: 2,
      until: iso(dueAt),
    })
  })

  it('says so in place, too', async () => {
    const { jobId, order } = await dueJob({ retryDelaySeconds: 20 })
    const seen: (string | undefined)[] = []
    const sleeping = world.deps.sleep
    world.deps.sleep = async (ms) => {
      await sleeping(ms)
      seen.push(runView((await world.runs(jobId))[0]!, world.clock.now()).nextAttemptAt)
    }
    const dueAt = iso(world.clock.now() + 15_000)
    world.target.answer = async () => answered(seen.length === 0 ? 503 : 200)
    await world.execute(order).finally(() => {
      world.deps.sleep = sleeping
    })
    expect(new Set(seen.slice(0, -1))).toEqual(new Set([dueAt]))
    expect(seen.at(-1)).toBeUndefined()
    expect(await onlyRun(jobId)).toMatchObject({ status: 'SUCCEEDED' })
  })

  it('says it no more once the attempt begins, nor when it has ended', async () => {
    const { jobId, run } = await waitingRun()
    const seen: unknown[] = []
    world.target.answer = async () => {
      seen.push((await viewOf(run.id)).nextAttemptAt)
      return answered(200)
    }
    await resume()
    expect(seen).toEqual([undefined])
    expect(await onlyRun(jobId)).not.toHaveProperty('nextAttemptAt')
  })

  it('says it no more once it is taken over, though that is long before the attempt would have been due', async () => {
    const { jobId, order } = await dueJob({ retryDelaySeconds: 3600 })
    // It ends between writing the record and laying the run aside.
    world.target.answer = async () => {
      world.faults.arm({ effect: 0, when: 'after' })
      return answered(503)
    }
    await world.execute(order).catch(() => {})
    expect(world.faults.effects.at(-1)).toBe('ledger.conclude')
    world.faults.revive()
    const { id } = await onlyRun(jobId)
    expect((await viewOf(id)).nextAttemptAt).toBeDefined()
    await world.moveTo(world.clock.now() + 8 * MINUTE_MS)
    const seen: unknown[] = []
    world.target.answer = async () => {
      seen.push((await viewOf(id)).nextAttemptAt)
      return answered(200)
    }
    await world.execute(order)
    expect(seen).toEqual([undefined])
    expect((await onlyRun(jobId)).nextAttemptAt).toBeUndefined()
  })

  it('goes on although its job has fired for the last time, and is complete', async () => {
    const { jobId } = await waitingRun()
    await world.change(jobId, completeJob)
    world.target.answer = async () => answered(200)
    await resume()
    expect(await onlyRun(jobId)).toMatchObject({ status: 'SUCCEEDED', attempts: [{ number: 1 }, { number: 2 }] })
  })

  it('for one that it replaces says until when, though it has no record yet', async () => {
    const { jobId, order } = await dueJob({ overlap: 'REPLACE', delivery: 'AT_MOST_ONCE' })
    world.faults.arm({ effect: 2, when: 'before' })
    await world.execute(order).catch(() => {})
    world.faults.revive()
    const runId = await world.requestRun(jobId)
    await world.executeOrders()
    const { at } = world.postponed[0]!
    expect(await viewOf(runId)).toMatchObject({ status: 'RUNNING', nextAttemptAt: iso(at), attempts: [] })
  })
})

describe('a job that is touched while its run waits', () => {
  it.each(TOUCHES)('%s, ends it at once, as it would end when its attempt is due', async (_, change, message) => {
    const late = await waitingRun()
    const early = await waitingRun()
    // The late path: nobody looked, as after a crash.
    world.faults.arm({ effect: 2, when: 'before' })
    await world.change(late.jobId, change).catch(() => {})
    expect(world.faults.effects).toEqual(['jobs.read', 'jobs.replace', 'ledger.activity'])
    world.faults.revive()
    expect((await onlyRun(late.jobId)).status).toBe('RUNNING')

    const snapshot = await world.change(early.jobId, change)
    const ended = await onlyRun(early.jobId)
    expect(ended).toMatchObject({ status: 'FAILED', finishedAt: world.clock.now(), attempts: [{ number: 1 }] })
    expect(ended.reason?.message).toContain(message)
    expect(ended).not.toHaveProperty('nextAttemptAt')
    const isLeft = (await world.deps.jobs.read(TENANT, early.jobId)) !== undefined
    expect(isLeft).toBe(change !== deleteJob)
    if (isLeft) {
      const { lastRun } = jobView(snapshot, world.clock.now())
      expect(lastRun).toMatchObject({ status: 'FAILED' })
      expect(lastRun).not.toHaveProperty('nextAttemptAt')
    }

    const activity = await activityOf(early.jobId)
    await resume()
    const sameBut = ({ id: _id, startedAt: _s, finishedAt: _f, expiresAt: _e, attempts, ...run }: Run) => ({
      ...run,
      attempts: attempts.map(({ startedAt: _at, ...attempt }) => attempt),
    })
    expect(sameBut(await onlyRun(late.jobId))).toEqual(sameBut(ended))
    const { active, consecutiveFailures, notices } = (await activityOf(late.jobId)) ?? {}
    if (activity) expect(activity).toMatchObject({ active: active ?? {}, consecutiveFailures, notices })
    expect(await onlyRun(early.jobId)).toEqual(ended)
    expect(world.calls).toHaveLength(2)
    expect(world.mails).toEqual([])
  })

  it('by a plan, has those told who would have been told later', async () => {
    const { jobId, run } = await waitingRun({ notify: { ...NOTIFY, afterFailures: 1 } })
    await world.change(jobId, (job, now) => planPausedJob(job, 'There is no room for it.', now))
    expect(await onlyRun(jobId)).toMatchObject({ status: 'FAILED' })
    expect(world.orders).toEqual([{ kind: 'notify', tenant: TENANT, jobId, runId: run.id }])
    await world.executeOrders()
    await resume()
    expect(world.mails.map(({ mail }) => mail.subject)).toEqual(['[Punctual] sync failed once'])
    expect((await activityOf(jobId))?.consecutiveFailures).toBe(1)
  })

  it('by its target, which is gone, ends the others that wait', async () => {
    const { jobId } = await waitingRun({ overlap: 'ALLOW' })
    world.target.answer = async () => answered(410)
    await world.moveTo(world.clock.now() + 1000)
    const runId = await world.requestRun(jobId)
    await world.executeOrders()
    const runs = await world.runs(jobId)
    expect(runs.map(({ status, reason }) => [status, reason?.message])).toEqual([
      ['FAILED', 'The target answered 503; expected 200-299. The job was paused, so that the run was not tried again.'],
      ['FAILED', 'The target answered 410; expected 200-299.'],
    ])
    expect(runs[1]?.id).toBe(runId)
    expect(await activityOf(jobId)).toMatchObject({ active: {}, consecutiveFailures: 1 })
  })

  it('by a plan, leaves a run that was started by hand its next attempt', async () => {
    const { jobId } = await dueJob()
    await world.requestRun(jobId)
    await world.executeOrders()
    await world.change(jobId, (job, now) => planPausedJob(job, 'There is no room for it.', now))
    expect(await onlyRun(jobId)).toMatchObject({ status: 'RUNNING' })
    world.target.answer = async () => answered(200)
    await resume()
    expect(await onlyRun(jobId)).toMatchObject({ status: 'SUCCEEDED' })
  })

  it('ends all that wait, where runs may overlap', async () => {
    const { jobId } = await dueJob({ overlap: 'ALLOW' })
    for (let run = 0; run < 5; run++) {
      await world.moveTo(world.clock.now() + 1000)
      await world.requestRun(jobId)
    }
    await world.executeOrders()
    await world.change(jobId, paused)
    expect((await world.runs(jobId)).map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 'FAILED'))
    expect(await activityOf(jobId)).toMatchObject({ active: {}, consecutiveFailures: 0 })
    await resume()
    expect(world.calls).toHaveLength(5)
  })

  it('is changed although its runs could not be ended', async () => {
    const { jobId, run } = await waitingRun()
    const { ledger } = world.deps
    world.deps.ledger = { ...ledger, snapshot: () => Promise.reject(new Error('throttled')) }
    const { job } = await world.change(jobId, paused).finally(() => {
      world.deps.ledger = ledger
    })
    expect(job).toMatchObject({ desired: 'PAUSED', syncState: 'SYNCED' })
    expect((await onlyRun(jobId)).status).toBe('RUNNING')
    await resume()
    expect(await onlyRun(jobId)).toMatchObject({ id: run.id, status: 'FAILED' })
  })

  it('by a request that is repeated because the first broke off, ends it then', async () => {
    const { jobId } = await waitingRun()
    const pausing = (job: Job, now: number) => (job.desired === 'PAUSED' ? job : paused(job, now))
    world.faults.arm({ effect: 1, when: 'after' })
    await world.change(jobId, pausing).catch(() => {})
    expect(world.faults.effects).toEqual(['jobs.read', 'jobs.replace'])
    world.faults.revive()
    expect((await onlyRun(jobId)).status).toBe('RUNNING')
    await world.change(jobId, pausing)
    expect((await onlyRun(jobId)).status).toBe('FAILED')
  })

  it('leaves a run alone that the change does not end', async () => {
    const { jobId, run } = await waitingRun()
    await world.change(jobId, (job) => job)
    expect(await onlyRun(jobId)).toEqual(run)
  })
})

describe('a run that is about to wait', () => {
  it.each([503, 500])(
    'ends at once when it was cancelled in the moment that its attempt failed with %i',
    async (status) => {
      const { jobId, order } = await dueJob()
      world.target.answer = async () => {
        const [runId] = Object.keys((await activityOf(jobId))?.active ?? {})
        await cancelRun(world.deps, TENANT, runId!)
        return answered(status)
      }
      await world.execute(order)
      expect(await onlyRun(jobId)).toMatchObject({ status: 'CANCELLED', attempts: [{ number: 1 }] })
      await resume()
      expect(world.calls).toHaveLength(1)
    },
  )

  it.each(TOUCHES)('ends at once when its job was %s during its attempt', async (_, change, message) => {
    const { jobId, order } = await dueJob()
    world.target.answer = async () => {
      await world.change(jobId, change)
      return answered(503)
    }
    await world.execute(order)
    const run = await onlyRun(jobId)
    expect(run).toMatchObject({ status: 'FAILED', attempts: [{ number: 1 }] })
    expect(run.reason?.message).toContain(message)
    await resume()
    expect(world.calls).toHaveLength(1)
    if (change !== deleteJob) expect(await onlyRun(jobId)).toEqual(run)
  })

  it('in place, ends within five seconds of what ends it', async () => {
    const { jobId, order } = await dueJob({ retryDelaySeconds: 30 })
    const sleeping = world.deps.sleep
    let touchedAt = 0
    world.deps.sleep = async (ms) => {
      await sleeping(ms)
      if (touchedAt === 0) await world.change(jobId, edited)
      touchedAt ||= world.clock.now()
    }
    await world.execute(order).finally(() => {
      world.deps.sleep = sleeping
    })
    const run = await onlyRun(jobId)
    expect(run).toMatchObject({ status: 'FAILED', attempts: [{ number: 1 }] })
    expect(world.clock.now() - touchedAt).toBeLessThan(5000)
  })
})

describe('a run that broke off between two attempts', () => {
  it.each([
    ['edited', edited, 1, 'FAILED'],
    ['left alone', (job: Job) => job, 2, 'SUCCEEDED'],
  ] as const)('is taken over as one whose job was %s', async (_, change, calls, status) => {
    const { jobId, order } = await dueJob({ retryDelaySeconds: 20 })
    const sleeping = world.deps.sleep
    world.deps.sleep = () => Promise.reject(new Error('the function ended'))
    await world.execute(order).catch(() => {})
    world.deps.sleep = sleeping
    await world.change(jobId, change)
    world.target.answer = async () => answered(200)
    await world.moveTo(world.clock.now() + 8 * MINUTE_MS)
    await world.sweep()
    await world.executeOrders()
    const run = await onlyRun(jobId)
    expect(run).toMatchObject({ status })
    expect(run.attempts).toHaveLength(calls)
    expect(world.calls.filter(({ request }) => request.headers['webhook-id'] === run.id)).toHaveLength(calls)
  })
})

describe('a run that is being ended', () => {
  it.each(TOUCHES)('ends once, and calls nobody, at whatever step a process breaks off: %s', async (_, change) => {
    for (let effect = 2; ; effect++) {
      const { jobId, run } = await waitingRun()
      world.faults.arm({ effect, when: 'after' })
      await world.change(jobId, change).catch(() => {})
      const { hasCrashed } = world.faults
      world.faults.revive()
      await resume()
      await world.moveTo(world.clock.now() + 10 * MINUTE_MS)
      for (const _sweep of [1, 2]) {
        await world.sweep()
        await world.executeOrders()
      }
      expect(world.calls.filter(({ request }) => request.headers['webhook-id'] === run.id)).toHaveLength(1)
      expect(await onlyRun(jobId), world.faults.effects.at(-1)).toMatchObject({
        status: 'FAILED',
        attempts: [{ number: 1 }],
      })
      expect((await world.deps.jobs.read(TENANT, jobId)) === undefined).toBe(change === deleteJob)
      if (!hasCrashed) break
    }
  })
})
