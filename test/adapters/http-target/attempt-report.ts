/** What a process is told to try. */
export type AttemptOrder = { readonly url: string; readonly timeoutMs: number; readonly redirects: 'NONE' | 'FOLLOW' }

/** What one attempt did, as its process tells it. */
export type AttemptReport = {
  readonly code: string | null
  readonly status: number | null
  readonly bodyBytes: number
  readonly tookMs: number
  /** Read from all its connections, heads included. */
  readonly readBytes: number
  /** How much the most memory that the process ever had has grown, in MiB. */
  readonly grewMiB: number
}
/** Captured of each body. */
export const CAPTURE_BYTES = 65_536
