import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { onTestFinished } from 'vitest'
import { ManualClock } from '../../../local/clock.ts'
import { LocalCognito } from '../../../local/cognito/cognito.ts'
import type { UserPoolClientDefinition, UserPoolDefinition } from '../../../local/cognito/user-pools.ts'
import { DurableStore } from '../../../local/durable-store.ts'
import { Mailbox } from '../../../local/mail/mailbox.ts'
import { sdkConfiguration, served } from '../secrets-manager/served.ts'

export const START = Date.UTC(2026, 10, 21, 12)
export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

export const UserPoolId = 'us-east-1_Ab1Cd2Ef3'
export const Username = 'ada@example.com'
export const Password = 'Analytical-1843'

const client: UserPoolClientDefinition = {
  id: 'discreet',
  authFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  accessTokenMinutes: 15,
  idTokenMinutes: 30,
  refreshTokenDays: 30,
  preventUserExistenceErrors: true,
  revocation: true,
}

/** A pool whose clients differ in one thing each. */
export const pool: UserPoolDefinition = {
  id: UserPoolId,
  passwordPolicy: {
    minimumLength: 10,
    requireLowercase: true,
    requireUppercase: true,
    requireNumbers: true,
    requireSymbols: true,
  },
  autoVerified: ['email'],
  clients: [
    client,
    { ...client, id: 'talkative', preventUserExistenceErrors: false },
    { ...client, id: 'irrevocable', revocation: false },
    { ...client, id: 'refresh-only', authFlows: ['ALLOW_REFRESH_TOKEN_AUTH'] },
  ],
  groups: ['admin', 'staff'],
}

export type Given = {
  readonly store?: DurableStore
  readonly pools?: readonly UserPoolDefinition[]
  readonly now?: number
}

/** The service, an SDK client of it, and short names for what most tests do. */
export async function setUp({ store = new DurableStore(':memory:'), pools = [pool], now = START }: Given = {}) {
  const clock = new ManualClock(now)
  const mailbox = new Mailbox({ store, clock })
  const url = await served(new LocalCognito({ pools, store, clock, mailbox, region: 'us-east-1' }))
  const cognito = new CognitoIdentityProvider(sdkConfiguration(url))
  onTestFinished(() => cognito.destroy())

  const lastCode = (to = Username) => /\b\d{6}\b/.exec(mailbox.list(to)[0]?.text ?? '')?.[0] ?? ''
  const signUp = async (email = Username) =>
    (await cognito.signUp({ ClientId: 'discreet', Username: email, Password })).UserSub ?? ''
  const confirmed = async (email = Username) => {
    const sub = await signUp(email)
    await cognito.confirmSignUp({ ClientId: 'discreet', Username: email, ConfirmationCode: lastCode(email) })
    return sub
  }
  const signIn = async (password = Password, ClientId = 'discreet', USERNAME = Username) => {
    const AuthParameters = { USERNAME, PASSWORD: password }
    const answer = await cognito.initiateAuth({ ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters })
    const {
      AccessToken = '',
      IdToken = '',
      RefreshToken = '',
      ExpiresIn,
      TokenType,
    } = answer.AuthenticationResult ?? {}
    return { AccessToken, IdToken, RefreshToken, ExpiresIn, TokenType }
  }
  const refresh = async (REFRESH_TOKEN: string, ClientId = 'discreet') => {
    const AuthParameters = { REFRESH_TOKEN }
    return (await cognito.initiateAuth({ ClientId, AuthFlow: 'REFRESH_TOKEN_AUTH', AuthParameters }))
      .AuthenticationResult
  }
  return { url, clock, mailbox, cognito, lastCode, signUp, confirmed, signIn, refresh }
}

/** Another six digits than these. */
export const otherCode = (code: string) => (code === '000000' ? '000001' : '000000')

export const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
