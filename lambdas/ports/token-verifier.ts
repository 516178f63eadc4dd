import type { Caller } from '../domain/account/caller.ts'

/** Turns a credential into its caller. */
export interface TokenVerifier {
  /** @returns undefined when the token is forged, expired, of another pool or client, or not an access token. */
  verify(token: string): Promise<Caller | undefined>
}
