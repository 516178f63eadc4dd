import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Projection } from '../../lambdas/domain/job/job-schedule.ts'
import { type Ground, memoryGround } from '../faults/ground.ts'
import { type RealGround, realGround } from '../faults/real-ground.ts'

const NOW = Date.parse('2026-11-21T12:00:30Z')
const MINUTE_MS = 60_000
const OCCURRENCE = { tenant: 'tenant-1', jobId: '01JXAMPE00000000000000000K', generation: 3 }
const NAME = `${OCCURRENCE.jobId}.3`

const projection = (fields: Partial<Projection> = {}): Projection => ({
  name: NAME,
  expression: 'cron(*/5 * * * ? *)',
  timezone: 'UTC',
  startAt: undefined,
  endAt: undefined,
  flexMinutes: 0,
  windowSeconds: 300,
  ...fields,
})

describe.each([
  { name: 'EventBridge Scheduler', start: realGround },
  {
    name: 'Scheduler in memory',
    start: async (now: number) => ({ ...memoryGround(now), stop: async () => {} }),
  },
])('$name', ({ start }) => {
  let ground: Ground & { stop(): Promise<void> }
  let orders: unknown[]
  beforeEach(async () => {
    ground = await start(NOW)
    orders = []
    ground.deliverTo((order) => orders.push(order))
  })
  afterEach(() => ground.stop())
  const names = () => Array.fromAsync(ground.scheduleList.names())
  const firedAt = () => orders.map((order) => String(Reflect.get(Object(order), 'plannedAt')).slice(11, 16))

  it('has a schedule from its making until its removal, and repeats of both change nothing', async () => {
    await ground.schedules.create(projection(), OCCURRENCE)
    await ground.schedules.create(projection({ expression: 'cron(0 * * * ? *)' }), OCCURRENCE)
    expect(await names()).toEqual([NAME])
    await ground.clock.moveTo(NOW + 5 * MINUTE_MS)
    expect(firedAt()).toEqual(['12:05'])
    await ground.schedules.remove(NAME)
    await ground.schedules.remove(NAME)
    await ground.clock.moveTo(NOW + 11 * MINUTE_MS)
    expect([await names(), firedAt()]).toEqual([[], ['12:05']])
  })

  it('delivers the order of an occurrence at its planned instant', async () => {
    await ground.schedules.create(projection(), OCCURRENCE)
    await ground.clock.moveTo(NOW + 5 * MINUTE_MS)
    expect(orders).toMatchObject([
      { kind: 'occurrence', tenant: 'tenant-1', jobId: OCCURRENCE.jobId, plannedAt: '2026-11-21T12:05:00Z' },
    ])
  })

  it.each<{ what: string; fields: Partial<Projection>; fires: string[] }>([
    { what: 'a cron', fields: {}, fires: ['12:05', '12:10', '12:15'] },
    { what: 'a cron from its start on', fields: { startAt: NOW + 6 * MINUTE_MS }, fires: ['12:10', '12:15'] },
    { what: 'a cron up to its end', fields: { endAt: Date.parse('2026-11-21T12:10:00Z') }, fires: ['12:05', '12:10'] },
    {
      what: 'a rate counted from its start',
      fields: { expression: 'rate(7 minutes)', startAt: Date.parse('2026-11-21T12:03:00Z') },
      fires: ['12:03', '12:10', '12:17'],
    },
    { what: 'an at', fields: { expression: 'at(2026-11-21T13:08:00)', timezone: 'Europe/Paris' }, fires: ['12:08'] },
    { what: 'an at that has passed', fields: { expression: 'at(2026-11-21T11:00:00)' }, fires: [] },
  ])('fires $what', async ({ fields, fires }) => {
    await ground.schedules.create(projection(fields), OCCURRENCE)
    await ground.clock.moveTo(Date.parse('2026-11-21T12:17:30Z'))
    expect(firedAt()).toEqual(fires)
  })

  it.each([{ expression: 'at(2026-11-21T12:02:00)' }, { endAt: NOW + 5 * MINUTE_MS }])(
    'removes a schedule that has fired for the last time: %o',
    async (fields) => {
      await ground.schedules.create(projection(fields), OCCURRENCE)
      await ground.clock.moveTo(NOW + 12 * MINUTE_MS)
      expect(await names()).toEqual([])
    },
  )
})

describe('a resumption', () => {
  const ORDER = { kind: 'resume', tenant: 'tenant-1', jobId: OCCURRENCE.jobId, runId: 'R1', attempt: 2 } as const
  const ASKED = NOW + 35_250
  let ground: RealGround
  let deliveredAt: number[]
  beforeEach(async () => {
    ground = await realGround(NOW)
    deliveredAt = []
    ground.deliverTo((order) => {
      expect(order).toEqual(ORDER)
      deliveredAt.push(ground.clock.now())
    })
  })
  afterEach(() => ground.stop())

  it('is delivered once, in the second that follows what was asked, and not before', async () => {
    const postponer = ground.services?.().postponer
    await postponer?.postpone(ORDER, ASKED)
    await postponer?.postpone(ORDER, ASKED)
    await ground.clock.moveTo(ASKED)
    expect(deliveredAt).toEqual([])
    await ground.clock.moveTo(ASKED + MINUTE_MS)
    expect(deliveredAt).toEqual([NOW + 36_000])
    expect(await Array.fromAsync(ground.scheduleList.names())).toEqual([])
  })
})
