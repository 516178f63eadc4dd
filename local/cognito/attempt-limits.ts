import type { Clock } from '../clock.ts'
import { WireError } from '../wire-service.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** The failed sign-in that brings the first lockout, of a second. */
const FIRST_LOCKOUT_AT = 5
const LONGEST_LOCKOUT_MS = 15 * MINUTE_MS
const FORGET_AFTER_MS = 15 * MINUTE_MS

/** Names remembered before those past their hour are cleared away. */
const TIDY_AT = 10_000

type SignInFailures = { readonly count: number; readonly lockedUntilMs: number }

/** What is limited by the hour, and how often it may happen (Cognito quotas; where they give a range, one within it). */
const PER_HOUR = { 'send code': 10, 'try code': 15, 'change password': 5 } as const

/**
 * Guards against guessing, by user or, where there is no such user, by the name that was tried: names of users and others
 * must not differ here. Kept in memory; a restart starts afresh.
 */
export class AttemptLimits {
  readonly #clock: Clock
  readonly #signIns = new Map<string, SignInFailures>()
  readonly #hourly = new Map<string, { readonly startMs: number; readonly count: number }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Throws NotAuthorizedException "Password attempts exceeded" during a lockout. */
  checkSignIn(who: string): void {
    if (this.#clock.now() < (this.#signIns.get(who)?.lockedUntilMs ?? 0))
      throw new WireError('NotAuthorizedException', 'Password attempts exceeded')
  }

  /**
   * The n-th failure locks for 2^(n-5) seconds from the fifth on, at most 15 minutes; 15 minutes without a failure after
   * that forget all of them (Developer Guide, "Lockout behavior for failed sign-in attempts").
   */
  signInFailed(who: string): void {
    const now = this.#clock.now()
    const before = this.#signIns.get(who)
    const count = (before && now - before.lockedUntilMs < FORGET_AFTER_MS ? before.count : 0) + 1
    const lockoutMs =
      count < FIRST_LOCKOUT_AT ? 0 : Math.min(1000 * 2 ** (count - FIRST_LOCKOUT_AT), LONGEST_LOCKOUT_MS)
    this.#signIns.set(who, { count, lockedUntilMs: now + lockoutMs })
    tidy(this.#signIns, ({ lockedUntilMs }) => now - lockedUntilMs >= FORGET_AFTER_MS)
  }

  signInSucceeded(who: string): void {
    this.#signIns.delete(who)
  }

  /** Counts an attempt. Throws LimitExceededException when it is one too many for this hour. */
  count(what: keyof typeof PER_HOUR, who: string): void {
    const now = this.#clock.now()
    const key = `${what} ${who}`
    const before = this.#hourly.get(key)
    const current = before && now - before.startMs < HOUR_MS ? before : { startMs: now, count: 0 }
    if (current.count >= PER_HOUR[what])
      throw new WireError('LimitExceededException', 'Attempt limit exceeded, please try after some time.')
    this.#hourly.set(key, { ...current, count: current.count + 1 })
    tidy(this.#hourly, ({ startMs }) => now - startMs >= HOUR_MS)
  }

  /** Forgets the attempts of one kind: the right one was among them. */
  forgive(what: keyof typeof PER_HOUR, who: string): void {
    this.#hourly.delete(`${what} ${who}`)
  }
}

function tidy<Entry>(entries: Map<string, Entry>, isPast: (entry: Entry) => boolean): void {
  if (entries.size < TIDY_AT) return
  for (const [key, entry] of entries) if (isPast(entry)) entries.delete(key)
}
