import { Refusal } from '../domain/refusal.ts'
import type { Log } from '../ports/log.ts'

/**
 * Has a code mailed. That it could not be, e.g. after too many codes, would tell whoever asks that there is an account;
 * it is told to the log instead.
 */
export async function mailQuietly({ log }: { readonly log: Log }, mail: () => Promise<void>): Promise<void> {
  try {
    await mail()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    log.warn('a code was not mailed', { error })
  }
}
