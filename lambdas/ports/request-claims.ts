import type { RequestClaim } from '../domain/request-claim.ts'

/** Under what a claim is found: a key counts for one tenant and one operation. */
export type ClaimName = { readonly tenant: string; readonly operation: string; readonly key: string }

/** Keeps claims of requests, each until it expires. All reads see every acknowledged write. */
export interface RequestClaims {
  /** @param now epoch ms. @returns false when there is one already that has not expired. */
  add(name: ClaimName, claim: RequestClaim, now: number): Promise<boolean>
  read(name: ClaimName): Promise<RequestClaim | undefined>
  /**
   * Writes the claim over the one with this token. A claim whose answer is too large to be kept is removed instead.
   * @returns false when somebody else has taken it over.
   */
  replace(name: ClaimName, claim: RequestClaim, token: number): Promise<boolean>
  /** Forgets the claim with this token, so that the key is free again. */
  remove(name: ClaimName, token: number): Promise<void>
}
