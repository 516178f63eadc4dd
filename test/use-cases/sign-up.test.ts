import { describe, expect, it } from 'vitest'
import { Refusal } from '../../lambdas/domain/refusal.ts'
import { type SignUpDeps, signUp } from '../../lambdas/use-cases/sign-up.ts'
import { memoryLog } from '../support/call-api.ts'

const user = { email: 'ada@example.com', password: 'secret' }

const depsWith = (identity: SignUpDeps['identity']): SignUpDeps => ({
  identity,
  log: memoryLog(),
  newUserId: () => 'made-up',
})

describe('signUp', () => {
  it('answers with the id of a new user, and sends no second code', async () => {
    const deps = depsWith({
      signUp: async () => ({ kind: 'created', userId: 'user-1' }),
      resendCode: () => Promise.reject(new Error('not to be called')),
    })
    expect(await signUp(deps, user)).toEqual({ userId: 'user-1', email: user.email })
  })

  it('answers alike for an address that has got too many codes already', async () => {
    const deps = depsWith({
      signUp: async () => ({ kind: 'exists' }),
      resendCode: () => Promise.reject(new Refusal('too-many-requests', 'wait')),
    })
    expect(await signUp(deps, user)).toEqual({ userId: 'made-up', email: user.email })
  })

  it('does not hide a bug', async () => {
    const deps = depsWith({
      signUp: async () => ({ kind: 'exists' }),
      resendCode: () => Promise.reject(new Error('bug')),
    })
    await expect(signUp(deps, user)).rejects.toThrow('bug')
  })
})
