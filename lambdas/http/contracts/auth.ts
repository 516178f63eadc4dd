import * as z from 'zod'
import { Email, OneTimeCode, Password, PersonName } from '../../domain/account/credentials.ts'
import { Plan } from '../../domain/account/plan.ts'
import { bare, type ContractsOf } from '../contract.ts'

const Session = z
  .strictObject({
    accessToken: z.string().meta({ description: 'The credential of every other call: `Authorization: Bearer …`.' }),
    idToken: z.string(),
    refreshToken: z.string(),
    expiresIn: z.int().meta({ description: 'Lifetime of the access token, in seconds.', examples: [900] }),
    tokenType: z.literal('Bearer'),
  })
  .meta({ id: 'Session' })

export const Account = z
  .strictObject({
    userId: z.string(),
    email: z.string(),
    name: z.string().nullable(),
    plan: Plan,
    role: z.enum(['USER', 'ADMIN']),
    createdAt: z.iso.datetime(),
    usage: z.strictObject({
      jobs: z.int(),
      jobLimit: z.int(),
      activeJobs: z.int(),
      runsPerDay: z.int().meta({
        description: 'Planned runs of all active jobs, each counted by the busiest day of its schedule.',
      }),
      runsPerDayLimit: z.int(),
    }),
  })
  .meta({ id: 'Account' })

/** Longest refresh token that is looked at; Cognito's are about 1,800 characters long. */
const LONGEST_REFRESH_TOKEN = 8192

/** A password to be, strong enough for the pool's policy. */
const NewPassword = Password.meta({ examples: ['correct horse Battery 1'] })

export const authContracts = {
  signUp: {
    ...bare,
    summary: 'Make an account',
    description:
      'Mails a one-time code to the address; `verify` takes it. The answer is the same for an address that already has an account.',
    body: z.strictObject({
      email: Email,
      password: NewPassword,
      name: PersonName.optional(),
    }),
    answers: {
      201: {
        description: 'The account waits for its code.',
        schema: z.strictObject({ userId: z.string(), email: z.string(), status: z.literal('UNCONFIRMED') }),
      },
    },
  },
  verify: {
    ...bare,
    summary: 'Confirm an account by its code',
    body: z.strictObject({ email: Email, code: OneTimeCode }),
    answers: {
      200: { description: 'The account can log in.', schema: z.strictObject({ status: z.literal('CONFIRMED') }) },
    },
  },
  resendVerification: {
    ...bare,
    summary: 'Mail a new code',
    description: 'Answers the same whether or not the address has an account that waits for a code.',
    body: z.strictObject({ email: Email }),
    answers: { 202: { description: 'A code is on its way if the account needs one.' } },
  },
  logIn: {
    ...bare,
    summary: 'Log in',
    body: z.strictObject({ email: Email, password: Password }),
    answers: { 200: { description: 'The tokens of a new session.', schema: Session } },
  },
  refresh: {
    ...bare,
    summary: 'Renew a session',
    body: z.strictObject({ refreshToken: z.string().min(1).max(LONGEST_REFRESH_TOKEN) }),
    answers: { 200: { description: 'New tokens; the refresh token may be the same.', schema: Session } },
  },
  logOut: {
    ...bare,
    summary: 'Log out everywhere',
    description: 'Revokes the refresh tokens of every session, and their access tokens open nothing here any more.',
    answers: { 204: { description: 'All sessions are ended.' } },
  },
  forgotPassword: {
    ...bare,
    summary: 'Ask for a new password',
    description: 'Mails a one-time code, good for an hour. Answers the same whether or not the address has an account.',
    body: z.strictObject({ email: Email }),
    answers: { 202: { description: 'A code is on its way if the address has a confirmed account.' } },
  },
  resetPassword: {
    ...bare,
    summary: 'Set a new password by a code',
    description: 'Takes the code that `forgotPassword` has mailed. Ends every session; API keys stay.',
    body: z.strictObject({ email: Email, code: OneTimeCode, newPassword: NewPassword }),
    answers: { 204: { description: 'The new password is set.' } },
  },
  readMe: {
    ...bare,
    summary: 'Read the own account',
    answers: { 200: { description: 'The account of the token.', schema: Account } },
  },
  updateProfile: {
    ...bare,
    summary: 'Change the own profile',
    body: z.strictObject({ name: PersonName.nullable().meta({ description: '`null` for none.' }) }),
    answers: { 200: { description: 'The account as it now is.', schema: Account } },
  },
  changePassword: {
    ...bare,
    summary: 'Change the own password',
    description: 'Sessions go on; `logOut` ends them all.',
    body: z.strictObject({ currentPassword: Password, newPassword: NewPassword }),
    answers: { 204: { description: 'The new password is set.' } },
  },
} as const satisfies ContractsOf<'auth'>
