import { expect, it } from 'vitest'
import type { ApiKey } from '../../lambdas/domain/account/api-key.ts'
import { revokeAllKeys } from '../../lambdas/use-cases/revoke-all-keys.ts'

const key = (index: number): ApiKey => ({
  id: String(index).padStart(3, '0'),
  tenant: 'ada',
  username: 'ada-user',
  name: 'Deploy',
  scopes: ['read'],
  prefix: 'pk_AAAAAA',
  createdAt: '2027-01-31T08:00:00.000Z',
  expiresAt: null,
  lastUsedAt: null,
})

it.each([0, 1, 25, 26, 100])('revokes all of %i keys', async (count) => {
  let left = Array.from({ length: count }, (_, index) => key(index))
  await revokeAllKeys(
    {
      keys: {
        page: async (_tenant, { limit }) => ({ keys: left.slice(0, limit), more: left.length > limit }),
        async remove(tenant, id) {
          left = left.filter((each) => each.id !== id || each.tenant !== tenant)
          return true
        },
      },
    },
    'ada',
  )
  expect(left).toEqual([])
})
