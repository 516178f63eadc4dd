import { SendFailure } from './send-failure.ts'
import type { Phase, Stopwatch } from './stopwatch.ts'

/** The end of an attempt's time. */
export interface Deadline {
  /** Aborts with a SendFailure: TIMEOUT when the time is over, ABORTED when the caller wants no answer any more. */
  readonly signal: AbortSignal
  /** To be called once the attempt is over. */
  clear(): void
}

const PHASE_NAMES: Readonly<Record<Phase, string>> = {
  dns: 'its name was being looked up',
  connect: 'the connection was being made',
  tls: 'TLS was being set up',
  firstByte: 'the answer had not begun',
  download: 'the answer was still coming',
}

export function startDeadline(timeoutMs: number, stopwatch: Stopwatch, caller?: AbortSignal): Deadline {
  const controller = new AbortController()
  const timer = setTimeout(() => {
    const where = stopwatch.phase ? ` (${PHASE_NAMES[stopwatch.phase]})` : ''
    controller.abort(new SendFailure('TIMEOUT', `The target did not answer in full within ${timeoutMs} ms${where}.`))
  }, timeoutMs)
  const abort = () => controller.abort(new SendFailure('ABORTED', 'The call was stopped.', caller?.reason))
  if (caller?.aborted) abort()
  caller?.addEventListener('abort', abort, { once: true })
  return {
    signal: controller.signal,
    clear() {
      clearTimeout(timer)
      caller?.removeEventListener('abort', abort)
    },
  }
}

/**
 * Settles as `start` settles it, but no later than the signal: then it rejects with the signal's reason and calls
 * `release`, if there is one, to let go of what was begun.
 */
export function untilAborted<T>(
  signal: AbortSignal,
  start: (resolve: (value: T) => void, reject: (error: unknown) => void) => (() => void) | undefined,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    signal.throwIfAborted()
    const abort = () => {
      reject(signal.reason)
      release?.()
    }
    const done = () => signal.removeEventListener('abort', abort)
    signal.addEventListener('abort', abort, { once: true })
    const release = start(
      (value) => {
        done()
        resolve(value)
      },
      (error) => {
        done()
        reject(error)
      },
    )
  })
}
