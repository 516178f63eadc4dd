import { windowAt } from '../domain/account/attempt-limits.ts'
import type { Plan } from '../domain/account/plan.ts'
import {
  type Admission,
  quotaOf,
  REQUEST_WINDOW_MS,
  type Requester,
  reservationOf,
} from '../domain/account/request-quota.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { RequestCounter } from '../ports/request-counter.ts'
import type { RequestLimiter } from '../ports/request-limiter.ts'

export type LimitRequestsDeps = { readonly counter: RequestCounter; readonly clock: Clock; readonly log: Log }

/** What is known of a requester in the current window. */
type Known = {
  readonly plan: Plan | undefined
  /** Requests reserved by us that have not come yet. */
  readonly own: number
  /** Requests that nobody has reserved yet. */
  readonly unreserved: number
}

const nameOf = (requester: Requester): string =>
  requester.kind === 'tenant' ? `T#${requester.tenant}` : `S#${requester.source}`

/**
 * Counts requests by the minute. A function reserves some at a time and lets that many in without asking again; once none
 * is left it refuses from memory. So a quota is never exceeded, however many functions there are, a reservation costs one
 * write for many requests, and whoever sends too much costs nothing but the refusal. When reservations fail, requests are
 * let in: who cannot be counted has other worries.
 */
export function requestLimiter(deps: LimitRequestsDeps): RequestLimiter {
  let startsAt = 0
  const knownOf = new Map<string, Known>()

  async function reserve(requester: Requester, before: Known | undefined): Promise<Known> {
    const wanted = reservationOf(quotaOf(requester, before?.plan))
    const window = { startsAt, isNew: before === undefined }
    const { reserved, plan } = await deps.counter.reserve(requester, window, wanted)
    const { requests } = quotaOf(requester, plan)
    const own = Math.max(0, Math.min(wanted, requests - (reserved - wanted)))
    return { plan, own, unreserved: Math.max(0, requests - reserved) }
  }

  return {
    async admit(requester): Promise<Admission> {
      const now = deps.clock()
      const window = windowAt(REQUEST_WINDOW_MS, now)
      if (window.startsAt !== startsAt) knownOf.clear()
      startsAt = window.startsAt
      const resetSeconds = Math.ceil((window.endsAt - now) / 1000)
      const name = nameOf(requester)
      let known = knownOf.get(name)
      if (known === undefined || (known.own === 0 && known.unreserved > 0)) {
        try {
          known = await reserve(requester, known)
        } catch (error) {
          deps.log.warn('requests could not be counted', { error })
          const quota = quotaOf(requester)
          return { quota, isAdmitted: true, remaining: quota.requests, resetSeconds }
        }
      }
      const isAdmitted = known.own > 0
      const left = { ...known, own: Math.max(0, known.own - 1) }
      knownOf.set(name, left)
      return { quota: quotaOf(requester, left.plan), isAdmitted, remaining: left.own + left.unreserved, resetSeconds }
    },
  }
}
