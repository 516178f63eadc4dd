import { describe, expect, it } from 'vitest'
import { refusal } from '../secrets-manager/served.ts'
import { DAY, HOUR, otherCode, Password, pool, START, setUp, Username, UserPoolId } from './pool.ts'

const MISMATCH = 'CodeMismatchException: Invalid verification code provided, please try again.'
const EXPIRED = 'ExpiredCodeException: Invalid code provided, please request a code again.'
const LIMIT = 'LimitExceededException: Attempt limit exceeded, please try after some time.'
const UNKNOWN = 'UserNotFoundException: Username/client id combination not found.'

describe('SignUp', () => {
  it('makes an unconfirmed user whose username is the sub, and mails six digits', async () => {
    const { cognito, mailbox } = await setUp()
    const UserAttributes = [{ Name: 'name', Value: 'Ada' }]
    const answer = await cognito.signUp({ ClientId: 'discreet', Username, Password, UserAttributes })
    expect(answer).toMatchObject({
      UserConfirmed: false,
      UserSub: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      CodeDeliveryDetails: { Destination: 'a***@e***', DeliveryMedium: 'EMAIL', AttributeName: 'email' },
    })
    expect(mailbox.list()).toMatchObject([
      { to: Username, subject: 'Your verification code', text: expect.stringMatching(/ \d{6}$/) },
    ])
    const user = await cognito.adminGetUser({ UserPoolId, Username })
    expect(user).toMatchObject({ Username: answer.UserSub, UserStatus: 'UNCONFIRMED', Enabled: true })
    expect(user.UserCreateDate?.getTime()).toBe(START)
    expect(Object.fromEntries(user.UserAttributes?.map(({ Name, Value }) => [Name, Value]) ?? [])).toEqual({
      sub: answer.UserSub,
      email: Username,
      email_verified: 'false',
      name: 'Ada',
    })
  })

  it('lets an address sign up once, however it is written', async () => {
    const { cognito, signUp } = await setUp()
    await signUp()
    const again = cognito.signUp({ ClientId: 'discreet', Username: 'ADA@Example.com', Password })
    expect(await refusal(again)).toBe('UsernameExistsException: An account with the given email already exists.')
  })

  it('lets only one of several sign-ups at once have the address', async () => {
    const { cognito } = await setUp()
    const attempts = Array.from({ length: 5 }, () => cognito.signUp({ ClientId: 'discreet', Username, Password }))
    const results = await Promise.allSettled(attempts)
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect((await cognito.listUsers({ UserPoolId })).Users).toHaveLength(1)
  })

  it('tells addresses apart by letter case in a pool that does', async () => {
    const { signUp } = await setUp({ pools: [{ ...pool, caseSensitive: true }] })
    expect(await signUp('Ada@example.com')).not.toBe(await signUp('ada@example.com'))
  })

  it.each([
    ['Short-1', 'Password not long enough'],
    ['analytical-1843', 'Password must have uppercase characters'],
    ['ANALYTICAL-1843', 'Password must have lowercase characters'],
    ['Analytical-Engine', 'Password must have numeric characters'],
    ['Analytical1843', 'Password must have symbol characters'],
  ])('refuses the password %s', async (password, reason) => {
    const { cognito } = await setUp()
    const signUp = cognito.signUp({ ClientId: 'discreet', Username, Password: password })
    expect(await refusal(signUp)).toBe(`InvalidPasswordException: Password did not conform with policy: ${reason}`)
    expect((await cognito.listUsers({ UserPoolId })).Users).toEqual([])
  })

  it.each([
    ['a username that is no address', { Username: 'ada' }, 'InvalidParameterException: Username should be an email.'],
    [
      'a verified address by decree',
      { UserAttributes: [{ Name: 'email_verified', Value: 'true' }] },
      'NotAuthorizedException: A client attempted to write unauthorized attribute',
    ],
    [
      'a claim for an attribute',
      { UserAttributes: [{ Name: 'cognito:groups', Value: 'admin' }] },
      'InvalidParameterException: Attributes did not conform to the schema: cognito:groups: The attribute is not defined in schema.',
    ],
    ['an unknown client', { ClientId: 'nobody' }, 'ResourceNotFoundException: User pool client nobody does not exist.'],
    [
      'no username',
      { Username: undefined },
      "InvalidParameterException: 1 validation error detected: Value at 'username' failed to satisfy constraint: Member must not be null",
    ],
  ])('refuses %s', async (_, change, expected) => {
    const { cognito } = await setUp()
    expect(await refusal(cognito.signUp({ ClientId: 'discreet', Username, Password, ...change }))).toBe(expected)
  })
})

describe('ConfirmSignUp', () => {
  it('confirms user and address with the code, once', async () => {
    const { cognito, lastCode, signUp } = await setUp()
    await signUp()
    const confirm = { ClientId: 'discreet', Username, ConfirmationCode: lastCode() }
    await cognito.confirmSignUp(confirm)
    const user = await cognito.adminGetUser({ UserPoolId, Username })
    expect(user.UserStatus).toBe('CONFIRMED')
    expect(user.UserAttributes).toContainEqual({ Name: 'email_verified', Value: 'true' })
    expect(await refusal(cognito.confirmSignUp(confirm))).toBe(
      'NotAuthorizedException: User cannot be confirmed. Current status is CONFIRMED',
    )
  })

  it('refuses another code, and the right one after 24 hours', async () => {
    const { cognito, clock, lastCode, signUp } = await setUp()
    await signUp()
    const code = lastCode()
    const confirm = (ConfirmationCode: string) =>
      cognito.confirmSignUp({ ClientId: 'discreet', Username, ConfirmationCode })
    expect(await refusal(confirm(otherCode(code)))).toBe(MISMATCH)
    await clock.moveTo(START + DAY)
    expect(await refusal(confirm(code))).toBe(EXPIRED)
    await cognito.resendConfirmationCode({ ClientId: 'discreet', Username })
    await confirm(lastCode())
  })

  it('stops guessing after 15 tries in an hour, even with the right code', async () => {
    const { cognito, clock, lastCode, signUp } = await setUp()
    await signUp()
    const code = lastCode()
    const confirm = (ConfirmationCode: string) =>
      cognito.confirmSignUp({ ClientId: 'discreet', Username, ConfirmationCode })
    for (let tries = 0; tries < 15; tries++) expect(await refusal(confirm(otherCode(code)))).toBe(MISMATCH)
    expect(await refusal(confirm(code))).toBe(LIMIT)
    await clock.moveTo(START + HOUR)
    await confirm(code)
  })

  it.each([
    ['discreet', EXPIRED],
    ['talkative', UNKNOWN],
  ])('answers the %s client about nobody: %s', async (ClientId, expected) => {
    const { cognito } = await setUp()
    const confirm = cognito.confirmSignUp({ ClientId, Username, ConfirmationCode: '123456' })
    expect(await refusal(confirm)).toBe(expected)
  })
})

describe('ResendConfirmationCode', () => {
  it('mails a new code, which replaces the old', async () => {
    const { cognito, mailbox, lastCode, signUp } = await setUp()
    await signUp()
    const first = lastCode()
    do await cognito.resendConfirmationCode({ ClientId: 'discreet', Username })
    while (lastCode() === first)
    expect(mailbox.list(Username).length).toBeGreaterThan(1)
    const old = cognito.confirmSignUp({ ClientId: 'discreet', Username, ConfirmationCode: first })
    expect(await refusal(old)).toBe(MISMATCH)
    await cognito.confirmSignUp({ ClientId: 'discreet', Username, ConfirmationCode: lastCode() })
  })

  it('pretends to mail nobody, and says so to a talkative client', async () => {
    const { cognito, mailbox } = await setUp()
    const answer = await cognito.resendConfirmationCode({ ClientId: 'discreet', Username })
    expect(answer.CodeDeliveryDetails).toMatchObject({ Destination: 'a***@e***' })
    expect(mailbox.list()).toEqual([])
    const talkative = cognito.resendConfirmationCode({ ClientId: 'talkative', Username })
    expect(await refusal(talkative)).toBe(UNKNOWN)
  })

  it('is limited by the hour, for nobody as for somebody', async () => {
    const { cognito, mailbox, signUp } = await setUp()
    await signUp()
    for (const name of [Username, 'nobody@example.com']) {
      const resend = () => cognito.resendConfirmationCode({ ClientId: 'discreet', Username: name })
      for (let times = 0; times < 10; times++) await resend()
      expect(await refusal(resend())).toBe(LIMIT)
    }
    expect(mailbox.list()).toHaveLength(11)
  })

  it('refuses a confirmed user', async () => {
    const { cognito, confirmed } = await setUp()
    await confirmed()
    expect(await refusal(cognito.resendConfirmationCode({ ClientId: 'discreet', Username }))).toBe(
      'InvalidParameterException: User is already confirmed.',
    )
  })
})
