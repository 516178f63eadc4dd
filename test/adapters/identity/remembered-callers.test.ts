import { describe, expect, it } from 'vitest'
import { rememberedCallers } from '../../../lambdas/adapters/identity/remembered-callers.ts'

const START = 1_800_000_000_000

const vouched = (tenant: string, expiresAt = START + 900_000) => ({
  caller: { kind: 'user', tenant, username: tenant, role: 'USER', session: { id: 's', startedAt: START } } as const,
  expiresAt,
})

describe('remembered callers', () => {
  it('are found by their own token, and by no other', () => {
    const known = rememberedCallers(() => START)
    known.add('token-a', vouched('a'))
    known.add('token-b', vouched('b'))
    expect(known.find('token-a')).toEqual(vouched('a').caller)
    expect(known.find('token-b')).toEqual(vouched('b').caller)
    for (const other of ['', 'token-', 'token-a ', 'TOKEN-A', 'token-ab']) expect(known.find(other)).toBeUndefined()
  })

  it('are nobody once their token has expired', () => {
    let now = START
    const known = rememberedCallers(() => now)
    known.add('token', vouched('a', START + 1000))
    now = START + 1000
    expect(known.find('token')).toMatchObject({ tenant: 'a' })
    now = START + 1001
    expect(known.find('token')).toBeUndefined()
  })

  it('are nobody when their token never said when it ends', () => {
    const known = rememberedCallers(() => START)
    known.add('token', vouched('a', Number.NaN))
    expect(known.find('token')).toBeUndefined()
  })

  it('are not more than there is room for: the first is forgotten first', () => {
    const known = rememberedCallers(() => START, 3)
    for (const name of ['a', 'b', 'c', 'd']) known.add(name, vouched(name))
    expect(['a', 'b', 'c', 'd'].filter((name) => known.find(name))).toEqual(['b', 'c', 'd'])
    known.add('d', vouched('d'))
    expect(['b', 'c', 'd'].filter((name) => known.find(name))).toEqual(['b', 'c', 'd'])
  })
})
