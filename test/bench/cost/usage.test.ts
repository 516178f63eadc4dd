import { describe, expect, it } from 'vitest'
import { callsText, UsageMeter } from '../../../bench/cost/usage.ts'

describe('UsageMeter', () => {
  it('adds up calls, units, invocations and bytes, and begins anew when it is read', () => {
    const meter = new UsageMeter()
    meter.call('executor', 'DYNAMODB', 'PutItem', { read: 0, write: 2 })
    meter.call('executor', 'DYNAMODB', 'PutItem', { read: 0, write: 1 })
    meter.call(undefined, 'SCHEDULER', 'CreateSchedule')
    meter.schedulerInvocation()
    meter.logLine('executor', 'vier ä')
    const usage = meter.take()
    expect(usage).toEqual({
      calls: { 'DYNAMODB PutItem': 2, 'SCHEDULER CreateSchedule': 1 },
      readUnits: 0,
      writeUnits: 3,
      schedulerInvocations: 1,
      logBytes: 8,
    })
    expect(callsText(usage)).toBe('2 PutItem, SCHEDULER CreateSchedule')
    expect(callsText(meter.take())).toBe('none')
  })

  it('leaves out what happens by itself', () => {
    const meter = new UsageMeter()
    meter.ignored = 'sweeper'
    meter.call('sweeper', 'DYNAMODB', 'Query', { read: 1, write: 0 })
    meter.logLine('sweeper', 'swept')
    expect(meter.take()).toMatchObject({ calls: {}, readUnits: 0, logBytes: 0 })
  })
})
