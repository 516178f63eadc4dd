import { describe, expect, it } from 'vitest'
import { refusal } from '../secrets-manager/served.ts'
import { claimsOf, MINUTE, Password, pool, START, setUp, Username, UserPoolId } from './pool.ts'

const values = (list: readonly { Name?: string | undefined; Value?: string | undefined }[] = []) =>
  Object.fromEntries(list.map(({ Name, Value }) => [Name, Value]))

describe('a user with an access token', () => {
  it('reads and changes attributes', async () => {
    const { cognito, confirmed, signIn } = await setUp()
    const sub = await confirmed()
    const { AccessToken } = await signIn()
    await cognito.updateUserAttributes({ AccessToken, UserAttributes: [{ Name: 'name', Value: 'Ada Lovelace' }] })
    const user = await cognito.getUser({ AccessToken })
    expect(user.Username).toBe(sub)
    expect(values(user.UserAttributes)).toEqual({ sub, email: Username, email_verified: 'true', name: 'Ada Lovelace' })
    expect(claimsOf((await signIn()).IdToken).name).toBe('Ada Lovelace')
  })

  it('moves to another address, which is unverified until the mailed code comes back', async () => {
    const { cognito, lastCode, confirmed, signIn } = await setUp()
    await confirmed()
    const { AccessToken } = await signIn()
    const UserAttributes = [{ Name: 'email', Value: 'countess@example.com' }]
    const answer = await cognito.updateUserAttributes({ AccessToken, UserAttributes })
    expect(answer.CodeDeliveryDetailsList).toMatchObject([{ Destination: 'c***@e***', AttributeName: 'email' }])
    expect(values((await cognito.getUser({ AccessToken })).UserAttributes).email_verified).toBe('false')
    const Code = lastCode('countess@example.com')
    await cognito.verifyUserAttribute({ AccessToken, AttributeName: 'email', Code })
    expect(values((await cognito.getUser({ AccessToken })).UserAttributes).email_verified).toBe('true')
    await signIn(Password, 'discreet', 'countess@example.com')
    expect(await refusal(signIn())).toBe('NotAuthorizedException: Incorrect username or password.')
  })

  it.each([
    [
      'the address of another',
      'email',
      'BOB@example.com',
      /^AliasExistsException: An account with the given email already exists\.$/,
    ],
    ['what is no address', 'email', 'ada', /^InvalidParameterException: Invalid email address format\.$/],
    ['the sub', 'sub', '1', /^InvalidParameterException: .*non-mutable/],
    ['that the address is verified', 'email_verified', 'true', /^NotAuthorizedException: A client attempted/],
  ])('may not take %s', async (_, Name, Value, expected) => {
    const { cognito, confirmed, signIn } = await setUp()
    await confirmed('bob@example.com')
    await confirmed()
    const { AccessToken } = await signIn()
    const before = await cognito.getUser({ AccessToken })
    expect(await refusal(cognito.updateUserAttributes({ AccessToken, UserAttributes: [{ Name, Value }] }))).toMatch(
      expected,
    )
    expect((await cognito.getUser({ AccessToken })).UserAttributes).toEqual(before.UserAttributes)
  })

  it('is nobody without a good access token', async () => {
    const { cognito, clock, confirmed, signIn } = await setUp()
    await confirmed()
    const { AccessToken, IdToken } = await signIn()
    const [header, , signature] = AccessToken.split('.')
    const later = Buffer.from(JSON.stringify({ ...claimsOf(AccessToken), exp: 9_999_999_999 })).toString('base64url')
    const invalid = 'NotAuthorizedException: Invalid Access Token'
    for (const token of ['nonsense', 'a.b.c', IdToken, `${header}.${later}.${signature}`])
      expect(await refusal(cognito.getUser({ AccessToken: token }))).toBe(invalid)
    await clock.moveTo(START + 15 * MINUTE - 1)
    await cognito.getUser({ AccessToken })
    await clock.moveTo(START + 15 * MINUTE)
    expect(await refusal(cognito.getUser({ AccessToken }))).toBe('NotAuthorizedException: Access Token has expired')
  })

  it('is not found once deleted, and the address is free again', async () => {
    const { cognito, confirmed, signIn, refresh } = await setUp()
    await confirmed()
    const { AccessToken, RefreshToken } = await signIn()
    await cognito.adminDeleteUser({ UserPoolId, Username })
    expect(await refusal(cognito.getUser({ AccessToken }))).toBe('UserNotFoundException: User does not exist.')
    expect(await refusal(refresh(RefreshToken))).toBe('NotAuthorizedException: Invalid Refresh Token')
    expect(await refusal(signIn())).toBe('NotAuthorizedException: Incorrect username or password.')
    await confirmed()
    await signIn()
  })
})

describe('an administrator', () => {
  it('puts users into groups and takes them out', async () => {
    const { cognito, confirmed, signIn } = await setUp()
    await confirmed()
    await confirmed('bob@example.com')
    for (const GroupName of ['staff', 'admin', 'admin'])
      await cognito.adminAddUserToGroup({ UserPoolId, Username, GroupName })
    const groups = async () =>
      (await cognito.adminListGroupsForUser({ UserPoolId, Username })).Groups?.map(({ GroupName }) => GroupName)
    expect(await groups()).toEqual(['admin', 'staff'])
    expect(claimsOf((await signIn()).IdToken)['cognito:groups']).toEqual(['admin', 'staff'])
    const members = await cognito.listUsersInGroup({ UserPoolId, GroupName: 'admin' })
    expect(members.Users?.map(({ Attributes }) => values(Attributes).email)).toEqual([Username])
    await cognito.adminRemoveUserFromGroup({ UserPoolId, Username, GroupName: 'admin' })
    expect(await groups()).toEqual(['staff'])
  })

  it('confirms a user without a code; the address stays unverified', async () => {
    const { cognito, signUp, signIn } = await setUp()
    await signUp()
    await cognito.adminConfirmSignUp({ UserPoolId, Username })
    await signIn()
    expect(values((await cognito.adminGetUser({ UserPoolId, Username })).UserAttributes).email_verified).toBe('false')
    const UserAttributes = [{ Name: 'email_verified', Value: 'true' }]
    await cognito.adminUpdateUserAttributes({ UserPoolId, Username, UserAttributes })
    expect(values((await cognito.adminGetUser({ UserPoolId, Username })).UserAttributes).email_verified).toBe('true')
  })

  it('lists users page by page, in order of sign-up', async () => {
    const { cognito, clock, signUp } = await setUp()
    const emails = ['e', 'd', 'c', 'b', 'a'].map((name) => `${name}@example.com`)
    for (const email of emails) {
      await clock.moveTo(clock.now() + 1)
      await signUp(email)
    }
    const listed: (string | undefined)[] = []
    let PaginationToken: string | undefined
    do {
      const page = await cognito.listUsers({ UserPoolId, Limit: 2, ...(PaginationToken ? { PaginationToken } : {}) })
      listed.push(...(page.Users ?? []).map(({ Attributes }) => values(Attributes).email))
      PaginationToken = page.PaginationToken
    } while (PaginationToken)
    expect(listed).toEqual(emails)
    expect(await refusal(cognito.listUsers({ UserPoolId, PaginationToken: 'x' }))).toMatch(/^InvalidParameterException/)
  })

  it.each([
    ['email = "ada@example.com"', ['ada@example.com']],
    ['email ^= "a"', ['ada@example.com', 'alan@example.com']],
    ['"cognito:user_status" = "CONFIRMED"', ['ada@example.com']],
    ['status = "Disabled"', ['alan@example.com']],
    ['name = "nobody"', []],
  ])('finds users by %s', async (Filter, found) => {
    const { cognito, confirmed, signUp } = await setUp()
    await confirmed('ada@example.com')
    await signUp('alan@example.com')
    await cognito.adminDisableUser({ UserPoolId, Username: 'alan@example.com' })
    await signUp('grace@example.com')
    const { Users = [] } = await cognito.listUsers({ UserPoolId, Filter, AttributesToGet: ['email'] })
    expect(Users.flatMap(({ Attributes = [] }) => Attributes.map(({ Value }) => Value)).sort()).toEqual(found)
  })

  it.each<[string, Record<string, string>, string]>([
    [
      'an unknown user',
      { Username: 'nobody@example.com', GroupName: 'admin' },
      'UserNotFoundException: User does not exist.',
    ],
    ['an unknown group', { GroupName: 'kings' }, 'ResourceNotFoundException: Group not found.'],
    [
      'an unknown pool',
      { UserPoolId: 'us-east-1_other', GroupName: 'admin' },
      'ResourceNotFoundException: User pool us-east-1_other does not exist.',
    ],
  ])('is refused %s', async (_, change, expected) => {
    const { cognito, confirmed } = await setUp()
    await confirmed()
    const input = { UserPoolId, Username, GroupName: 'admin', ...change }
    expect(await refusal(cognito.adminAddUserToGroup(input))).toBe(expected)
  })

  it('is refused a filter that is none', async () => {
    const { cognito } = await setUp()
    expect(await refusal(cognito.listUsers({ UserPoolId, Filter: 'email ~ x' }))).toBe(
      'InvalidParameterException: Error while parsing filter.',
    )
  })

  it('sees the pool as the template describes it', async () => {
    const { cognito, signUp } = await setUp()
    await signUp()
    const { UserPool } = await cognito.describeUserPool({ UserPoolId })
    expect(UserPool).toMatchObject({
      Id: pool.id,
      EstimatedNumberOfUsers: 1,
      UsernameAttributes: ['email'],
      AutoVerifiedAttributes: ['email'],
      Policies: { PasswordPolicy: { MinimumLength: 10, RequireSymbols: true } },
    })
  })
})

describe('pools', () => {
  it('keep their users apart', async () => {
    const other = {
      ...pool,
      id: 'us-east-1_Zz9Yy8Xx7',
      clients: pool.clients.map((client) => ({ ...client, id: `other-${client.id}` })),
    }
    const { cognito, confirmed, signIn } = await setUp({ pools: [pool, other] })
    await confirmed()
    expect(await refusal(signIn(Password, 'other-discreet'))).toMatch(/^NotAuthorizedException/)
    await cognito.signUp({ ClientId: 'other-discreet', Username, Password: 'Different-1843' })
    await cognito.adminConfirmSignUp({ UserPoolId: other.id, Username })
    const { AccessToken } = await signIn('Different-1843', 'other-discreet')
    expect(claimsOf(AccessToken).iss).toBe(`https://cognito-idp.us-east-1.amazonaws.com/${other.id}`)
    await cognito.adminDeleteUser({ UserPoolId: other.id, Username })
    await signIn()
  })
})
