import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { deleteJob, editJob } from '../../lambdas/domain/job/change-job.ts'
import { type Job, JobDefinition } from '../../lambdas/domain/job/job.ts'
import { cancelRun } from '../../lambdas/use-cases/cancel-run.ts'
import { retryStory } from '../support/retry-story.ts'
import { answered, MINUTE_MS, startWorld, TENANT, type World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld('2026-11-21T12:00:30Z')
})
afterAll(() => world.stop())
beforeEach(() => {
  world.calls.length = 0
  world.postponed.length = 0
  world.target.answer = async () => answered(200)
})

/** Answers these statuses in turn, the last one for ever. */
function answersInTurn(...statuses: number[]): void {
  world.target.answer = async () => answered((statuses.length > 1 ? statuses.shift() : statuses[0]) ?? 200)
}

const { dueJob, resume, onlyRun } = retryStory(() => world)

describe('a run that fails', () => {
  it('is tried again in place after a short wait', async () => {
    answersInTurn(503, 200)
    const { jobId, order } = await dueJob({ retryDelaySeconds: 20 })
    const began = world.clock.now()
    await world.execute(order)
    expect(await onlyRun(jobId)).toMatchObject({
      status: 'SUCCEEDED',
      reason: null,
      attempts: [{ httpStatus: 503 }, { httpStatus: 200 }],
    })
    expect(world.calls.map(({ at }) => at - began)).toEqual([0, 15_000])
    expect(world.postponed).toEqual([])
  })

  it('is laid aside for a long wait, and goes on as the same run', async () => {
    answersInTurn(503, 500, 200)
    const { jobId, order } = await dueJob({ retryDelaySeconds: 60 })
    await world.execute(order)
    expect(await onlyRun(jobId)).toMatchObject({ status: 'RUNNING', attempts: [{ number: 1, httpStatus: 503 }] })
    expect(world.postponed).toMatchObject([{ order: { kind: 'resume', attempt: 2 }, at: world.clock.now() + 45_000 }])
    await resume()
    expect(world.postponed).toMatchObject([{ order: { attempt: 3 }, at: world.clock.now() + 90_000 }])
    await resume()
    const run = await onlyRun(jobId)
    expect(run).toMatchObject({
      status: 'SUCCEEDED',
      attempts: [{ number: 1 }, { number: 2 }, { number: 3, httpStatus: 200 }],
    })
    expect(new Set(world.calls.map(({ request }) => request.headers['webhook-id']))).toEqual(new Set([run.id]))
  })

  it('fails for good after its last retry, with every attempt in its record', async () => {
    answersInTurn(500)
    const { jobId, order } = await dueJob({ maxRetries: 2, retryDelaySeconds: 10 })
    await world.execute(order)
    const { job, activity } = (await world.deps.jobs.read(TENANT, jobId))!
    expect(job.desired).toBe('ACTIVE')
    expect(await onlyRun(jobId)).toMatchObject({ status: 'FAILED', reason: { code: 'HTTP_STATUS' } })
    expect(world.calls).toHaveLength(3)
    expect(activity).toMatchObject({ active: {}, consecutiveFailures: 1 })
  })

  it.each([400, 401, 404, 409])('is not tried again on %i', async (status) => {
    answersInTurn(status)
    const { order } = await dueJob()
    await world.execute(order)
    expect(world.calls).toHaveLength(1)
  })

  it('waits as long as the target asks for, up to the longest delay', async () => {
    world.target.answer = async () => {
      const answer = answered(429)
      return answer.kind === 'response' ? { ...answer, headers: { 'retry-after': '600' } } : answer
    }
    const { order } = await dueJob({ retryDelaySeconds: 60, retryMaxDelaySeconds: 300 })
    await world.execute(order)
    expect(world.postponed).toMatchObject([{ at: world.clock.now() + 300_000 }])
  })

  it('of a job that is gone for good disables the job, which says why until it is resumed', async () => {
    answersInTurn(410)
    const { jobId, order } = await dueJob()
    await world.execute(order)
    const { job } = (await world.deps.jobs.read(TENANT, jobId))!
    expect(job).toMatchObject({ desired: 'PAUSED', disabled: { code: 'GONE' }, definition: { enabled: false } })
    const resumed = await world.change(jobId, (row, now) => editJob(row, { ...row.definition, enabled: true }, now))
    expect(resumed.job.disabled).toBeUndefined()
  })
})

describe('a job whose target answers 410', () => {
  it.each([
    ['which it takes for a success', { status: ['410'] }, 'SUCCEEDED'],
    [
      'which it allows, with a body that is not what it should be',
      { status: ['410'], bodyIncludes: 'moved' },
      'FAILED',
    ],
  ])('%s, is not disabled', async (_, rule, status) => {
    answersInTurn(410)
    const { jobId, order } = await dueJob({ success: JobDefinition.shape.success.parse(rule) })
    await world.execute(order)
    await world.executeOrders()
    expect(await onlyRun(jobId)).toMatchObject({ status })
    const { job, activity } = (await world.deps.jobs.read(TENANT, jobId))!
    expect(job).toMatchObject({ desired: 'ACTIVE' })
    expect(job.disabled).toBeUndefined()
    expect(activity.notices).toEqual({})
  })
})

describe('a retry that is delivered', () => {
  const edited = (job: Job, now: number) => editJob(job, { ...job.definition, name: 'other' }, now)
  const pausedNow = (job: Job, now: number) => editJob(job, { ...job.definition, enabled: false }, now)

  it.each([
    ['edited', edited, 'The job was changed (edited, paused or resumed)'],
    ['paused', pausedNow, 'The job was paused'],
    ['deleted', deleteJob, 'The job was deleted'],
  ] as const)('does not happen once the job was %s, and the record says so', async (_, change, message) => {
    answersInTurn(503, 200)
    const { jobId, order } = await dueJob()
    await world.execute(order)
    await world.change(jobId, change)
    await resume()
    const run = await onlyRun(jobId)
    expect(run).toMatchObject({ status: 'FAILED', reason: { code: 'HTTP_STATUS' } })
    expect(run.reason?.message).toContain(message)
    expect(world.calls).toHaveLength(1)
    await world.moveTo(world.clock.now() + 2 * MINUTE_MS)
    await world.sweep()
    expect((await world.deps.jobs.read(TENANT, jobId)) === undefined).toBe(change === deleteJob)
  })

  it.each([
    ['edited', edited, 'The job was changed (edited, paused or resumed)'],
    ['paused', pausedNow, 'The job was paused'],
    ['deleted', deleteJob, 'The job was deleted'],
  ] as const)('in place does not happen once the job was %s meanwhile', async (_, change, message) => {
    const { jobId, order } = await dueJob({ retryDelaySeconds: 10 })
    world.target.answer = async () => {
      await world.change(jobId, change)
      return answered(503)
    }
    await world.execute(order)
    const run = await onlyRun(jobId)
    expect(run).toMatchObject({ status: 'FAILED', reason: { code: 'HTTP_STATUS' } })
    expect(run.reason?.message).toContain(message)
    expect(world.calls).toHaveLength(1)
  })

  it('twice happens once', async () => {
    answersInTurn(503, 200)
    const { jobId, order } = await dueJob()
    await world.execute(order)
    const [postponed] = world.postponed.splice(0)
    await world.moveTo(postponed!.at)
    await world.execute(postponed!.order)
    await world.execute(postponed!.order)
    expect(world.calls).toHaveLength(2)
    expect(await onlyRun(jobId)).toMatchObject({ status: 'SUCCEEDED' })
  })

  it('never is made up for by one sweep', async () => {
    answersInTurn(503, 200)
    const { jobId, order } = await dueJob()
    await world.execute(order)
    await world.moveTo(world.postponed.splice(0)[0]!.at + 6 * MINUTE_MS)
    await world.sweep()
    await world.executeOrders()
    expect(await onlyRun(jobId)).toMatchObject({ status: 'SUCCEEDED', attempts: [{ number: 1 }, { number: 2 }] })
  })

  it('holds the lock: what falls due meanwhile is skipped', async () => {
    answersInTurn(503, 200)
    const { jobId, order } = await dueJob({ cronExpression: '* * * * *' })
    await world.execute(order)
    await world.moveTo(world.clock.now() + MINUTE_MS / 2)
    await world.requestRun(jobId)
    await world.executeOrders()
    expect((await world.runs(jobId)).map(({ status }) => status)).toEqual(['RUNNING', 'SKIPPED'])
  })
})

describe('a run whose function crashed', () => {
  it('is LOST where it may run only once, and keeps when it began', async () => {
    const { jobId, order } = await dueJob({ delivery: 'AT_MOST_ONCE' })
    const began = world.clock.now()
    world.faults.arm({ effect: 2, when: 'after' })
    await world.execute(order).catch(() => {})
    world.faults.revive()
    await world.moveTo(began + 8 * MINUTE_MS)
    await world.execute(order)
    expect(await onlyRun(jobId)).toMatchObject({ status: 'LOST', startedAt: began, reason: { code: 'CRASHED' } })
  })
})

describe('what a job has typed into its headers', () => {
  it('is redacted where its target sends it back, when it is a credential', async () => {
    const token = 'Bearer abcdefghijklmnop'
    world.target.answer = async () => answered(500, `you said ${token}, and abcdefghijklmnop`)
    const { jobId, order } = await dueJob({ headers: { Authorization: token, 'X-Source': 'punctual' }, maxRetries: 0 })
    await world.execute(order)
    const run = await onlyRun(jobId)
    expect(JSON.stringify(run)).not.toContain('abcdefghijklmnop')
    expect(run.request?.headers).toEqual({ Authorization: 'Bearer [redacted]', 'X-Source': 'punctual' })
  })

  it('may be an idempotency key of its own, but the run’s id is sent all the same', async () => {
    const { jobId, order } = await dueJob({ headers: { 'Idempotency-Key': 'of-its-own' } })
    await world.execute(order)
    const { id } = await onlyRun(jobId)
    expect(world.calls[0]?.request.headers).toEqual({ 'Idempotency-Key': 'of-its-own', 'webhook-id': id })
  })
})

describe('cancelling', () => {
  it('a run that waits for a retry ends it, and the retry never happens', async () => {
    answersInTurn(503, 200)
    const { jobId, order } = await dueJob()
    await world.execute(order)
    await cancelRun(world.deps, TENANT, (await onlyRun(jobId)).id)
    expect(await onlyRun(jobId)).toMatchObject({
      status: 'CANCELLED',
      reason: { code: 'CANCELLED' },
      attempts: [{ number: 1 }],
    })
    await resume()
    expect(world.calls).toHaveLength(1)
  })

  it('a promised manual run keeps it from starting', async () => {
    const { jobId } = await dueJob()
    const runId = await world.requestRun(jobId)
    await cancelRun(world.deps, TENANT, runId)
    await world.executeOrders()
    expect(await onlyRun(jobId)).toMatchObject({ id: runId, status: 'CANCELLED' })
    expect(world.calls).toEqual([])
  })

  it('a run that is over is refused, and one that never was is not found', async () => {
    const { jobId, order } = await dueJob()
    await world.execute(order)
    const { id } = await onlyRun(jobId)
    await expect(cancelRun(world.deps, TENANT, id)).rejects.toMatchObject({ code: 'conflict' })
    await expect(cancelRun(world.deps, 'tenant-2', id)).rejects.toMatchObject({ code: 'not-found' })
    await expect(cancelRun(world.deps, TENANT, 'nonsense')).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('a run that replaces', () => {
  it('takes the place of one that waits for a retry', async () => {
    answersInTurn(503, 200)
    const { jobId, order } = await dueJob({ overlap: 'REPLACE' })
    await world.execute(order)
    await world.moveTo(world.clock.now() + 1000)
    await world.requestRun(jobId)
    await world.executeOrders()
    const runs = await world.runs(jobId)
    expect(runs.map(({ status, reason }) => [status, reason?.code])).toEqual([
      ['CANCELLED', 'REPLACED'],
      ['SUCCEEDED', undefined],
    ])
  })

  it('is replaced itself, while it waits, by the next one: never are two called at once', async () => {
    const going = Promise.withResolvers<void>()
    const called = Promise.withResolvers<void>()
    let open = 0
    let most = 0
    world.target.answer = async () => {
      most = Math.max(most, ++open)
      called.resolve()
      await going.promise
      open--
      return answered(200)
    }
    const { jobId, order } = await dueJob({ overlap: 'REPLACE' })
    const runs = [world.execute(order)]
    await called.promise
    for (const _ of [1, 2]) {
      await world.moveTo(world.clock.now() + 100)
      await world.requestRun(jobId)
    }
    runs.push(...world.orders.splice(0).map((next) => world.execute(next)))
    await Promise.all(runs.slice(1))
    going.resolve()
    await runs[0]
    await resume()
    expect(most).toBe(1)
    // Both were handed over at once: whichever claims last replaces the other.
    const ends = (await world.runs(jobId)).map(({ status, reason }) => reason?.code ?? status)
    expect(ends.toSorted()).toEqual(['REPLACED', 'SUCCEEDED', 'SUCCEEDED'])
  })

  it('waits for the lease of one that has crashed', async () => {
    const { jobId, order } = await dueJob({ overlap: 'REPLACE', delivery: 'AT_MOST_ONCE' })
    world.faults.arm({ effect: 2, when: 'before' })
    await world.execute(order).catch(() => {})
    expect(world.faults.hasCrashed).toBe(true)
    world.faults.revive()
    await world.requestRun(jobId)
    await world.executeOrders()
    expect(world.calls).toHaveLength(0)
    expect(world.postponed).toMatchObject([{ order: { attempt: 1 } }])
    await resume()
    expect(world.calls).toHaveLength(1)
  })
})
