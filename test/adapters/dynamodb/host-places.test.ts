import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dynamoHostPlaces, dynamoHostRegister } from '../../../lambdas/adapters/dynamodb/host-places.ts'
import type { HostPlaces, HostRegister } from '../../../lambdas/ports/host-places.ts'
import { meter } from '../../support/consumed-capacity.ts'
import { startTable } from '../../support/dynamodb.ts'

let stop: () => Promise<void>
let register: HostRegister
let places: HostPlaces
let consumed: ReturnType<typeof meter>
beforeAll(async () => {
  const started = await startTable()
  const table = { client: started.client, name: started.tableName }
  register = dynamoHostRegister(table)
  places = dynamoHostPlaces(table)
  consumed = meter(started.client)
  stop = started.stop
})
afterAll(() => stop())

describe('the register of hosts', () => {
  it('counts up to the most, exactly, however many claim at once', async () => {
    const claims = await Promise.all(Array.from({ length: 20 }, () => register.claim('many.example.com', 7, 1000)))
    expect(claims.filter(Boolean)).toHaveLength(7)
    expect(await Array.fromAsync(register.every())).toContainEqual({
      host: 'many.example.com',
      owners: 7,
      touchedAt: 1000,
    })
  })

  it('gives nobody a place of their own where there is none', async () => {
    await register.claim('none.example.com', 1, 1000)
    expect(await register.claim('none.example.com', 1, 1000)).toBe(false)
  })

  it('is corrected only while it is as it was read', async () => {
    const host = 'corrected.example.com'
    const count = async () => (await Array.fromAsync(register.every())).find((each) => each.host === host)
    expect(await register.correct(host, undefined, 3)).toBe(true)
    const known = await count()
    expect(known).toEqual({ host, owners: 3, touchedAt: 0 })
    expect(await register.correct(host, undefined, 1)).toBe(false)
    await register.claim(host, 5, 2000)
    expect(await register.correct(host, known, 1)).toBe(false)
    expect(await register.correct(host, await count(), 0)).toBe(true)
    expect(await count()).toBeUndefined()
  })
})

describe('the places of a host', () => {
  const lease = (now: number, most = 3) => ({ now, until: now + 10_000, most })

  it('are never held by more than there are, however many want one at once', async () => {
    const take = (holder: string) => places.take('rush.example.com', holder, lease(0))
    const taken = await Promise.all(Array.from({ length: 12 }, (_, index) => take(`run-${index}`)))
    // The very first two may both find no row, and the slower of them has to come again.
    const again = await Promise.all(Array.from({ length: 12 }, (_, index) => take(`other-${index}`)))
    expect([...taken, ...again].filter(Boolean)).toHaveLength(3)
  })

  it('are free once they are given back, and not before', async () => {
    const host = 'back.example.com'
    expect(await places.take(host, 'a', lease(0, 1))).toBe(true)
    expect(await places.take(host, 'b', lease(0, 1))).toBe(false)
    await places.giveBack(host, 'b')
    expect(await places.take(host, 'b', lease(0, 1))).toBe(false)
    await places.giveBack(host, 'a')
    await places.giveBack(host, 'a')
    expect(await places.take(host, 'b', lease(0, 1))).toBe(true)
  })

  it('are free once the time of those who crashed is over', async () => {
    const host = 'crash.example.com'
    for (const holder of ['a', 'b', 'c']) expect(await places.take(host, holder, lease(0))).toBe(true)
    expect(await places.take(host, 'd', lease(9_000))).toBe(false)
    expect(await places.take(host, 'd', lease(10_000))).toBe(true)
    const rest = await Promise.all(['e', 'f', 'g', 'h'].map((holder) => places.take(host, holder, lease(10_000))))
    expect(rest.filter(Boolean)).toHaveLength(2)
  })

  it('are held once by who takes one twice', async () => {
    const host = 'twice.example.com'
    for (let again = 0; again < 3; again++) expect(await places.take(host, 'a', lease(0, 2))).toBe(true)
    expect(await places.take(host, 'b', lease(0, 2))).toBe(true)
    expect(await places.take(host, 'a', lease(20_000, 2))).toBe(true)
  })

  it('cost one write to take and one to give back, with a hundred of them held', async () => {
    const host = 'a-host-with-a-name-of-some-length.example.com'
    for (let index = 0; index < 49; index++) await places.take(host, `run-${index}`, lease(1_800_000_000_000, 50))
    consumed.reset()
    expect(await places.take(host, 'last', lease(1_800_000_000_000, 50))).toBe(true)
    await places.giveBack(host, 'last')
    expect(consumed.units).toEqual({ read: 0, write: 2 })
  })
})
