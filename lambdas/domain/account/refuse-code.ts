import { Refusal } from '../refusal.ts'

/** The same words for a wrong or expired code, an unknown address and a confirmed account: none of them shows. */
export const refuseCode = (cause?: unknown): Refusal =>
  new Refusal(
    'invalid-code',
    'This code does not confirm this address, or no longer. If the account is confirmed already, log in; otherwise ask for a new code.',
    { cause },
  )
