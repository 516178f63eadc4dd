import { randomInt } from 'node:crypto'
import { z } from 'zod'
import type { Clock } from '../clock.ts'
import type { DurableStore } from '../durable-store.ts'
import type { Mailbox } from '../mail/mailbox.ts'
import { RecordMap } from '../record-map.ts'
import { WireError } from '../wire-service.ts'
import type { UserPoolDefinition } from './user-pools.ts'
import { emailOf, type UserRecord } from './user-record.ts'

const HOUR_MS = 3_600_000

/** What a code is good for, how long, and how the mail says it. Validity: Developer Guide, "Signing up and confirming". */
const PURPOSES = {
  'sign-up': { validMs: 24 * HOUR_MS, subject: 'Your verification code', text: 'Your confirmation code is' },
  email: { validMs: 24 * HOUR_MS, subject: 'Your verification code', text: 'Your verification code is' },
  recovery: { validMs: HOUR_MS, subject: 'Your verification code', text: 'Your password reset code is' },
} as const
export type CodePurpose = keyof typeof PURPOSES

const StoredCode = z.object({ code: z.string(), expiresAtMs: z.number() })

type Options = { readonly store: DurableStore; readonly clock: Clock; readonly mailbox: Mailbox }

/** Six digits by mail, good once, for one purpose; a new one replaces the old. */
export class OneTimeCodes {
  readonly #codes: RecordMap<z.infer<typeof StoredCode>>
  readonly #clock: Clock
  readonly #mailbox: Mailbox

  constructor({ store, clock, mailbox }: Options) {
    this.#codes = new RecordMap(store, 'cognito_codes', StoredCode)
    this.#clock = clock
    this.#mailbox = mailbox
  }

  send(pool: UserPoolDefinition, user: UserRecord, purpose: CodePurpose): void {
    const code = String(randomInt(1_000_000)).padStart(6, '0')
    const { validMs, subject, text } = PURPOSES[purpose]
    this.#codes.set(codeKey(pool, user, purpose), { code, expiresAtMs: this.#clock.now() + validMs })
    this.#mailbox.deliver({ to: emailOf(user), subject, text: `${text} ${code}` })
  }

  /** Throws CodeMismatchException for another code and ExpiredCodeException where none is waiting. */
  check(pool: UserPoolDefinition, user: UserRecord, purpose: CodePurpose, code: string): void {
    const stored = this.#codes.get(codeKey(pool, user, purpose))
    if (!stored || stored.expiresAtMs <= this.#clock.now()) throw expiredCode()
    if (stored.code !== code) throw codeMismatch()
  }

  /** Uses the code up. */
  remove(pool: UserPoolDefinition, user: UserRecord, purpose: CodePurpose): void {
    this.#codes.delete(codeKey(pool, user, purpose))
  }

  removeAll(pool: UserPoolDefinition, user: UserRecord): void {
    this.remove(pool, user, 'sign-up')
    this.remove(pool, user, 'email')
    this.remove(pool, user, 'recovery')
  }
}

const codeKey = (pool: UserPoolDefinition, user: UserRecord, purpose: CodePurpose) =>
  `${pool.id}/${user.username}/${purpose}`

export const expiredCode = () =>
  new WireError('ExpiredCodeException', 'Invalid code provided, please request a code again.')

export const codeMismatch = () =>
  new WireError('CodeMismatchException', 'Invalid verification code provided, please try again.')

/** Where a code went, as answers say it: `a***@e***`. */
export const deliveryDetails = (email: string) => ({
  Destination: email
    .split('@')
    .map((part) => `${part.slice(0, 1)}***`)
    .join('@'),
  DeliveryMedium: 'EMAIL',
  AttributeName: 'email',
})
