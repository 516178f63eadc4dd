import { expect, it } from 'vitest'
import { bearerVerifier } from '../../../lambdas/adapters/identity/bearer-verifier.ts'

it.each([
  ['pk_anything', 'keys'],
  ['eyJhbGciOiJSUzI1NiJ9.e30.x', 'accessTokens'],
  ['PK_anything', 'accessTokens'],
  ['', 'accessTokens'],
])('has %j verified by %s', async (token, expected) => {
  const asked: string[] = []
  const verifier = (name: string) => ({
    async verify(seen: string) {
      asked.push(`${name} ${seen}`)
      return undefined
    },
  })
  await bearerVerifier({ accessTokens: verifier('accessTokens'), keys: verifier('keys') }).verify(token)
  expect(asked).toEqual([`${expected} ${token}`])
})
