import * as z from 'zod'
import { NOT_PLAIN, PLAIN_LINE } from '../plain-text.ts'

/**
 * The address is the user name, in lower case. It has at most 128 characters because a user name has (Amazon Cognito
 * API Reference, "SignUp"), and only ASCII ones.
 */
export const Email = z
  .email()
  .max(128)
  .toLowerCase()
  .meta({ examples: ['ada@example.com'] })

/** What Cognito takes as a password (API Reference, "SignUp"); how strong it must be, the pool's policy says. */
export const Password = z
  .string()
  .min(1)
  .max(256)
  .regex(/^(\S(.*\S)?)?$/s, 'must not begin or end with white space')

/** The name that a person goes by. */
export const PersonName = z
  .string()
  .min(1)
  .max(128)
  .regex(PLAIN_LINE, NOT_PLAIN)
  .meta({ examples: ['Ada Lovelace'] })

/** The one-time code from the mail. */
export const OneTimeCode = z
  .string()
  .regex(/^\d{6}$/, 'must be the six digits from the mail')
  .meta({ minLength: 6, maxLength: 6, examples: ['123456'] })
