import { Refusal } from '../refusal.ts'

/** What a one-time code was for, and what to do when it does not do it. */
const WORDS = {
  confirm:
    'This code does not confirm this address, or no longer. If the account is confirmed already, log in; otherwise ask for a new code.',
  reset: 'This code does not let the password of this address be reset, or no longer. Ask for a new code.',
} as const

/** The same words for a wrong or expired code, an unknown address and an account that needs no code: none of them shows. */
export const refuseCode = (purpose: keyof typeof WORDS, cause?: unknown): Refusal =>
  new Refusal('invalid-code', WORDS[purpose], { cause })
