import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Due, DueQueue } from '../../../local/scheduler/due-queue.ts'

describe('DueQueue', () => {
  it('gives what is due in order of time and then of arrival, whatever is removed in between', () => {
    const steps = fc.array(fc.record({ dueMs: fc.nat(20), remove: fc.option(fc.nat()), takeAt: fc.option(fc.nat(20)) }))
    fc.assert(
      fc.property(steps, (list) => {
        const queue = new DueQueue<Due>()
        let expected: Due[] = []
        list.forEach(({ dueMs, remove, takeAt }, order) => {
          const entry: Due = { dueMs, order, position: -1 }
          queue.add(entry)
          expected = [...expected, entry].sort((a, b) => a.dueMs - b.dueMs || a.order - b.order)
          if (remove !== null) {
            const [removed] = expected.splice(remove % expected.length, 1)
            queue.remove(removed!)
            expect(removed!.position).toBe(-1)
          }
          if (takeAt !== null) {
            const next = expected[0] && expected[0].dueMs <= takeAt ? expected.shift() : undefined
            expect(queue.takeDue(takeAt)).toBe(next)
          }
          expect(queue.size).toBe(expected.length)
          expect(queue.peek()).toBe(expected[0])
        })
        const rest = expected.map(() => queue.takeDue(Number.POSITIVE_INFINITY))
        expect(rest).toEqual(expected)
      }),
    )
  })

  it('leaves everything in place when asked to remove what it does not hold', () => {
    const queue = new DueQueue<Due>()
    const held: Due = { dueMs: 1, order: 0, position: -1 }
    queue.add(held)
    queue.remove({ dueMs: 1, order: 0, position: 0 })
    queue.remove({ dueMs: 1, order: 0, position: -1 })
    expect(queue.peek()).toBe(held)
  })
})
