import { hash } from 'node:crypto'
import type { UserCaller } from '../../domain/account/caller.ts'
import type { Clock } from '../../ports/clock.ts'

/** Whom an access token vouches for, and until when: epoch ms. */
export type Vouched = { readonly caller: Omit<UserCaller, 'accessToken'>; readonly expiresAt: number }

/** Most tokens remembered at once: some 400 KB. */
const MOST_REMEMBERED = 1_000

/**
 * Whom tokens vouched for when they were verified: neither signature nor claims of a token ever change, only the time does.
 * So each is verified once by a function, and who sends too much costs it no signature per refusal. Whether the session
 * goes on is asked elsewhere, each time. Tokens themselves are not kept, but their hashes.
 * @param most tokens; the one that was verified first is forgotten first.
 */
export function rememberedCallers(clock: Clock, most = MOST_REMEMBERED) {
  const remembered = new Map<string, Vouched>()
  const nameOf = (token: string) => hash('sha256', token, 'base64url')
  return {
    find(token: string): Vouched['caller'] | undefined {
      const found = remembered.get(nameOf(token))
      return found !== undefined && clock() <= found.expiresAt ? found.caller : undefined
    },
    add(token: string, vouched: Vouched): void {
      remembered.set(nameOf(token), vouched)
      const first = remembered.keys().next()
      if (remembered.size > most && !first.done) remembered.delete(first.value)
    },
  }
}
