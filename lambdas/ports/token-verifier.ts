import type { Caller } from '../domain/account/caller.ts'

/** Turns a bearer credential, which is an access token or an API key, into its caller. */
export interface TokenVerifier {
  /**
   * @returns undefined when it is forged, expired or, if it is a key, revoked, of another pool or client, or no such credential at all.
   */
  verify(token: string): Promise<Caller | undefined>
}
