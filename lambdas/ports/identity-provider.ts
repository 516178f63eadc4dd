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
  /**
   * Mails a new code to an unconfirmed account; does nothing for any other address.
   * @throws Refusal `too-many-requests` or `unavailable`, which may tell that there is an account.
   */
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
  /**
   * Mails a code for a new password to a confirmed account; does nothing for any other address.
   * @throws Refusal `too-many-requests` or `unavailable`, which may tell that there is an account.
   */
  forgotPassword(email: string): Promise<void>
  /**
   * Sets a new password by the code that was mailed for it, and revokes every refresh token of the user.
   * @throws Refusal `invalid-code`, for expired codes and for addresses without an account as well; `validation` at
   * `/newPassword` when it is too weak.
   */
  resetPassword(email: string, code: string, newPassword: string): Promise<void>
  /**
   * Sets a new password in exchange for the current one.
   * @throws Refusal `validation` at `/currentPassword` when it is wrong and at `/newPassword` when that is too weak;
   * `unauthenticated` when the access token is revoked.
   */
  changePassword(accessToken: string, currentPassword: string, newPassword: string): Promise<void>
  /**
   * @param name null for none.
   * @throws Refusal `unauthenticated` when the access token is revoked.
   */
  rename(accessToken: string, name: string | null): Promise<void>
  /** @returns undefined when the user is gone. */
  readProfile(username: string): Promise<Profile | undefined>
  /** Whether the user exists and is not disabled. */
  isActive(username: string): Promise<boolean>
}
