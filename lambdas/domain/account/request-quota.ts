import { type Plan, planLimits } from './plan.ts'

/** Whose requests are counted together: a tenant, or whoever calls from one source without a valid credential. */
export type Requester =
  | { readonly kind: 'tenant'; readonly tenant: string }
  /** As `sourceOf` names it. */
  | { readonly kind: 'source'; readonly source: string }

/** Windows of all quotas; they begin at whole minutes. */
export const REQUEST_WINDOW_MS = 60_000

/** Requests a minute from one source without a valid credential: an office or a build server shares one. */
const SOURCE_REQUESTS = 6_000

/** Of a quota's requests so many parts are reserved, each with one write. */
const PARTS = 300

/** How many requests there may be in a window, and under which name answers say so. */
export type RequestQuota = { readonly name: string; readonly requests: number }

/** @param plan the tenant's, as far as it is known; a tenant that never chose one has the free one. */
export function quotaOf(requester: Requester, plan: Plan = 'FREE'): RequestQuota {
  return requester.kind === 'source'
    ? { name: 'source', requests: SOURCE_REQUESTS }
    : { name: plan.toLowerCase(), requests: planLimits[plan].requestsPerMinute }
}

/**
 * How many requests a function reserves at a time, so that few of them write. What a function has reserved and does not
 * need is lost to the others until the window ends.
 */
export const reservationOf = ({ requests }: RequestQuota): number => Math.max(1, Math.floor(requests / PARTS))

/** What became of one request. */
export type Admission = {
  readonly quota: RequestQuota
  readonly isAdmitted: boolean
  /** Requests left in this window, as far as is known: never fewer than this function may still let in. */
  readonly remaining: number
  /** Whole seconds until the window ends, 1 to 60. */
  readonly resetSeconds: number
}
