import { WireError } from '../wire-service.ts'

/** How many client tokens are remembered. */
const CAPACITY = 10_000

/**
 * Remembers what was answered to a client token, so that a call repeated after a lost answer does nothing twice.
 * In memory: after a restart a repeated create is answered as any second create is, with a conflict.
 */
export class IdempotencyLedger {
  readonly #answers = new Map<string, { readonly request: string; readonly answer: unknown }>()

  /**
   * @param scope the operation and the resource it is for
   * @param request what was asked, to tell a repeated call from another call with the same token
   * @throws WireError ConflictException when the token was used for another request
   */
  once<Answer>(scope: string, token: string | undefined, request: string, run: () => Answer): Answer | unknown {
    if (token === undefined) return run()
    const key = `${scope} ${token}`
    const known = this.#answers.get(key)
    if (known && known.request !== request)
      throw new WireError('ConflictException', 'The client token was used before with other parameters.', 409)
    if (known) return known.answer
    const answer = run()
    this.#answers.set(key, { request, answer })
    const [oldest] = this.#answers.keys()
    if (this.#answers.size > CAPACITY && oldest !== undefined) this.#answers.delete(oldest)
    return answer
  }
}
