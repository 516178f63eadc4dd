import { reasonOf } from '../domain/target/hints.ts'
import type { HostParallelism } from '../domain/target/host-places.ts'
import type { Call, CallResult } from './call-target.ts'
import { NO_TIMINGS } from './explain-failure.ts'

/** The attempt that ends because its host had no place for it. @param now epoch ms. */
export function hostBusy(
  { attemptsBefore }: Call,
  { host, waitedMs }: { readonly host: string; readonly waitedMs: number },
  parallelism: HostParallelism,
  now: number,
): CallResult {
  const seconds = Math.round(waitedMs / 1000)
  const message = `Punctual makes at most ${parallelism} calls to ${host} at the same time, and in ${seconds} s none of their places fell to this one.`
  const reason = reasonOf({ code: 'HOST_BUSY', message })
  const number = attemptsBefore + 1
  const attempt = { number, startedAt: now, httpStatus: null, reason, timings: NO_TIMINGS, waitedMs }
  return {
    record: { status: 'FAILED', reason, attempts: [attempt], request: null, response: null },
    outcome: { isSuccess: false, code: 'HOST_BUSY', httpStatus: null, retryAfterMs: null },
  }
}
