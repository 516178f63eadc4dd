import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorld, TENANT, type World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld('2026-11-21T12:00:30Z')
})
afterAll(() => world.stop())

const AT_ONCE = 30

describe('runs that are asked for', () => {
  it(`are promised, ${AT_ONCE} at the same moment, each once`, async () => {
    const { job } = await world.create()
    const runIds = await Promise.all(Array.from({ length: AT_ONCE }, () => world.requestRun(job.id)))
    expect(new Set(runIds).size).toBe(AT_ONCE)
    const { activity } = (await world.deps.jobs.read(TENANT, job.id))!
    expect(Object.keys(activity.queued).sort()).toEqual(runIds.toSorted())
    expect(world.orders).toHaveLength(AT_ONCE)
  })
})
