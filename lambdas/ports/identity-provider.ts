/** What a client holds after it has logged in. */
export type Session = {
  readonly accessToken: string
  readonly idToken: string
  readonly refreshToken: string
  /** Lifetime of the access token, in seconds. */
  readonly expiresIn: number
}

/** Who a user is, as the identity provider knows them. */
export type Profile = {
  readonly userId: string
  readonly email: string
  readonly name: string | null
  /** ISO 8601. */
  readonly createdAt: string
}

/**
 * Keeps users and their passwords. Every call may refuse with `too-many-requests`; no answer tells whether an address
 * has an account but where it says so.
 */
export interface IdentityProvider {
  /**
   * Makes an unconfirmed account and mails it a code.
   * @throws Refusal `validation` at `/password` when the password is too weak.
   */
  signUp(user: {
    readonly email: string
    readonly password: string
    readonly name?: string | undefined
  }): Promise<{ readonly kind: 'created'; readonly userId: string } | { readonly kind: 'exists' }>
  /** Mails a new code to an unconfirmed account; does nothing for any other address. */
  resendCode(email: string): Promise<void>
  /**
   * Confirms an account by its code.
   * @throws Refusal `invalid-code`, for expired codes and for addresses without an account as well.
   */
  confirm(email: string, code: string): Promise<'confirmed' | 'confirmed-before'>
  /** Makes the account of this address an admin. Repeating it changes nothing. */
  makeAdmin(email: string): Promise<void>
  /** @throws Refusal `invalid-credentials`, `account-not-confirmed` or `forbidden`. */
  logIn(email: string, password: string): Promise<Session>
  /** @throws Refusal `unauthenticated` when the refresh token is wrong, expired or revoked. */
  refresh(refreshToken: string): Promise<Session>
  /** Revokes every refresh token of the user. Repeating it changes nothing. */
  logOut(accessToken: string): Promise<void>
  /** @returns undefined when the user is gone. */
  readProfile(username: string): Promise<Profile | undefined>
}
