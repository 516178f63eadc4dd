import { describe, expect, it } from 'vitest'
import { differencesInShape } from './same-shape.ts'

describe('differencesInShape', () => {
  it.each([
    [{ a: 1, b: ['x'] }, { a: 2, b: [] }, []],
    [{ a: null }, { a: { b: 1 } }, []],
    [{ a: 1 }, {}, ['/a is missing']],
    [{}, { a: 1 }, ['/a is new']],
    [{ a: { b: 1 } }, { a: { b: '1' } }, ['/a/b is string, not number']],
    [[{ a: 1 }], [{ a: 1 }, { b: 1 }], ['/1/a is missing', '/1/b is new']],
    [[], {}, ['/ is object, not a list']],
  ])('finds in %j and %j: %j', (written, actual, expected) => {
    expect(differencesInShape(written, actual)).toEqual(expected)
  })
})
