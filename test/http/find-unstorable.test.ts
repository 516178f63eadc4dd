import { describe, expect, it } from 'vitest'
import { findUnstorable } from '../../lambdas/http/find-unstorable.ts'

const pointersIn = (json: string) => findUnstorable(JSON.parse(json)).map(({ pointer }) => pointer)

describe('what cannot be stored', () => {
  it.each([
    ['{"name":"\\ud800"}', ['/name']],
    ['{"a":[1,{"b":"\\udfff"}]}', ['/a/1/b']],
    ['{"headers":{"__proto__":"x"}}', ['/headers/__proto__']],
    ['{"headers":{"constructor":"x"}}', ['/headers/constructor']],
    ['{"a~/b":{"prototype":1}}', ['/a~0~1b/prototype']],
    ['{"\\ud800":1}', ['/\ufffd']],
  ])('%s is found', (json, pointers) => {
    expect(pointersIn(json)).toEqual(pointers)
  })

  it.each(['{"name":"😀 пароль"}', '{"toString":"x","valueOf":"y"}', '[]', 'null', '"x"'])('%s is fine', (json) => {
    expect(pointersIn(json)).toEqual([])
  })

  it('is what is nested without end, found without ending the stack', () => {
    expect(findUnstorable(JSON.parse(`${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}`))).toHaveLength(1)
    expect(pointersIn(`${'['.repeat(30)}${']'.repeat(30)}`)).toEqual([])
  })
})
