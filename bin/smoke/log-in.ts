import { z } from 'zod'
import type { ApiAnswer, ApiClient } from '../local/api-client.ts'

export type SmokeAccount = {
  readonly email: string
  readonly password: string
  /** Gets the one-time code that was mailed to the address. */
  readonly readCode: () => Promise<string>
}

const Session = z.object({ accessToken: z.string() })
const Problem = z.object({ type: z.string() })

/** Logs in, and makes the account before that when there is none. @throws Error when neither works */
export async function logIn(api: ApiClient, account: SmokeAccount, say: (line: string) => void): Promise<void> {
  const { email, password } = account
  const first = await api.call('POST', '/api/auth/login', { email, password })
  if (first.status === 200) return api.authorize(Session.parse(first.body).accessToken)
  if (isProblem(first, 'account-not-confirmed')) await api.mustCall('POST', '/api/auth/resend-verification', { email })
  else if (isProblem(first, 'invalid-credentials')) await signUp(api, account, say)
  else throw new Error(`POST /api/auth/login answered ${first.status}: ${JSON.stringify(first.body)}`)
  await confirm(api, account)
  const session = await api.mustCall('POST', '/api/auth/login', { email, password })
  api.authorize(Session.parse(session).accessToken)
}

async function signUp(api: ApiClient, { email, password }: SmokeAccount, say: (line: string) => void): Promise<void> {
  await api.mustCall('POST', '/api/auth/signup', { email, password, name: 'Smoke test' })
  say(`ok  sign up: ${email}`)
}

async function confirm(api: ApiClient, { email, readCode }: SmokeAccount): Promise<void> {
  const { status, body } = await api.call('POST', '/api/auth/verify', { email, code: await readCode() })
  if (status === 200) return
  throw new Error(
    `The code does not confirm ${email}. If the address has an account already, give its password in PUNCTUAL_PASSWORD. (${JSON.stringify(body)})`,
  )
}

function isProblem({ body }: ApiAnswer, kind: string): boolean {
  const problem = Problem.safeParse(body)
  return problem.success && problem.data.type.endsWith(`/${kind}`)
}
