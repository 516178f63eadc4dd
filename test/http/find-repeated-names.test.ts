import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findRepeatedNames } from '../../lambdas/http/find-repeated-names.ts'

const pointersIn = (text: string) => findRepeatedNames(text).map(({ pointer }) => pointer)

describe('findRepeatedNames', () => {
  it.each([
    ['{"a":1,"a":2}', ['/a']],
    ['{"a":1,"a":2,"a":3,"b":4,"b":5}', ['/a', '/b']],
    ['{"a":{"b":1,"b":2}}', ['/a/b']],
    ['[{"a":1},{"b":[[],{"c":1,"c":1}]}]', ['/1/b/1/c']],
    ['{"a":1,"\\u0061":2}', ['/a']],
    ['{"a/b~":1,"a/b~":2}', ['/a~1b~0']],
    ['{"":1,"":2}', ['/']],
    [' { "a" : { } , "a" : [ ] } ', ['/a']],
    ['{"a":"b","b":"a"}', []],
    ['{"a":{"a":{"a":[{"a":1},{"a":1}]}}}', []],
    ['{"x":"{\\"a\\":1,\\"a\\":2}","y":"\\\\","z":"\\":\\""}', []],
    ['["a","a","a:","a"]', []],
    ['"a"', []],
    ['null', []],
  ])('finds in %s what is there twice', (text, pointers) => {
    expect(pointersIn(text)).toEqual(pointers)
  })

  it('finds nothing in what was written from a value, however strange, and everything that is put in twice', () => {
    fc.assert(
      fc.property(fc.json(), fc.string(), (text, name) => {
        expect(pointersIn(text)).toEqual([])
        const key = JSON.stringify(name)
        expect(pointersIn(`{${key}:${text},${key}:${text}}`)).toHaveLength(1)
      }),
    )
  })
})
