import { Refusal } from '../domain/refusal.ts'
import { decideRepeat, newClaim, type RequestClaim, takenOver } from '../domain/request-claim.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { ClaimName, RequestClaims } from '../ports/request-claims.ts'

export type AnswerOnceDeps = {
  readonly claims: RequestClaims
  readonly clock: Clock
  readonly log: Log
  /** A new ULID for an instant, epoch ms. */
  readonly newClaimId: (now: number) => string
}

/** What a handler must know of its claim: the id that its own ids derive from, and whether somebody may have been here before. */
export type Claimed = Pick<RequestClaim, 'id'> & { readonly isRepeated: boolean }

/** Others may let go of a claim in the very moment that we find it; so often that is no coincidence. */
const MOST_TRIES = 5

/**
 * Does a request once, however often it comes under its key, and gives its first answer again. A refusal leaves nothing
 * behind: the key is free for the corrected request. A crash leaves the claim until its lease has ended.
 * @returns the answer as text.
 * @throws Refusal as `decideRepeat`, or what `act` throws.
 */
export async function answerOnce(
  deps: AnswerOnceDeps,
  request: ClaimName & { readonly fingerprint: string },
  act: (claimed: Claimed) => Promise<string>,
): Promise<{ readonly answer: string; readonly isReplayed: boolean }> {
  const { fingerprint, ...name } = request
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const now = deps.clock()
    const fresh = newClaim(deps.newClaimId(now), fingerprint, now)
    if (await deps.claims.add(name, fresh, now)) return carryOut(deps, name, fresh, act)
    const found = await deps.claims.read(name)
    if (!found) continue
    // A write whose answer was lost was repeated, and found itself in the way.
    if (found.holder === fresh.holder) return carryOut(deps, name, fresh, act)
    const repeat = decideRepeat(found, fingerprint, now)
    if (repeat.kind === 'ANSWERED') return { answer: repeat.answer, isReplayed: true }
    const ours = takenOver(found, fresh.holder, now)
    const isOurs =
      (await deps.claims.replace(name, ours, found.token)) || (await deps.claims.read(name))?.holder === ours.holder
    if (isOurs) return carryOut(deps, name, ours, act)
  }
  throw new Refusal('request-in-flight', 'Many requests with this Idempotency-Key come at once; ask again.', {
    retryAfterSeconds: 1,
  })
}

async function carryOut(
  deps: AnswerOnceDeps,
  name: ClaimName,
  claim: RequestClaim,
  act: (claimed: Claimed) => Promise<string>,
) {
  const { id, token } = claim
  const answer = await act({ id, isRepeated: token > 1 }).catch(async (error: unknown) => {
    if (error instanceof Refusal) await deps.claims.remove(name, token)
    throw error
  })
  try {
    await deps.claims.replace(name, { ...claim, answer }, token)
  } catch (error) {
    // It is done: without its answer the next request finds what there is, by the same id.
    deps.log.warn('an answer could not be kept', { operation: name.operation, error })
  }
  return { answer, isReplayed: false }
}
