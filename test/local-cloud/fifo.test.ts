import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Fifo } from '../../local/fifo.ts'

describe('Fifo', () => {
  it('is an array of which one takes the first, whatever comes in between', () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.record({ add: fc.integer() }) },
      { weight: 3, arbitrary: fc.constant('take' as const) },
      { weight: 1, arbitrary: fc.constant('drain' as const) },
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const fifo = new Fifo<number>()
        const model: number[] = []
        for (const each of steps) {
          if (each === 'take') expect(fifo.take()).toBe(model.shift())
          else if (each === 'drain') expect(fifo.drain()).toEqual(model.splice(0))
          else {
            fifo.add(each.add)
            model.push(each.add)
          }
          expect(fifo.size).toBe(model.length)
        }
      }),
    )
  })
})
