import { describe, expect, it } from 'vitest'
import { completeJob, deleteJob, editJob, newJob } from '../../lambdas/domain/job/change-job.ts'
import { type Job, JobDefinition } from '../../lambdas/domain/job/job.ts'
import { syncSchedules } from '../../lambdas/use-cases/sync-schedules.ts'

const ID = '01KAJ0000000000000000000AA'
const MADE = Date.parse('2026-11-21T12:04:59.500Z')
const definition = (fields: object = {}) =>
  JobDefinition.parse({
    name: 'sync',
    cronExpression: '*/5 * * * *',
    targetUrl: 'https://api.example.com/sync',
    ...fields,
  })
const made = (fields: object = {}) =>
  newJob({ tenant: 'tenant-1', id: ID, plan: 'FREE', definition: definition(fields) }, MADE)
const retimed = editJob(made(), definition({ cronExpression: '*/5 8-20 * * *' }), MADE)

/** Effects in the order in which they ended; `failing` names one that rejects instead. */
function ground({ at = MADE, failing = '', isMarked = true } = {}) {
  const effects: string[] = []
  const logged: unknown[] = []
  const effect = async (name: string) => {
    // Later than whatever was begun at the same time or before: order among effects is by waiting, not by luck.
    await new Promise(setImmediate)
    if (failing !== '' && name.startsWith(failing)) throw new Error(`no ${name}`)
    effects.push(name)
  }
  const deps = {
    clock: () => at,
    log: { info() {}, warn: (...line: unknown[]) => void logged.push(line), error() {} },
    schedules: {
      create: (projection: { name: string; expression: string }, occurrence: object) =>
        effect(`create ${projection.name} ${projection.expression} ${JSON.stringify(occurrence)}`),
      remove: (name: string) => effect(`remove ${name}`),
    },
    starter: { start: (order: object) => effect(`start ${JSON.stringify(order)}`) },
    jobs: {
      markSynced: async (job: Job) => {
        await effect(`mark ${job.generation}`)
        return isMarked
      },
      remove: async (job: Job) => {
        await effect(`forget ${job.id}`)
        return true
      },
    },
  }
  return { deps, effects, logged }
}

const created = (generation: number, expression: string, suffix = '') =>
  `create ${ID}.${generation}${suffix} ${expression} {"tenant":"tenant-1","jobId":"${ID}","generation":${generation}}`
const started = (plannedAt: string) =>
  `start {"kind":"occurrence","tenant":"tenant-1","jobId":"${ID}","plannedAt":"2026-11-21T${plannedAt}:00.000Z"}`
const startsOf = (effects: readonly string[]) => effects.filter((name) => name.startsWith('start'))
const inStep = (job: Job) => ({ ...job, syncState: 'SYNCED', stale: [] })

describe('syncSchedules', () => {
  it('leaves a job that is in step alone', async () => {
    const { deps, effects } = ground()
    const job: Job = { ...made(), syncState: 'SYNCED' }
    expect(await syncSchedules(deps, job)).toBe(job)
    expect(effects).toEqual([])
  })

  it('makes the new schedules, then removes the old ones, then marks the row', async () => {
    const { deps, effects, logged } = ground()
    expect(await syncSchedules(deps, retimed)).toEqual(inStep(retimed))
    expect(effects).toEqual([created(2, 'cron(*/5 8-20 * * ? *)'), `remove ${ID}.1`, 'mark 2'])
    expect(logged).toEqual([])
  })

  it('makes both schedules of an OR expression', async () => {
    const { deps, effects } = ground()
    await syncSchedules(deps, made({ cronExpression: '0 9 1 * 1' }))
    expect(effects).toEqual([created(1, 'cron(0 9 1 * ? *)'), created(1, 'cron(0 9 ? * 2 *)', '.b'), 'mark 1'])
  })

  it.each<[string, Job]>([
    ['paused', editJob(made(), definition({ enabled: false }), MADE)],
    ['completed', completeJob(made(), MADE)],
  ])('only removes the schedules of a job that is %s', async (_what, job) => {
    const { deps, effects } = ground({ at: MADE + 3_600_000 })
    expect(await syncSchedules(deps, job)).toEqual(inStep(job))
    expect(effects).toEqual([`remove ${ID}.1`, 'mark 2'])
  })

  it('forgets a deleted job once its schedules are gone', async () => {
    const { deps, effects } = ground({ at: MADE + 3_600_000 })
    const job = deleteJob(made(), MADE)
    expect(await syncSchedules(deps, job)).toEqual(inStep(job))
    expect(effects).toEqual([`remove ${ID}.1`, `forget ${ID}`])
  })

  it('leaves the job as it was told when another generation has begun meanwhile', async () => {
    const { deps } = ground({ isMarked: false })
    expect(await syncSchedules(deps, retimed)).toBe(retimed)
  })

  it.each<[string, Job, readonly string[]]>([
    ['create', retimed, []],
    ['start', retimed, [created(2, 'cron(*/5 8-20 * * ? *)')]],
    ['remove', retimed, [created(2, 'cron(*/5 8-20 * * ? *)'), started('12:05')]],
    ['mark', retimed, [created(2, 'cron(*/5 8-20 * * ? *)'), started('12:05'), `remove ${ID}.1`]],
    ['remove', deleteJob(made(), MADE), []],
    ['forget', deleteJob(made(), MADE), [`remove ${ID}.1`]],
  ])('stops where %s fails, and leaves the rest to the sweeper', async (failing, job, before) => {
    const { deps, effects, logged } = ground({ at: MADE + 600, failing })
    expect(await syncSchedules(deps, job)).toBe(job)
    expect(effects).toEqual(before)
    expect(logged).toEqual([
      [
        'schedules are not in step yet',
        {
          jobId: ID,
          generation: 2,
          error: expect.objectContaining({ message: expect.stringContaining(`no ${failing}`) }),
        },
      ],
    ])
  })
})

describe('what fell due before the schedules were there', () => {
  const at = (time: string) => Date.parse(`2026-11-21T${time}Z`)

  it.each<[string, readonly string[]]>([
    ['12:04:59.999', []],
    ['12:05:00.000', ['12:05']],
    ['12:09:59.999', ['12:05']],
  ])('is started at %s', async (time, planned) => {
    const { deps, effects } = ground({ at: at(time) })
    expect(await syncSchedules(deps, made())).toMatchObject({ syncState: 'SYNCED' })
    expect(startsOf(effects)).toEqual(planned.map(started))
  })

  it.each<[string, object]>([
    ['12:10:00.000', {}],
    ['12:10:00.000', { cronExpression: '*/5 12 * * *' }],
    ['12:15:00.000', { flexMinutes: 5 }],
  ])('is left to be recorded when it is a whole window late, at %s of %j', async (time, fields) => {
    const { deps, effects } = ground({ at: at(time) })
    const job = made(fields)
    expect(await syncSchedules(deps, job)).toBe(job)
    expect(startsOf(effects)).toEqual([])
    expect(effects.some((name) => name.startsWith('mark'))).toBe(false)
  })

  it('is started, all of it, as long as the window of the job is open', async () => {
    const { deps, effects } = ground({ at: at('12:14:59.999') })
    expect(await syncSchedules(deps, made({ flexMinutes: 5 }))).toMatchObject({ syncState: 'SYNCED' })
    expect(startsOf(effects)).toEqual([started('12:05'), started('12:10')])
  })

  it('is started from where the records end, however late', async () => {
    const { deps, effects } = ground({ at: at('12:21:00.000') })
    expect(await syncSchedules(deps, made(), at('12:10:00'))).toMatchObject({ syncState: 'SYNCED' })
    expect(startsOf(effects)).toEqual([started('12:15'), started('12:20')])
  })

  it('is not what an older generation had planned, although the records end before this one', async () => {
    const { deps, effects } = ground({ at: at('12:06:00.000') })
    await syncSchedules(deps, made(), at('11:00:00'))
    expect(startsOf(effects)).toEqual([started('12:05')])
  })

  it('is started to the end of a schedule that ends', async () => {
    const { deps, effects } = ground({ at: at('12:06:00.000') })
    const job = made({ endAt: '2026-11-21T12:05:00Z' })
    expect(await syncSchedules(deps, job)).toMatchObject({ syncState: 'SYNCED' })
    expect(effects).toEqual([started('12:05'), 'mark 1'])
  })
})
