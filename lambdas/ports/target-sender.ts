import type { AttemptTimings } from '../domain/target/attempt-timings.ts'
import type { SendFailureCode } from '../domain/target/reason.ts'
import type { HttpMethod } from '../domain/target/target.ts'

/** One HTTP request to a target, secrets expanded. */
export interface TargetRequest {
  readonly method: HttpMethod
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  /** For the whole attempt: name resolution, redirects and the last byte of the answer included. */
  readonly timeoutMs: number
  readonly redirects: 'NONE' | 'FOLLOW'
  /** How much of the answer's body to hand back, in bytes; up to 1 MiB more is read and counted, then it is cut off. */
  readonly captureBytes: number
}

/** How one attempt ended. Nothing in it is redacted. */
export type SentAttempt =
  | {
      readonly kind: 'response'
      readonly status: number
      /** Names in lower case; repeated ones joined by a comma. */
      readonly headers: Readonly<Record<string, string>>
      readonly body: Uint8Array
      /** Bytes of the whole body, or as many as were read before it was cut off. */
      readonly bodyBytes: number
      /** `body` is not the whole body. */
      readonly truncated: boolean
      readonly finalUrl: string
      readonly timings: AttemptTimings
    }
  | {
      readonly kind: 'failure'
      readonly code: SendFailureCode
      readonly message: string
      readonly timings: AttemptTimings
    }

/** Calls targets, and nothing that is not one: it refuses every address that is not public or explicitly allowed. */
export interface TargetSender {
  /** Every outcome is a value. `signal` ends the attempt early, as ABORTED. */
  send(request: TargetRequest, signal?: AbortSignal): Promise<SentAttempt>
}
