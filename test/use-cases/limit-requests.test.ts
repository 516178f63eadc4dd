import { describe, expect, it } from 'vitest'
import { planLimits } from '../../lambdas/domain/account/plan.ts'
import { REQUEST_WINDOW_MS, type Requester } from '../../lambdas/domain/account/request-quota.ts'
import type { RequestCounter } from '../../lambdas/ports/request-counter.ts'
import { requestLimiter } from '../../lambdas/use-cases/limit-requests.ts'
import { memoryLog } from '../support/call-api.ts'

const START = Date.parse('2027-01-31T08:00:00Z')
const FREE = planLimits.FREE.requestsPerMinute
const ada: Requester = { kind: 'tenant', tenant: 'ada' }
const bob: Requester = { kind: 'tenant', tenant: 'bob' }

/** Functions that count together, on a clock that stands still until moved. */
function functions(count: number, plan?: 'PREMIUM') {
  const log = memoryLog()
  const world = { now: START, writes: 0, fails: false }
  const rows = new Map<string, { startsAt: number; reserved: number }>()
  const counter: RequestCounter = {
    async reserve(requester, { startsAt }, requests) {
      if (world.fails) throw new Error('no table')
      world.writes++
      const name = JSON.stringify(requester)
      const row = rows.get(name)
      const reserved = (row?.startsAt === startsAt ? row.reserved : 0) + requests
      rows.set(name, { startsAt, reserved })
      return { reserved, plan }
    },
  }
  const limiters = Array.from({ length: count }, () => requestLimiter({ counter, clock: () => world.now, log }))
  const send = async (requester: Requester, requests: number) => {
    const admissions = []
    for (let n = 0; n < requests; n++) admissions.push(await limiters[n % count]?.admit(requester))
    return admissions.flatMap((admission) => admission ?? [])
  }
  const admitted = async (requester: Requester, requests: number) =>
    (await send(requester, requests)).filter(({ isAdmitted }) => isAdmitted).length
  return { world, log, send, admitted }
}

describe('a quota', () => {
  it('lets in exactly as many requests as it says, and the next minute as many again', async () => {
    const { admitted, world } = functions(1)
    expect(await admitted(ada, FREE + 500)).toBe(FREE)
    world.now += REQUEST_WINDOW_MS - 1
    expect(await admitted(ada, 1)).toBe(0)
    world.now += 1
    expect(await admitted(ada, FREE + 1)).toBe(FREE)
  })

  it.each([2, 7, 40])('is never exceeded by %i functions together, nor left unused', async (count) => {
    const { admitted } = functions(count)
    expect(await admitted(ada, 10 * FREE)).toBe(FREE)
  })

  it('costs a write for many requests, and nothing once it is used up', async () => {
    const { send, world } = functions(1)
    await send(ada, FREE)
    expect(world.writes).toBeLessThanOrEqual(300)
    const before = world.writes
    await send(ada, 9 * FREE)
    expect(world.writes).toBe(before)
  })

  it("is each tenant's own: a noisy one leaves a quiet one what it has", async () => {
    const { admitted } = functions(3)
    await admitted(ada, 10 * FREE)
    expect(await admitted(bob, FREE)).toBe(FREE)
  })

  it("is the plan's, as soon as the first reservation has told it", async () => {
    const { send } = functions(1, 'PREMIUM')
    const quota = { name: 'premium', requests: planLimits.PREMIUM.requestsPerMinute }
    expect((await send(ada, 1))[0]).toMatchObject({ quota, remaining: quota.requests - 1 })
  })

  it('is counted apart for sources without a credential', async () => {
    const { send } = functions(1)
    expect((await send({ kind: 'source', source: '192.0.2.1' }, 1))[0]).toMatchObject({ quota: { name: 'source' } })
  })

  it('tells what is left, and when it begins anew', async () => {
    const { send, world } = functions(1)
    world.now += 12_400
    const admissions = await send(ada, FREE + 1)
    expect(admissions.map(({ remaining }) => remaining)).toEqual([
      ...Array.from({ length: FREE }, (_, n) => FREE - 1 - n),
      0,
    ])
    expect(new Set(admissions.map(({ resetSeconds }) => resetSeconds))).toEqual(new Set([48]))
  })

  it('keeps nobody out when it cannot be counted, and the log says so', async () => {
    const { admitted, world, log } = functions(1)
    world.fails = true
    expect(await admitted(ada, 5)).toBe(5)
    expect(log.lines[0]).toMatchObject({ level: 'warn', message: 'requests could not be counted' })
    world.fails = false
    expect(await admitted(ada, FREE + 1)).toBe(FREE)
  })
})
