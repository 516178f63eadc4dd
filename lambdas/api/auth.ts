import { noContent, ok } from '../http/answer.ts'
import { type ApiFunctionDeps, apiFunction } from '../http/api-function.ts'
import { authContracts } from '../http/contracts/auth.ts'
import { publicEndpoint, userEndpoint } from '../http/endpoint.ts'
import type { AccountStore } from '../ports/account-store.ts'
import type { IdentityProvider, Session } from '../ports/identity-provider.ts'
import { logIn } from '../use-cases/log-in.ts'
import { logOut } from '../use-cases/log-out.ts'
import { readAccount } from '../use-cases/read-account.ts'
import { refreshSession } from '../use-cases/refresh-session.ts'
import { resendVerification } from '../use-cases/resend-verification.ts'
import { signUp } from '../use-cases/sign-up.ts'
import { verifyAccount } from '../use-cases/verify-account.ts'

export type AuthDeps = ApiFunctionDeps & {
  readonly identity: IdentityProvider
  readonly accounts: AccountStore
  readonly adminEmails: ReadonlySet<string>
  newUserId(): string
}

const sessionAnswer = (session: Session) => ok({ ...session, tokenType: 'Bearer' })

/** Serves `/api/auth`: accounts and their sessions. */
export const authFunction = (deps: AuthDeps) =>
  apiFunction(
    'auth',
    {
      signUp: publicEndpoint(authContracts.signUp, async ({ body }) => ({
        status: 201,
        body: { ...(await signUp(deps, body)), status: 'UNCONFIRMED' },
      })),
      verify: publicEndpoint(authContracts.verify, async ({ body }) => {
        await verifyAccount(deps, body.email, body.code)
        return ok({ status: 'CONFIRMED' })
      }),
      resendVerification: publicEndpoint(authContracts.resendVerification, async ({ body }) => {
        await resendVerification(deps, body.email)
        return { status: 202 }
      }),
      logIn: publicEndpoint(authContracts.logIn, async ({ body }) =>
        sessionAnswer(await logIn(deps, body.email, body.password)),
      ),
      refresh: publicEndpoint(authContracts.refresh, async ({ body }) =>
        sessionAnswer(await refreshSession(deps, body.refreshToken)),
      ),
      logOut: userEndpoint(authContracts.logOut, async (_request, caller) => {
        await logOut(deps, caller)
        return noContent
      }),
      readMe: userEndpoint(authContracts.readMe, async (_request, caller) => ok(await readAccount(deps, caller))),
    },
    deps,
  )
