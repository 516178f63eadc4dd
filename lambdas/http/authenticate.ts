import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import type { Caller, KeyCaller, UserCaller } from '../domain/account/caller.ts'
import { isEnded } from '../domain/account/session-end.ts'
import { Refusal } from '../domain/refusal.ts'
import type { SessionEnds } from '../ports/session-ends.ts'
import type { TokenVerifier } from '../ports/token-verifier.ts'
import type { RouteScope } from './routes.ts'

/** The bearer credential of a request, unverified. */
export const bearerOf = (event: APIGatewayProxyEventV2): string | undefined =>
  /^Bearer ([\w.~+/=-]+)$/i.exec(event.headers.authorization ?? '')?.[1]

/** Finds out who makes a request, by its bearer credential alone; undefined when nobody vouches for it. */
export async function findCaller(event: APIGatewayProxyEventV2, tokens: TokenVerifier): Promise<Caller | undefined> {
  const token = bearerOf(event)
  return token === undefined ? undefined : tokens.verify(token)
}

/** Whether a caller's session goes on. It is asked each time: who logs out is out. */
export async function isLive(caller: Caller, sessions: Pick<SessionEnds, 'find'>): Promise<boolean> {
  if (caller.kind !== 'user' || caller.session === undefined) return true
  const end = await sessions.find(caller.tenant)
  return end === undefined || !isEnded(caller.session, end)
}

/** @throws Refusal `unauthenticated` when there is no caller. */
export function requireCaller(caller: Caller | undefined): Caller {
  if (caller) return caller
  throw new Refusal(
    'unauthenticated',
    'Send "Authorization: Bearer <access token or API key>" with one that is still valid.',
  )
}

/**
 * Lets people through, and keys that have the scope.
 * @throws Refusal `forbidden`, naming the scope that is missing.
 */
export function requireScope(caller: Caller, scope: RouteScope): void {
  if (caller.kind === 'user' || caller.scopes.some((granted) => granted === scope)) return
  throw new Refusal('forbidden', `This needs an API key with the scope "${scope}"; this one has ${named(caller)}.`)
}

/**
 * Lets only people through whose token says that they are admins; no key ever is one.
 * @throws Refusal `forbidden`
 */
export function requireAdmin(caller: Caller): UserCaller {
  if (caller.kind === 'user' && caller.role === 'ADMIN') return caller
  throw refuseNonAdmin()
}

export const refuseNonAdmin = (): Refusal =>
  new Refusal('forbidden', 'This is for admins only; API keys are none, whoever made them.')

const named = ({ scopes }: KeyCaller): string => scopes.map((scope) => `"${scope}"`).join(' and ')

/**
 * Lets only people through: a key that could make keys or change the password could outlive its own revocation.
 * @throws Refusal `forbidden`
 */
export function requireUser(caller: Caller): UserCaller {
  if (caller.kind === 'user') return caller
  throw new Refusal('forbidden', 'API keys can manage neither accounts nor keys; log in and use the access token.')
}
