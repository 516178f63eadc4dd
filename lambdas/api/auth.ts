import type { Attempt } from '../domain/account/attempt-limits.ts'
import { type Answer, noContent, ok } from '../http/answer.ts'
import { type ApiFunctionDeps, apiFunction } from '../http/api-function.ts'
import type { Contract } from '../http/contract.ts'
import { authContracts } from '../http/contracts/auth.ts'
import { accountEndpoint, publicEndpoint } from '../http/endpoint.ts'
import type { AccountStore } from '../ports/account-store.ts'
import type { IdentityProvider, Session } from '../ports/identity-provider.ts'
import type { SessionEnds } from '../ports/session-ends.ts'
import { type AdmitAttemptDeps, admitAttempt } from '../use-cases/admit-attempt.ts'
import { changePassword } from '../use-cases/change-password.ts'
import { forgotPassword } from '../use-cases/forgot-password.ts'
import { logIn } from '../use-cases/log-in.ts'
import { logOut } from '../use-cases/log-out.ts'
import { readAccount } from '../use-cases/read-account.ts'
import { refreshSession } from '../use-cases/refresh-session.ts'
import { resendVerification } from '../use-cases/resend-verification.ts'
import { resetPassword } from '../use-cases/reset-password.ts'
import { signUp } from '../use-cases/sign-up.ts'
import { updateProfile } from '../use-cases/update-profile.ts'
import { verifyAccount } from '../use-cases/verify-account.ts'

export type AuthDeps = ApiFunctionDeps &
  AdmitAttemptDeps & {
    readonly identity: IdentityProvider
    readonly accounts: AccountStore
    readonly sessions: SessionEnds
    readonly adminEmails: ReadonlySet<string>
    newUserId(): string
  }

const accepted: Answer = { status: 202 }

const sessionAnswer = (session: Session) => ok({ ...session, tokenType: 'Bearer' })

/** Endpoints that anyone may call and that could be used to guess or to flood: none is without its limit. */
function guardedEndpoints(deps: AuthDeps) {
  const guarded = <Body extends { readonly email: string }>(
    attempt: Attempt,
    contract: Contract<unknown, unknown, Body>,
    handle: (body: Body) => Promise<Answer>,
  ) =>
    publicEndpoint(contract, ({ body, sourceIp }) =>
      admitAttempt(deps, attempt, { email: body.email, sourceIp }, () => handle(body)),
    )
  return {
    signUp: guarded('signUp', authContracts.signUp, async (body) => ({
      status: 201,
      body: { ...(await signUp(deps, body)), status: 'UNCONFIRMED' },
    })),
    verify: guarded('verify', authContracts.verify, async ({ email, code }) => {
      await verifyAccount(deps, email, code)
      return ok({ status: 'CONFIRMED' })
    }),
    resendVerification: guarded('resendVerification', authContracts.resendVerification, async ({ email }) => {
      await resendVerification(deps, email)
      return accepted
    }),
    logIn: guarded('logIn', authContracts.logIn, async ({ email, password }) =>
      sessionAnswer(await logIn(deps, email, password)),
    ),
    forgotPassword: guarded('forgotPassword', authContracts.forgotPassword, async ({ email }) => {
      await forgotPassword(deps, email)
      return accepted
    }),
    resetPassword: guarded('resetPassword', authContracts.resetPassword, async (body) => {
      await resetPassword(deps, body)
      return noContent
    }),
  }
}

/** Serves `/api/auth`: accounts and their sessions. */
export const authFunction = (deps: AuthDeps) =>
  apiFunction(
    'auth',
    {
      ...guardedEndpoints(deps),
      refresh: publicEndpoint(authContracts.refresh, async ({ body }) =>
        sessionAnswer(await refreshSession(deps, body.refreshToken)),
      ),
      logOut: accountEndpoint(authContracts.logOut, async (_request, caller) => {
        await logOut(deps, caller)
        return noContent
      }),
      readMe: accountEndpoint(authContracts.readMe, async (_request, caller) => ok(await readAccount(deps, caller))),
      updateProfile: accountEndpoint(authContracts.updateProfile, async ({ body }, caller) =>
        ok(await updateProfile(deps, caller, body)),
      ),
      changePassword: accountEndpoint(authContracts.changePassword, async ({ body }, caller) => {
        await changePassword(deps, caller, body)
        return noContent
      }),
    },
    deps,
  )
