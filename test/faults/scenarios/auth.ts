import { isAdmin } from '../real-api.ts'
import type { RealGround } from '../real-ground.ts'
import { calling, unless } from './calling.ts'
import { byKey } from './keys.ts'
import type { Scenario } from './scenario.ts'
import { NEXT_PASSWORD, newEmail, newSession, newSignUp, newUser, PASSWORD } from './users.ts'

const emailOfUser: Scenario['prepare'] = async (_simulation, ground) => (await newUser(ground)).email
const tokenOfUser: Scenario['prepare'] = async (_simulation, ground) => (await newSession(ground)).accessToken

const opens = async (ground: RealGround, email: string, password: string): Promise<boolean> => {
  const session = await ground
    .apiServices()
    .identity.logIn(email, password)
    .catch(() => undefined)
  return session !== undefined
}

/** A code works once: who has to give it again, because the answer was lost, is told that it does not work. */
const CODE_USED = 400

/** Codes that have been mailed, by address: they stay the newest while they are used. */
const codes = new Map<string, string>()

/** What the function of accounts does. */
export const auth: readonly Scenario[] = [
  calling('signUp', {
    prepare: async () => newEmail(),
    call: (email) => ({ body: { email, password: PASSWORD } }),
    answers: [201],
    judge: async ({ ground, subject }) => {
      await ground.apiServices().identity.confirm(subject, ground.pool.codeFor(subject))
      return unless({ 'the account opens': await opens(ground, subject, PASSWORD) })
    },
  }),
  ...['user', 'admin'].map((role) =>
    calling('verify', {
      when: `of ${role === 'admin' ? 'an admin' : 'a user'}`,
      async prepare(_simulation, ground) {
        const email = await newSignUp(ground, newEmail(role))
        codes.set(email, ground.pool.codeFor(email))
        return email
      },
      call: (email) => ({ body: { email, code: codes.get(email) } }),
      answers: [200, CODE_USED],
      judge: async ({ ground, subject }) => {
        const { identity, accessTokens } = ground.apiServices()
        const { accessToken } = await identity.logIn(subject, PASSWORD)
        const caller = await accessTokens.verify(accessToken)
        return unless({
          'the role is right': caller?.kind === 'user' && caller.role === (isAdmin(subject) ? 'ADMIN' : 'USER'),
        })
      },
    }),
  ),
  calling('resendVerification', {
    prepare: (_simulation, ground) => newSignUp(ground),
    call: (email) => ({ body: { email } }),
    answers: [202],
  }),
  calling('logIn', {
    prepare: emailOfUser,
    call: (email) => ({ body: { email, password: PASSWORD } }),
    answers: [200],
  }),
  calling('refresh', {
    prepare: async (_simulation, ground) => (await newSession(ground)).refreshToken,
    call: (refreshToken) => ({ body: { refreshToken } }),
    answers: [200],
  }),
  calling('logOut', {
    prepare: tokenOfUser,
    call: (token) => ({ token }),
    answers: [204],
    // Who is out is out.
    again: [204, 401],
    judge: async ({ isDone, last }) => unless({ 'the session has ended': !isDone || last.status === 401 }),
  }),
  calling('forgotPassword', {
    prepare: emailOfUser,
    call: (email) => ({ body: { email } }),
    answers: [202],
  }),
  calling('resetPassword', {
    async prepare(_simulation, ground) {
      const { email } = await newUser(ground)
      await ground.apiServices().identity.forgotPassword(email)
      codes.set(email, ground.pool.codeFor(email))
      return email
    },
    call: (email) => ({ body: { email, code: codes.get(email), newPassword: NEXT_PASSWORD } }),
    answers: [204, CODE_USED],
    judge: async ({ ground, subject }) =>
      unless({ 'the new password opens the account': await opens(ground, subject, NEXT_PASSWORD) }),
  }),
  calling('readMe', { prepare: tokenOfUser, call: (token) => ({ token }), answers: [200] }),
  calling('updateProfile', {
    prepare: tokenOfUser,
    call: (token) => ({ token, body: { name: 'Ada' } }),
    answers: [200],
    judge: async ({ last }) => unless({ 'the name is the new one': last.body.name === 'Ada' }),
  }),
  calling('changePassword', {
    prepare: tokenOfUser,
    call: (token) => ({ token, body: { currentPassword: PASSWORD, newPassword: NEXT_PASSWORD } }),
    // Repeated, the old password is not the current one any more.
    answers: [204, 400],
    judge: async ({ ground, subject }) => {
      const caller = await ground.apiServices().accessTokens.verify(subject)
      const email = caller?.kind === 'user' ? caller.username : ''
      return unless({ 'the new password opens the account': await opens(ground, email, NEXT_PASSWORD) })
    },
  }),
  byKey('readMe', {}, [403]),
]
