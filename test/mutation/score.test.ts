import { describe, expect, it } from 'vitest'
import { fileTable, type Mutant, partTable, passes } from './score.ts'

const mutants = (fileName: string, counts: Readonly<Record<string, number>>): readonly Mutant[] =>
  Object.entries(counts).flatMap(([status, count]) => Array.from({ length: count }, () => ({ fileName, status })))

describe('the score', () => {
  it.each([
    [{ Killed: 85, Survived: 15 }, true],
    [{ Killed: 84, Survived: 16 }, false],
    [{ Killed: 80, Timeout: 5, Survived: 10, NoCoverage: 5 }, true],
    [{ Killed: 84, Survived: 10, NoCoverage: 6 }, false],
    [{ Killed: 85, Survived: 15, RuntimeError: 50, CompileError: 50 }, true],
    [{}, false],
  ])('of %j is enough: %s', (counts, expected) => {
    expect(passes(mutants('a.ts', counts))).toBe(expected)
  })

  it('is a table by file, the weakest first', () => {
    const all = [
      ...mutants('strong.ts', { Killed: 3, Timeout: 1 }),
      ...mutants('weak.ts', { Killed: 1, Survived: 1, NoCoverage: 1 }),
      ...mutants('broken.ts', { RuntimeError: 1 }),
    ]
    expect(fileTable(all).split('\n').slice(2)).toEqual([
      '| weak.ts | 33.3 | 1 | 1 | 1 |',
      '| strong.ts | 100.0 | 4 | 0 | 0 |',
      '| all | 71.4 | 5 | 1 | 1 |',
    ])
  })

  it('is a table by part, with how long each took', () => {
    const results = [
      {
        name: 'guard',
        mutants: mutants('a.ts', { Killed: 5, Survived: 2, NoCoverage: 1, RuntimeError: 4 }),
        minutes: 1.2,
      },
      { name: 'auth', mutants: mutants('b.ts', { Killed: 1, Timeout: 1 }), minutes: 3 },
    ]
    expect(partTable(results).split('\n').slice(2)).toEqual([
      '| guard | 8 | 3 | 62.5 | 2 |',
      '| auth | 2 | 0 | 100.0 | 3 |',
    ])
  })
})
