/**
 * How long each phase of one attempt took, in whole milliseconds; null for a phase that was not reached or not
 * needed (no name to resolve, no TLS). With redirects, each phase is the sum over the hops.
 */
export interface AttemptTimings {
  readonly dnsMs: number | null
  readonly connectMs: number | null
  readonly tlsMs: number | null
  /** From the request being written to the head of the answer. */
  readonly firstByteMs: number | null
  readonly downloadMs: number | null
  readonly totalMs: number
}
