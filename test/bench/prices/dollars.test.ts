import { describe, expect, it } from 'vitest'
import type { Usage } from '../../../bench/cost/usage.ts'
import { dollarsOf, floorDollars, sum } from '../../../bench/prices/dollars.ts'

const usage: Usage = {
  calls: { 'DYNAMODB Query': 1, 'SECRETS_MANAGER GetSecretValue': 1 },
  readUnits: 1,
  writeUnits: 3,
  schedulerInvocations: 1,
  logBytes: 1000,
}

describe('what a run costs', () => {
  it('is the sum of what AWS bills, each by its price', () => {
    const dollars = dollarsOf(usage, { memoryMb: 256, milliseconds: 320 })
    const million = Object.fromEntries(Object.entries(dollars).map(([part, price]) => [part, price * 1e6]))
    expect(million).toEqual({
      scheduler: 1,
      lambdaRequests: expect.closeTo(0.2),
      lambdaTime: expect.closeTo(1.067, 3),
      writes: expect.closeTo(1.875),
      reads: expect.closeTo(0.125),
      secrets: expect.closeTo(5),
      logs: expect.closeTo(0.5),
    })
    expect(sum(dollars) * 1e6).toBeCloseTo(9.767, 3)
  })

  it('has a floor of 2.33 dollars a million at 300 ms', () => {
    expect(sum(floorDollars(300)) * 1e6).toBeCloseTo(2.333, 3)
  })
})
