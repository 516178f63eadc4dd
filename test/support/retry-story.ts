import { expect } from 'vitest'
import type { JobDefinition } from '../../lambdas/domain/job/job.ts'
import type { Run } from '../../lambdas/domain/run/run.ts'
import { MINUTE_MS, TENANT, type World } from './world.ts'

/** What happens to a job whose run is tried again. @param world asked when something happens: tests make it before they begin. */
export const retryStory = (world: () => World) => ({
  /** A job whose next occurrence is due now, and the order to run it. */
  async dueJob(fields: Partial<JobDefinition> = {}) {
    const { clock, create, moveTo, orders } = world()
    const { job } = await create({ cronExpression: '*/30 * * * *', ...fields })
    await moveTo((Math.floor(clock.now() / (30 * MINUTE_MS)) + 1) * 30 * MINUTE_MS)
    orders.length = 0
    const plannedAt = new Date(clock.now()).toISOString()
    return { jobId: job.id, order: { kind: 'occurrence', tenant: TENANT, jobId: job.id, plannedAt } as const }
  },

  /** Delivers what was postponed, at its time. */
  async resume(): Promise<void> {
    for (const { order, at } of world().postponed.splice(0)) {
      await world().moveTo(Math.max(at, world().clock.now()))
      await world().execute(order)
    }
  },

  async onlyRun(jobId: string): Promise<Run> {
    const runs = await world().runs(jobId)
    expect(runs).toHaveLength(1)
    return runs[0]!
  },
})
