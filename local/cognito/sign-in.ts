import { z } from 'zod'
import { operation } from '../json-rpc.ts'
import { WireError } from '../wire-service.ts'
import { attemptsOf, type CognitoParts, srpFor } from './parts.ts'
import { isPassword } from './passwords.ts'
import { ClientId } from './sign-up.ts'
import { SrpSignIn } from './srp-sign-in.ts'
import type { PoolAndClient } from './user-pools.ts'
import type { UserRecord } from './user-record.ts'

const Parameters = z.record(z.string(), z.string()).default({})

const InitiateAuthInput = z.object({
  ClientId,
  AuthFlow: z.enum([
    'USER_PASSWORD_AUTH',
    'USER_SRP_AUTH',
    'REFRESH_TOKEN_AUTH',
    'REFRESH_TOKEN',
    'CUSTOM_AUTH',
    'USER_AUTH',
  ]),
  AuthParameters: Parameters,
})
const RespondToAuthChallengeInput = z.object({
  ClientId,
  ChallengeName: z.string().min(1),
  ChallengeResponses: Parameters,
})
const RevokeTokenInput = z.object({ ClientId, Token: z.string().min(1) })

/** Tokens for credentials, new tokens for a refresh token, and the end of both. */
export function signInOperations(parts: CognitoParts) {
  const srp = new SrpSignIn(parts)
  return {
    InitiateAuth: operation(InitiateAuthInput, (input) => initiateAuth(parts, srp, input)),
    RespondToAuthChallenge: operation(RespondToAuthChallengeInput, async (input) => {
      const through = parts.pools.ofClient(input.ClientId)
      if (input.ChallengeName !== 'PASSWORD_VERIFIER')
        throw new WireError('InvalidParameterException', `There is no challenge ${input.ChallengeName} here`)
      return signedIn(parts, through, srp.finish(through, required(input.ChallengeResponses)))
    }),
    RevokeToken: operation(RevokeTokenInput, (input) => revokeToken(parts, input)),
  }
}

function initiateAuth(parts: CognitoParts, srp: SrpSignIn, input: z.infer<typeof InitiateAuthInput>) {
  const through = parts.pools.ofClient(input.ClientId)
  const parameter = required(input.AuthParameters)
  switch (input.AuthFlow) {
    case 'USER_PASSWORD_AUTH':
      checkFlow(through, 'USER_PASSWORD_AUTH')
      return passwordSignIn(parts, through, parameter('USERNAME'), parameter('PASSWORD'))
    case 'USER_SRP_AUTH':
      checkFlow(through, 'USER_SRP_AUTH')
      return srp.begin(through, parameter('USERNAME'), parameter('SRP_A'))
    case 'REFRESH_TOKEN_AUTH':
    case 'REFRESH_TOKEN':
      checkFlow(through, 'REFRESH_TOKEN_AUTH')
      return refresh(parts, through, parameter('REFRESH_TOKEN'))
    default:
      throw new WireError('InvalidParameterException', `${input.AuthFlow} flow not enabled for this client`)
  }
}

function checkFlow({ client }: PoolAndClient, flow: string): void {
  if (!client.authFlows.includes(`ALLOW_${flow}`) && !client.authFlows.includes(flow))
    throw new WireError('InvalidParameterException', `${flow} flow not enabled for this client`)
}

const required =
  (parameters: Readonly<Record<string, string>>) =>
  (name: string): string => {
    const value = parameters[name]
    if (!value) throw new WireError('InvalidParameterException', `Missing required parameter ${name}`)
    return value
  }

async function passwordSignIn(parts: CognitoParts, through: PoolAndClient, login: string, password: string) {
  const { limits, users } = parts
  const { pool, client } = through
  const user = users.find(pool, login)
  const who = attemptsOf(pool, user, login)
  limits.checkSignIn(who)
  if (!client.preventUserExistenceErrors) checkEnabled(users.get(pool, login))
  const isRight = await isPassword(password, user?.password)
  limits.checkSignIn(who)
  if (!user || !isRight) {
    limits.signInFailed(who)
    throw new WireError('NotAuthorizedException', 'Incorrect username or password.')
  }
  limits.signInSucceeded(who)
  if (!user.srp) {
    const srp = srpFor(pool, user.username, password)
    if (srp.srp) users.update(pool, user.username, () => srp)
  }
  return signedIn(parts, through, user)
}

function checkEnabled(user: UserRecord): void {
  if (!user.enabled) throw new WireError('NotAuthorizedException', 'User is disabled.')
}

/** The answer to right credentials. Throws for a user who may not sign in all the same. */
async function signedIn({ users, sessions, tokens }: CognitoParts, through: PoolAndClient, { username }: UserRecord) {
  const user = users.get(through.pool, username)
  checkEnabled(user)
  if (user.status !== 'CONFIRMED') throw new WireError('UserNotConfirmedException', 'User is not confirmed.')
  const { session, refreshToken } = sessions.begin(through, user)
  const issued = await tokens.issue(through, user, session)
  return { ChallengeParameters: {}, AuthenticationResult: { ...issued, RefreshToken: refreshToken } }
}

async function refresh({ users, sessions, tokens }: CognitoParts, through: PoolAndClient, token: string) {
  const session = sessions.checkAlive(sessions.ofRefreshToken(through, token))
  const user = users.get(through.pool, session.username)
  checkEnabled(user)
  return { ChallengeParameters: {}, AuthenticationResult: await tokens.issue(through, user, session) }
}

/** A token that is unknown or revoked already is revoked as far as its holder can tell (RFC 7009, section 2.2). */
function revokeToken({ pools, sessions }: CognitoParts, { ClientId, Token }: z.infer<typeof RevokeTokenInput>): void {
  const through = pools.ofClient(ClientId)
  if (!through.client.revocation)
    throw new WireError('UnsupportedOperationException', 'Token revocation is not enabled for this client')
  if (Token.includes('.')) throw new WireError('UnsupportedTokenTypeException', 'Unsupported token type')
  const session = sessions.ofRefreshToken(through, Token)
  if (session) sessions.revoke(through.pool, session)
}
