import type { IdentityProvider } from '../../ports/identity-provider.ts'
import { changePassword, forgotPassword, resetPassword } from './cognito-passwords.ts'
import type { CognitoPool } from './cognito-pool.ts'
import { confirm, resendCode, signUp } from './cognito-registration.ts'
import { logIn, refresh } from './cognito-sessions.ts'
import { isActive, logOut, makeAdmin, readProfile, rename } from './cognito-users.ts'

/** Users of a Cognito user pool whose user names are e-mail addresses. */
export const cognitoIdentityProvider = (pool: CognitoPool): IdentityProvider => ({
  signUp: (user) => signUp(pool, user),
  resendCode: (email) => resendCode(pool, email),
  confirm: (email, code) => confirm(pool, email, code),
  makeAdmin: (email) => makeAdmin(pool, email),
  logIn: (email, password) => logIn(pool, email, password),
  refresh: (refreshToken) => refresh(pool, refreshToken),
  logOut: (accessToken) => logOut(pool, accessToken),
  forgotPassword: (email) => forgotPassword(pool, email),
  resetPassword: (email, code, newPassword) => resetPassword(pool, email, code, newPassword),
  changePassword: (accessToken, currentPassword, newPassword) =>
    changePassword(pool, accessToken, currentPassword, newPassword),
  rename: (accessToken, name) => rename(pool, accessToken, name),
  readProfile: (username) => readProfile(pool, username),
  isActive: (username) => isActive(pool, username),
})
