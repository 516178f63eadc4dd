import { describe, expect, it } from 'vitest'
import { BoundedPool } from '../../../local/scheduler/bounded-pool.ts'

/** A pool of two with `count` tasks that end when told to. */
function poolOfTwo(count: number) {
  const pool = new BoundedPool(2)
  const begun: number[] = []
  const ends = Array.from({ length: count }, (_, index) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    pool.run(async () => {
      begun.push(index)
      await promise
    })
    return resolve
  })
  return { pool, begun, end: (index: number) => ends[index]!() }
}

describe('BoundedPool', () => {
  it('begins the next task in turn whenever one ends', async () => {
    const { pool, begun, end } = poolOfTwo(4)
    expect(begun).toEqual([0, 1])
    end(1)
    await new Promise(setImmediate)
    expect(begun).toEqual([0, 1, 2])
    for (const index of [0, 2, 3]) end(index)
    await pool.idle()
    expect(begun).toEqual([0, 1, 2, 3])
  })

  it('tells when no task waits, and when none runs', async () => {
    const { pool, end } = poolOfTwo(3)
    const told: string[] = []
    const room = pool.room().then(() => told.push('room'))
    const idle = pool.idle().then(() => told.push('idle'))
    await new Promise(setImmediate)
    expect(told).toEqual([])
    end(0)
    await room
    expect(told).toEqual(['room'])
    end(1)
    end(2)
    await idle
    expect(told).toEqual(['room', 'idle'])
  })

  it('forgets what waits when cleared', async () => {
    const { pool, begun, end } = poolOfTwo(3)
    pool.clear()
    end(0)
    end(1)
    await pool.idle()
    expect(begun).toEqual([0, 1])
  })
})
