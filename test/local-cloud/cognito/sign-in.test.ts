import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CognitoJwtVerifier } from 'aws-jwt-verify'
import type { Jwks } from 'aws-jwt-verify/jwk'
import { describe, expect, it, onTestFinished } from 'vitest'
import { DurableStore } from '../../../local/durable-store.ts'
import { refusal } from '../secrets-manager/served.ts'
import { claimsOf, DAY, MINUTE, Password, SECOND, START, setUp, Username, UserPoolId } from './pool.ts'

const WRONG = 'NotAuthorizedException: Incorrect username or password.'
const EXCEEDED = 'NotAuthorizedException: Password attempts exceeded'
const REVOKED = 'NotAuthorizedException: Access Token has been revoked'
const REFRESH_REVOKED = 'NotAuthorizedException: Refresh Token has been revoked'

describe('sign-in by password', () => {
  it('gives tokens for the address in any letter case and for the sub', async () => {
    const { confirmed, signIn } = await setUp()
    const sub = await confirmed()
    for (const name of [Username, 'ADA@example.com', sub]) {
      const tokens = await signIn(Password, 'discreet', name)
      expect(tokens).toMatchObject({ ExpiresIn: 900, TokenType: 'Bearer' })
      expect(claimsOf(tokens.AccessToken).sub).toBe(sub)
    }
  })

  it('refuses a wrong password, an unconfirmed user, and says the latter only to who knows the password', async () => {
    const { signUp, signIn } = await setUp()
    await signUp()
    expect(await refusal(signIn('Wrong-1843!'))).toBe(WRONG)
    expect(await refusal(signIn())).toBe('UserNotConfirmedException: User is not confirmed.')
  })

  it('answers a discreet client about nobody as about a wrong password', async () => {
    const { confirmed, signIn } = await setUp()
    await confirmed()
    expect(await refusal(signIn('Wrong-1843!'))).toBe(WRONG)
    expect(await refusal(signIn(Password, 'discreet', 'nobody@example.com'))).toBe(WRONG)
    expect(await refusal(signIn(Password, 'talkative', 'nobody@example.com'))).toBe(
      'UserNotFoundException: User does not exist.',
    )
  })

  it('refuses a disabled user until enabled again', async () => {
    const { cognito, confirmed, signIn } = await setUp()
    await confirmed()
    await cognito.adminDisableUser({ UserPoolId, Username })
    expect(await refusal(signIn())).toBe('NotAuthorizedException: User is disabled.')
    expect(await refusal(signIn('Wrong-1843!'))).toBe(WRONG)
    expect(await refusal(signIn('Wrong-1843!', 'talkative'))).toBe('NotAuthorizedException: User is disabled.')
    await cognito.adminEnableUser({ UserPoolId, Username })
    await signIn()
  })

  it('refuses a flow that the client does not have, and a missing parameter', async () => {
    const { cognito, signIn } = await setUp()
    expect(await refusal(signIn(Password, 'refresh-only'))).toBe(
      'InvalidParameterException: USER_PASSWORD_AUTH flow not enabled for this client',
    )
    const AuthParameters = { USERNAME: Username }
    const init = cognito.initiateAuth({ ClientId: 'discreet', AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters })
    expect(await refusal(init)).toBe('InvalidParameterException: Missing required parameter PASSWORD')
  })

  it.each([Username, 'nobody@example.com'])(
    'locks %s for 1, 2, 4 … seconds from the fifth failure on',
    async (name) => {
      const { clock, confirmed, signIn } = await setUp()
      await confirmed()
      const wrong = () => refusal(signIn('Wrong-1843!', 'discreet', name))
      for (let failures = 1; failures <= 4; failures++) expect(await wrong()).toBe(WRONG)
      for (const lockoutSeconds of [1, 2, 4, 8]) {
        expect(await wrong()).toBe(WRONG)
        const lockedAt = clock.now()
        await clock.moveTo(lockedAt + lockoutSeconds * SECOND - 1)
        expect(await wrong()).toBe(EXCEEDED)
        expect(await refusal(signIn(Password, 'discreet', name))).toBe(EXCEEDED)
        await clock.moveTo(lockedAt + lockoutSeconds * SECOND)
      }
    },
  )

  it('locks for 15 minutes at most, and forgets all failures after as long without an attempt', async () => {
    const { clock, confirmed, signIn } = await setUp()
    await confirmed()
    for (let failures = 1; failures <= 20; failures++) {
      expect(await refusal(signIn('Wrong-1843!'))).toBe(WRONG)
      await clock.moveTo(clock.now() + 15 * MINUTE - 1)
      if (failures < 15) continue
      expect(await refusal(signIn())).toBe(EXCEEDED)
      await clock.moveTo(clock.now() + 1)
    }
    await clock.moveTo(clock.now() + 15 * MINUTE)
    for (let failures = 1; failures <= 4; failures++) expect(await refusal(signIn('Wrong-1843!'))).toBe(WRONG)
    await signIn()
  })

  it('tries no more than five of many guesses made at once', async () => {
    const { confirmed, signIn } = await setUp()
    await confirmed()
    const guesses = await Promise.all(Array.from({ length: 12 }, (_, n) => refusal(signIn(`Wrong-1843!${n}`))))
    expect(guesses.filter((guess) => guess === WRONG)).toHaveLength(5)
    expect(guesses.filter((guess) => guess === EXCEEDED)).toHaveLength(7)
  })

  it('starts counting anew after a success', async () => {
    const { confirmed, signIn } = await setUp()
    await confirmed()
    for (let round = 0; round < 3; round++) {
      for (let failures = 1; failures <= 4; failures++) expect(await refusal(signIn('Wrong-1843!'))).toBe(WRONG)
      await signIn()
    }
  })
})

describe('tokens', () => {
  async function verifier(url: string, tokenUse: 'access' | 'id') {
    const verify = CognitoJwtVerifier.create({ userPoolId: UserPoolId, tokenUse, clientId: 'discreet' })
    const answer = await fetch(`${url}/${UserPoolId}/.well-known/jwks.json`)
    verify.cacheJwks((await answer.json()) as Jwks)
    return verify
  }

  it('pass the verifier that applications use, with the claims of the service', async () => {
    const { url, cognito, confirmed, signIn } = await setUp({ now: Date.now() })
    const sub = await confirmed()
    await cognito.adminAddUserToGroup({ UserPoolId, Username, GroupName: 'admin' })
    const { AccessToken, IdToken } = await signIn()
    const access = await (await verifier(url, 'access')).verify(AccessToken)
    expect(access).toMatchObject({
      sub,
      username: sub,
      iss: `https://cognito-idp.us-east-1.amazonaws.com/${UserPoolId}`,
      client_id: 'discreet',
      token_use: 'access',
      scope: 'aws.cognito.signin.user.admin',
      'cognito:groups': ['admin'],
    })
    expect(access.exp - access.iat).toBe(15 * 60)
    expect(access.auth_time).toBe(access.iat)
    const id = await (await verifier(url, 'id')).verify(IdToken)
    expect(id).toMatchObject({
      sub,
      'cognito:username': sub,
      aud: 'discreet',
      token_use: 'id',
      email: Username,
      email_verified: true,
    })
    expect(id.exp - id.iat).toBe(30 * 60)
    expect(id.origin_jti).toBe(access.origin_jti)
    expect(id.jti).not.toBe(access.jti)
  })

  it('do not pass it when a character differs', async () => {
    const { url, confirmed, signIn } = await setUp({ now: Date.now() })
    await confirmed()
    const { AccessToken } = await signIn()
    const [header, claims, signature] = AccessToken.split('.')
    const forged = Buffer.from(JSON.stringify({ ...claimsOf(AccessToken), 'cognito:groups': ['admin'] }))
    const verify = await verifier(url, 'access')
    await expect(verify.verify(`${header}.${forged.toString('base64url')}.${signature}`)).rejects.toThrow(
      'Invalid signature',
    )
    await expect(verify.verify(`${header}.${claims}.${signature}`)).resolves.toBeTruthy()
  })

  it('carry no groups claim for a user without groups', async () => {
    const { confirmed, signIn } = await setUp()
    await confirmed()
    expect(claimsOf((await signIn()).AccessToken)).not.toHaveProperty('cognito:groups')
  })

  it('are signed with the same key after a restart, and refreshed too', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'punctual-cognito-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const first = DurableStore.inFolder(folder, 'cloud')
    const before = await setUp({ store: first, now: Date.now() })
    await before.confirmed()
    const { AccessToken, RefreshToken } = await before.signIn()
    first.close()
    expect(readFileSync(join(folder, 'cloud.sqlite')).includes(Password)).toBe(false)

    const second = DurableStore.inFolder(folder, 'cloud')
    onTestFinished(() => second.close())
    const after = await setUp({ store: second, now: Date.now() })
    await expect((await verifier(after.url, 'access')).verify(AccessToken)).resolves.toBeTruthy()
    expect((await after.refresh(RefreshToken))?.AccessToken).toBeTruthy()
    await after.signIn()
  })

  it('has no key set for an unknown pool', async () => {
    const { url } = await setUp()
    expect((await fetch(`${url}/us-east-1_nothing/.well-known/jwks.json`)).status).toBe(404)
  })
})

describe('refresh', () => {
  it('gives new tokens of the same sign-in with the groups of now, and no new refresh token', async () => {
    const { cognito, clock, confirmed, signIn, refresh } = await setUp()
    await confirmed()
    const first = await signIn()
    await cognito.adminAddUserToGroup({ UserPoolId, Username, GroupName: 'staff' })
    await clock.moveTo(START + 20 * MINUTE)
    const second = await refresh(first.RefreshToken)
    expect(second?.RefreshToken).toBeUndefined()
    const [old, renewed] = [claimsOf(first.AccessToken), claimsOf(second?.AccessToken ?? '')]
    expect(renewed).toMatchObject({ auth_time: old.auth_time, origin_jti: old.origin_jti, 'cognito:groups': ['staff'] })
    expect(renewed.iat - old.iat).toBe(20 * 60)
  })

  it('ends with the validity of the refresh token', async () => {
    const { clock, confirmed, signIn, refresh } = await setUp()
    await confirmed()
    const { RefreshToken } = await signIn()
    await clock.moveTo(START + 30 * DAY - 1)
    await refresh(RefreshToken)
    await clock.moveTo(START + 30 * DAY)
    expect(await refusal(refresh(RefreshToken))).toBe('NotAuthorizedException: Refresh Token has expired')
  })

  it('refuses what is no refresh token of this client', async () => {
    const { confirmed, signIn, refresh } = await setUp()
    await confirmed()
    const { AccessToken, RefreshToken } = await signIn()
    const [username, id] = Buffer.from(RefreshToken, 'base64url').toString().split(' ')
    const guessed = Buffer.from(`${username} ${id} ${'A'.repeat(43)}`).toString('base64url')
    for (const token of ['nonsense', AccessToken, guessed])
      expect(await refusal(refresh(token))).toBe('NotAuthorizedException: Invalid Refresh Token')
    expect(await refusal(refresh(RefreshToken, 'talkative'))).toBe('NotAuthorizedException: Invalid Refresh Token')
    await refresh(RefreshToken)
  })
})

describe('revocation', () => {
  it('ends one sign-in by RevokeToken, and leaves the others', async () => {
    const { cognito, confirmed, signIn, refresh } = await setUp()
    await confirmed()
    const [revoked, other] = [await signIn(), await signIn()]
    for (let times = 0; times < 2; times++)
      await cognito.revokeToken({ ClientId: 'discreet', Token: revoked.RefreshToken })
    expect(await refusal(refresh(revoked.RefreshToken))).toBe(REFRESH_REVOKED)
    expect(await refusal(cognito.getUser({ AccessToken: revoked.AccessToken }))).toBe(REVOKED)
    await refresh(other.RefreshToken)
    await cognito.getUser({ AccessToken: other.AccessToken })
  })

  it.each<[string, (given: Awaited<ReturnType<typeof setUp>>, AccessToken: string) => Promise<unknown>]>([
    ['GlobalSignOut', ({ cognito }, AccessToken) => cognito.globalSignOut({ AccessToken })],
    ['AdminUserGlobalSignOut', ({ cognito }) => cognito.adminUserGlobalSignOut({ UserPoolId, Username })],
  ])('ends all sign-ins of the user by %s, but not the next, nor those of others', async (_, signOut) => {
    const given = await setUp()
    const { cognito, confirmed, signIn, refresh } = given
    await confirmed()
    await confirmed('bob@example.com')
    const [one, two, bobs] = [await signIn(), await signIn(), await signIn(Password, 'discreet', 'bob@example.com')]
    await signOut(given, one.AccessToken)
    for (const { AccessToken, RefreshToken } of [one, two]) {
      expect(await refusal(cognito.getUser({ AccessToken }))).toBe(REVOKED)
      expect(await refusal(cognito.globalSignOut({ AccessToken }))).toBe(REVOKED)
      expect(await refusal(refresh(RefreshToken))).toBe(REFRESH_REVOKED)
    }
    await refresh(bobs.RefreshToken)
    const next = await signIn()
    await cognito.getUser({ AccessToken: next.AccessToken })
    await refresh(next.RefreshToken)
  })

  it('ends all sign-ins of a user who is disabled, for good', async () => {
    const { cognito, confirmed, signIn, refresh } = await setUp()
    await confirmed()
    const { AccessToken, RefreshToken } = await signIn()
    await cognito.adminDisableUser({ UserPoolId, Username })
    await cognito.adminEnableUser({ UserPoolId, Username })
    expect(await refusal(cognito.getUser({ AccessToken }))).toBe(REVOKED)
    expect(await refusal(refresh(RefreshToken))).toBe(REFRESH_REVOKED)
  })

  it('is refused for access tokens, and for clients without it', async () => {
    const { cognito, confirmed, signIn } = await setUp()
    await confirmed()
    const { AccessToken } = await signIn()
    const access = cognito.revokeToken({ ClientId: 'discreet', Token: AccessToken })
    expect(await refusal(access)).toMatch(/^UnsupportedTokenTypeException/)
    const irrevocable = await signIn(Password, 'irrevocable')
    expect(claimsOf(irrevocable.AccessToken)).not.toHaveProperty('origin_jti')
    const revoke = cognito.revokeToken({ ClientId: 'irrevocable', Token: irrevocable.RefreshToken })
    expect(await refusal(revoke)).toMatch(/^UnsupportedOperationException/)
  })
})
