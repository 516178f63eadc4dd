import { beforeEach, describe, expect, it } from 'vitest'
import { refuseCode } from '../../lambdas/domain/account/refuse-code.ts'
import { type VerifyAccountDeps, verifyAccount } from '../../lambdas/use-cases/verify-account.ts'

const admin = 'admin@example.com'

describe('verifyAccount', () => {
  let admins: string[]
  let outcome: () => Promise<'confirmed' | 'confirmed-before'>
  let deps: VerifyAccountDeps
  beforeEach(() => {
    admins = []
    outcome = async () => 'confirmed'
    deps = {
      adminEmails: new Set([admin]),
      identity: { confirm: () => outcome(), makeAdmin: async (email) => void admins.push(email) },
    }
  })

  it('makes an admin of an address from the list once it is confirmed', async () => {
    await verifyAccount(deps, admin, '123456')
    expect(admins).toEqual([admin])
  })

  it('makes an admin of nobody else', async () => {
    await verifyAccount(deps, 'ada@example.com', '123456')
    expect(admins).toEqual([])
  })

  it('makes no admin by a wrong code', async () => {
    outcome = () => Promise.reject(refuseCode('confirm'))
    await expect(verifyAccount(deps, admin, '000000')).rejects.toMatchObject({ code: 'invalid-code' })
    expect(admins).toEqual([])
  })

  it('makes up for an admin who was confirmed, but not made an admin then', async () => {
    outcome = async () => 'confirmed-before'
    await expect(verifyAccount(deps, admin, '123456')).rejects.toMatchObject({ code: 'invalid-code' })
    expect(admins).toEqual([admin])
  })
})
