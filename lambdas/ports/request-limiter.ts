import type { Admission, Requester } from '../domain/account/request-quota.ts'

/** Decides about each request whether its sender has one left. */
export interface RequestLimiter {
  admit(requester: Requester): Promise<Admission>
}
