import type { Scope } from './api-key.ts'
import type { SessionOrigin } from './session-end.ts'

/** A person who has logged in. */
export type UserCaller = {
  readonly kind: 'user'
  /** The owner of everything this caller may see: the Cognito `sub`. */
  readonly tenant: string
  readonly username: string
  readonly role: 'USER' | 'ADMIN'
  /** The verified token itself, for calls that Cognito authorizes by it. */
  readonly accessToken: string
  /** The session that the token is of. */
  readonly session?: SessionOrigin
}

/** A machine that acts for a tenant, as far as the scopes of its key go; never as an admin. */
export type KeyCaller = {
  readonly kind: 'key'
  readonly tenant: string
  readonly keyId: string
  readonly scopes: readonly Scope[]
}

/** Who makes a request, as proven by the verified credential and by nothing else. */
export type Caller = UserCaller | KeyCaller
