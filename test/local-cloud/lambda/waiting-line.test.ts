import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WaitingLine } from '../../../local/lambda/waiting-line.ts'
import { promotedBytes } from '../../support/promoted-bytes.ts'

const lineOf = (sent: readonly (readonly [caller: string, item: number])[]) => {
  const line = new WaitingLine<readonly [string, number]>()
  for (const each of sent) line.add(each[0], each)
  return line
}

describe('a line of waiting invocations', () => {
  it('lets callers take turns, however many one of them sends', () => {
    const noisy = Array.from({ length: 5 }, (_, n) => ['noisy', n] as const)
    const line = lineOf([...noisy, ['quiet', 0], ['other', 0], ['quiet', 1]])
    expect(line.clear().map(([caller, item]) => `${caller} ${item}`)).toEqual([
      'noisy 0',
      'quiet 0',
      'other 0',
      'noisy 1',
      'quiet 1',
      'noisy 2',
      'noisy 3',
      'noisy 4',
    ])
  })

  it('makes nobody wait for more than one invocation of each other caller', () => {
    const line = lineOf(Array.from({ length: 25_000 }, (_, n) => ['noisy', n] as const))
    for (let n = 0; n < 12_000; n++) expect(line.take()?.[1]).toBe(n)
    line.add('quiet', ['quiet', 0])
    expect([line.take()?.[0], line.take()?.[0]]).toContain('quiet')
    expect(line.length).toBe(12_999)
    expect(line.take()).toEqual(['noisy', 12_001])
  })

  it('passes over callers who may not go, who keep their turn', () => {
    const line = lineOf([
      ['noisy', 0],
      ['quiet', 0],
      ['noisy', 1],
      ['quiet', 1],
    ])
    const notNoisy = ([caller]: readonly [string, number]) => caller !== 'noisy'
    expect(line.take(notNoisy)).toEqual(['quiet', 0])
    expect(line.take()).toEqual(['noisy', 0])
    expect([line.take(notNoisy), line.take(notNoisy)]).toEqual([['quiet', 1], undefined])
    expect([line.length, line.take()]).toEqual([1, ['noisy', 1]])
  })

  it('gives out each of them once, those of one caller in their order', () => {
    const sent = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.nat()))
    fc.assert(
      fc.property(sent, (all) => {
        const line = lineOf(all)
        expect(line.length).toBe(all.length)
        const taken = line.clear()
        expect(line.length).toBe(0)
        expect(line.take()).toBeUndefined()
        for (const caller of ['a', 'b', 'c']) {
          const of = (list: readonly (readonly [string, number])[]) => list.filter((each) => each[0] === caller)
          expect(of(taken)).toEqual(of(all))
        }
      }),
    )
  })
})

describe('what was taken from a line of waiting invocations', () => {
  it('is not held any longer', () => {
    const line = new WaitingLine<{ readonly event: string[] }>()
    const add = (n: number) => line.add(`caller ${n % 3}`, { event: Array.from({ length: 100 }, () => `${n}`) })
    for (let n = 0; n < 3; n++) add(n)
    const bytes = promotedBytes((n) => {
      add(n)
      line.take()
    })
    expect(bytes).toBeLessThan(1_000_000)
  })
})
