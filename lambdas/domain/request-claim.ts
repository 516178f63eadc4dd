import { Refusal } from './refusal.ts'

/** A request that is to be done and answered once, by its Idempotency-Key. Only hashes of key and request are kept. */
export type RequestClaim = {
  /** A ULID that the ids of what the request creates derive from, so that repeating it after a crash creates nothing twice. */
  readonly id: string
  /** Tells the request from another one under the same key. */
  readonly fingerprint: string
  /** Counts who has taken the request up; what an earlier one writes no longer counts. */
  readonly token: number
  /** Who has it in hand; another one each time that it is taken up. */
  readonly holder: string
  /** Until then whoever took it up may still be working on it; epoch ms. */
  readonly leaseUntil: number
  /** The first answer, as it is given again. */
  readonly answer: string | undefined
  /** When the key is forgotten, epoch ms. */
  readonly expiresAt: number
}

/** Longer than the function that takes a request up can live, in ms. */
const LEASE_MS = 30_000

/** How long an answer is given again. */
const KEPT_MS = 24 * 3_600_000

/** What asks again while the first request is under way should come back after so long, at most. */
const RETRY_MS = 2_000

/** @param id a new ULID. @param now epoch ms. */
export const newClaim = (id: string, fingerprint: string, now: number): RequestClaim => ({
  id,
  fingerprint,
  token: 1,
  holder: id,
  leaseUntil: now + LEASE_MS,
  answer: undefined,
  expiresAt: now + KEPT_MS,
})

/** The claim in the hands of the next one, because the one before broke off. @param holder a new ULID. */
export const takenOver = (claim: RequestClaim, holder: string, now: number): RequestClaim => ({
  ...claim,
  holder,
  token: claim.token + 1,
  leaseUntil: now + LEASE_MS,
})

/**
 * What a request under a key that is known already comes to: the answer again, or taking up what broke off.
 * @throws Refusal `idempotency-key-reused` for another request, `request-in-flight` while the first is under way.
 */
export function decideRepeat(
  claim: RequestClaim,
  fingerprint: string,
  now: number,
): { readonly kind: 'ANSWERED'; readonly answer: string } | { readonly kind: 'TAKE_OVER' } {
  if (claim.fingerprint !== fingerprint) {
    throw new Refusal(
      'idempotency-key-reused',
      'This Idempotency-Key was used for another request in the last 24 hours; take a new one for each request.',
    )
  }
  if (claim.answer !== undefined) return { kind: 'ANSWERED', answer: claim.answer }
  if (claim.leaseUntil <= now) return { kind: 'TAKE_OVER' }
  throw new Refusal('request-in-flight', 'The first request with this Idempotency-Key is still under way; ask again.', {
    retryAfterSeconds: Math.ceil(Math.min(RETRY_MS, claim.leaseUntil - now) / 1000),
  })
}
