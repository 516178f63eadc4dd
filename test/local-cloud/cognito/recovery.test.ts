import { describe, expect, it } from 'vitest'
import { refusal } from '../secrets-manager/served.ts'
import { HOUR, otherCode, Password, START, setUp, Username, UserPoolId } from './pool.ts'

const NEW = 'Difference-1822'
const MISMATCH = 'CodeMismatchException: Invalid verification code provided, please try again.'
const EXPIRED = 'ExpiredCodeException: Invalid code provided, please request a code again.'
const UNKNOWN = 'UserNotFoundException: Username/client id combination not found.'
const LIMIT = 'LimitExceededException: Attempt limit exceeded, please try after some time.'

async function setUpRecovery() {
  const given = await setUp()
  const { cognito } = given
  const forgot = (ClientId = 'discreet', name = Username) => cognito.forgotPassword({ ClientId, Username: name })
  const reset = (ConfirmationCode: string, password = NEW, ClientId = 'discreet', name = Username) =>
    cognito.confirmForgotPassword({ ClientId, Username: name, ConfirmationCode, Password: password })
  return { ...given, forgot, reset }
}

describe('recovery', () => {
  it('sets a new password with a mailed code, once', async () => {
    const { confirmed, forgot, reset, lastCode, signIn } = await setUpRecovery()
    await confirmed()
    expect((await forgot()).CodeDeliveryDetails).toMatchObject({ Destination: 'a***@e***', DeliveryMedium: 'EMAIL' })
    const code = lastCode()
    await reset(code)
    expect(await refusal(signIn())).toBe('NotAuthorizedException: Incorrect username or password.')
    await signIn(NEW)
    expect(await refusal(reset(code))).toBe(EXPIRED)
  })

  it('takes a code only once of two resets at the same time', async () => {
    const { confirmed, forgot, reset, lastCode } = await setUpRecovery()
    await confirmed()
    await forgot()
    const results = await Promise.allSettled([reset(lastCode()), reset(lastCode(), 'Another-1822')])
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  it('refuses a wrong code, a weak password without using up the code, and the code after an hour', async () => {
    const { clock, confirmed, forgot, reset, lastCode } = await setUpRecovery()
    await confirmed()
    await forgot()
    const code = lastCode()
    expect(await refusal(reset(otherCode(code)))).toBe(MISMATCH)
    expect(await refusal(reset(code, 'weak'))).toBe(
      'InvalidPasswordException: Password did not conform with policy: Password not long enough',
    )
    await clock.moveTo(START + HOUR - 1)
    await reset(code)
    await forgot()
    await clock.moveTo(START + 2 * HOUR)
    expect(await refusal(reset(lastCode()))).toBe(EXPIRED)
  })

  it('does not take a code that was sent for something else', async () => {
    const { signUp, reset, lastCode } = await setUpRecovery()
    await signUp()
    expect(await refusal(reset(lastCode()))).toBe(EXPIRED)
  })

  it('lifts a lockout', async () => {
    const { confirmed, forgot, reset, lastCode, signIn } = await setUpRecovery()
    await confirmed()
    for (let failures = 1; failures <= 5; failures++) await refusal(signIn('Wrong-1843!'))
    expect(await refusal(signIn())).toBe('NotAuthorizedException: Password attempts exceeded')
    await forgot()
    await reset(lastCode())
    await signIn(NEW)
  })

  it('is limited by the hour: codes sent, and codes tried', async () => {
    const { confirmed, forgot, reset, lastCode } = await setUpRecovery()
    await confirmed()
    for (let times = 0; times < 10; times++) await forgot()
    expect(await refusal(forgot())).toBe(LIMIT)
    const code = lastCode()
    for (let times = 0; times < 15; times++) expect(await refusal(reset(otherCode(code)))).toBe(MISMATCH)
    expect(await refusal(reset(code))).toBe(LIMIT)
  })

  it('answers a discreet client alike for nobody, an unverified address and a disabled user, and mails none', async () => {
    const { cognito, mailbox, confirmed, signUp, forgot, reset } = await setUpRecovery()
    await confirmed('disabled@example.com')
    await cognito.adminDisableUser({ UserPoolId, Username: 'disabled@example.com' })
    await signUp('unverified@example.com')
    const mails = mailbox.list().length
    for (const name of ['nobody@example.com', 'disabled@example.com', 'unverified@example.com'])
      expect((await forgot('discreet', name)).CodeDeliveryDetails?.Destination).toBe(`${name.slice(0, 1)}***@e***`)
    expect(mailbox.list()).toHaveLength(mails)
    expect(await refusal(reset('123456', NEW, 'discreet', 'nobody@example.com'))).toBe(MISMATCH)
    expect(await refusal(reset('123456', NEW, 'discreet', 'disabled@example.com'))).toBe(MISMATCH)
  })

  it('tells a talkative client what is wrong', async () => {
    const { cognito, confirmed, signUp, forgot, reset } = await setUpRecovery()
    await confirmed('disabled@example.com')
    await cognito.adminDisableUser({ UserPoolId, Username: 'disabled@example.com' })
    await signUp('unverified@example.com')
    expect(await refusal(forgot('talkative', 'nobody@example.com'))).toBe(UNKNOWN)
    expect(await refusal(reset('123456', NEW, 'talkative', 'nobody@example.com'))).toBe(UNKNOWN)
    expect(await refusal(forgot('talkative', 'disabled@example.com'))).toBe('NotAuthorizedException: User is disabled.')
    expect(await refusal(forgot('talkative', 'unverified@example.com'))).toBe(
      'InvalidParameterException: Cannot reset password for the user as there is no registered/verified email or phone_number',
    )
  })
})

describe('ChangePassword', () => {
  it('needs the previous password and keeps to the policy', async () => {
    const { cognito, confirmed, signIn } = await setUp()
    await confirmed()
    const { AccessToken } = await signIn()
    const change = (PreviousPassword: string, ProposedPassword: string) =>
      cognito.changePassword({ AccessToken, PreviousPassword, ProposedPassword })
    expect(await refusal(change('Wrong-1843!', NEW))).toBe('NotAuthorizedException: Incorrect username or password.')
    expect(await refusal(change(Password, 'weak'))).toMatch(/^InvalidPasswordException/)
    await change(Password, NEW)
    await signIn(NEW)
    expect(await refusal(signIn())).toMatch(/^NotAuthorizedException/)
  })

  it('stops after five wrong tries in an hour', async () => {
    const { cognito, clock, confirmed, signIn } = await setUp()
    await confirmed()
    const change = async (PreviousPassword: string) =>
      cognito.changePassword({ ...(await signIn()), PreviousPassword, ProposedPassword: NEW })
    for (let times = 0; times < 5; times++)
      expect(await refusal(change('Wrong-1843!'))).toMatch(/^NotAuthorizedException/)
    expect(await refusal(change(Password))).toBe(LIMIT)
    await clock.moveTo(START + HOUR)
    await change(Password)
  })
})
