import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalText } from '../../../lambdas/domain/import/canonical-text.ts'
import { changedPointers } from '../../../lambdas/domain/import/changed-pointers.ts'
import { distinctNames } from '../../../lambdas/domain/import/distinct-names.ts'
import { pairByName } from '../../../lambdas/domain/import/pair-by-name.ts'
import { JobDefinition } from '../../../lambdas/domain/job/job.ts'

const definition = (name: string, path = '') =>
  JobDefinition.parse({ name, cronExpression: '@daily', targetUrl: `https://example.com/${path}` })

const stored = (...definitions: readonly JobDefinition[]) =>
  definitions.map((each, index) => ({ id: `job-${index}`, version: 1, definition: each }))

describe('pairByName', () => {
  const ids = (wanted: readonly JobDefinition[], existing: ReturnType<typeof stored>) =>
    pairByName(wanted, existing).map((job) => job?.id)

  it('finds jobs by name', () => {
    const existing = stored(definition('a'), definition('b'))
    expect(ids([definition('b', 'new'), definition('c'), definition('a')], existing)).toEqual([
      'job-1',
      undefined,
      'job-0',
    ])
  })

  it('lets equal definitions meet first, and then takes the oldest', () => {
    const existing = stored(definition('a', '1'), definition('a', '2'), definition('a', '3'))
    expect(ids([definition('a', 'new'), definition('a', '1')], existing)).toEqual(['job-1', 'job-0'])
    expect(ids([definition('a', 'new')], existing)).toEqual(['job-0'])
  })

  it('finds every job of a document unchanged once it is stored, whatever its names and its order', () => {
    const definitions = fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.constantFrom('1', '2')), { maxLength: 8 })
    fc.assert(
      fc.property(definitions, fc.infiniteStream(fc.nat()), (names, shuffle) => {
        const wanted = names.map(([name, path]) => definition(name, path))
        const order = new Map(wanted.map((each) => [each, shuffle.next().value]))
        const existing = stored(
          ...wanted.map((each) => structuredClone(each)).toSorted((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0)),
        )
        const pairs = pairByName(wanted, existing)
        expect(new Set(pairs).size).toBe(wanted.length)
        for (const [index, pair] of pairs.entries()) expect(pair?.definition).toEqual(wanted[index])
      }),
    )
  })
})

describe('changedPointers', () => {
  it.each([
    [{ a: 1 }, { a: 1 }, []],
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, []],
    [{ a: 1 }, { a: 2, b: null }, ['/a', '/b']],
    [{ a: { b: 1, c: 2 } }, { a: { b: 1, c: 3 } }, ['/a/c']],
    [{ headers: { 'a/b~c': 1 } }, { headers: {} }, ['/headers/a~1b~0c']],
    [{ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, []],
    [{ a: [1, 2] }, { a: [2, 1] }, ['/a']],
    [{ a: null }, { a: {} }, ['/a']],
  ])('finds what differs between %j and %j', (before, after, pointers) => {
    expect(changedPointers(before, after)).toEqual(pointers)
  })

  it('finds nothing between a value and its copy by way of JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        const sent: unknown = JSON.parse(JSON.stringify(value))
        expect(changedPointers(JSON.parse(JSON.stringify(sent)), sent)).toEqual([])
      }),
    )
  })
})

describe('distinctNames', () => {
  it('tells apart only what has the same name, within the longest name there is', () => {
    const items = ['a', 'b', 'b', 'c'.repeat(200), 'c'.repeat(200)].map((name, index) => ({ name, index }))
    const names = distinctNames(
      items,
      ({ name }) => name,
      ({ index }) => String(index),
    )
    expect(names.slice(0, 3)).toEqual(['a', 'b (1)', 'b (2)'])
    expect(names[3]).toBe(`${'c'.repeat(124)} (3)`)
    expect(names.every((name) => name.length <= 128)).toBe(true)
  })
})

describe('canonicalText', () => {
  it('is the same text exactly where nothing differs', () => {
    const value = fc.jsonValue({ maxDepth: 3 })
    const shuffled = (given: unknown): unknown =>
      typeof given === 'object' && given !== null && !Array.isArray(given)
        ? Object.fromEntries(
            Object.entries(given)
              .toReversed()
              .map(([key, member]) => [key, shuffled(member)]),
          )
        : given
    fc.assert(
      fc.property(value, value, (one, other) => {
        const [a, b]: unknown[] = [JSON.parse(JSON.stringify(one)), JSON.parse(JSON.stringify(other))]
        expect(canonicalText(a) === canonicalText(b)).toBe(changedPointers(a, b).length === 0)
        expect(canonicalText(shuffled(a))).toBe(canonicalText(a))
      }),
    )
  })
})
