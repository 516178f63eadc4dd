import { AdminDisableUserCommand, SignUpCommand } from '@aws-sdk/client-cognito-identity-provider'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { cognitoIdentityProvider } from '../../../lambdas/adapters/identity/cognito-identity-provider.ts'
import { cognitoOwnerDirectory } from '../../../lambdas/adapters/identity/cognito-owner-directory.ts'
import { type StartedUserPool, startUserPool } from '../../support/user-pool.ts'

let pool: StartedUserPool
beforeAll(async () => {
  pool = await startUserPool()
})
afterAll(() => pool.stop())

const signUp = async (email: string): Promise<string> => {
  const input = {
    ClientId: pool.clientId,
    Username: email,
    Password: 'Correct-horse-9',
    UserAttributes: [{ Name: 'email', Value: email }],
  }
  return (await pool.client.send(new SignUpCommand(input))).UserSub ?? ''
}

it('knows the verified address of an owner, and none of anybody else', async () => {
  const owners = cognitoOwnerDirectory(pool.userPoolId, pool.client)
  const tenant = await signUp('ada@example.com')
  expect(await owners.emailOf(tenant)).toBeUndefined()
  await cognitoIdentityProvider(pool).confirm('ada@example.com', pool.codeFor('ada@example.com'))
  expect(await owners.emailOf(tenant)).toBe('ada@example.com')
  await pool.client.send(new AdminDisableUserCommand({ UserPoolId: pool.userPoolId, Username: 'ada@example.com' }))
  expect(await owners.emailOf(tenant)).toBeUndefined()
  expect(await owners.emailOf('00000000-0000-0000-0000-000000000000')).toBeUndefined()
})
