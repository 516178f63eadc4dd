import { type Attempt, attemptLimits, sourceOf, windowAt } from '../domain/account/attempt-limits.ts'
import { Refusal } from '../domain/refusal.ts'
import type { AttemptCounter } from '../ports/attempt-counter.ts'
import type { Clock } from '../ports/clock.ts'

export type AdmitAttemptDeps = { readonly attempts: AttemptCounter; readonly clock: Clock }

/** Who tries what: the e-mail address, in lower case, and the network address that the request came from. */
export type AttemptBy = { readonly email: string; readonly sourceIp: string }

/**
 * Does `act` unless its like was tried too often in this window, for this address or from this source. Attempts are
 * counted before anything is done, so that many at the same time are no way around; those that are refused count too.
 * @throws Refusal `too-many-requests` with the time until the window ends, or what `act` throws.
 */
export async function admitAttempt<T>(
  deps: AdmitAttemptDeps,
  attempt: Attempt,
  { email, sourceIp }: AttemptBy,
  act: () => Promise<T>,
): Promise<T> {
  const limit = attemptLimits[attempt]
  const now = deps.clock()
  const window = windowAt(limit.windowMs, now)
  const bySource = { attempt, by: 'source', value: sourceOf(sourceIp), window } as const
  const byAddress = { attempt, by: 'address', value: email, window } as const
  // The source first: who has used up theirs cannot use up an address' attempts as well.
  if ((await deps.attempts.add(bySource, 1)) > limit.perSource) throw tooMany(window.endsAt - now)
  if ((await deps.attempts.add(byAddress, 1)) > limit.perAddress) throw tooMany(window.endsAt - now)
  const result = await act()
  if (limit.failuresOnly) await Promise.all([deps.attempts.add(bySource, -1), deps.attempts.add(byAddress, -1)])
  return result
}

const tooMany = (waitMs: number): Refusal =>
  new Refusal('too-many-requests', 'There were too many attempts; wait before you try again.', {
    retryAfterSeconds: Math.ceil(waitMs / 1000),
  })
