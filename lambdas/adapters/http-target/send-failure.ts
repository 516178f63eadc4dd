import type { SendFailureCode } from '../../domain/target/reason.ts'

/** Ends an attempt from wherever it is; the sender turns it into a value. It never leaves this folder. */
export class SendFailure extends Error {
  readonly code: SendFailureCode

  constructor(code: SendFailureCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'SendFailure'
    this.code = code
  }
}

/** The `code` that Node's own errors carry, such as ECONNREFUSED; undefined when there is none. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/**
 * What went wrong between the request being written and the last byte of the answer. An error without a code is a
 * bug, and is handed back as it is.
 */
export function exchangeFailure(error: unknown): unknown {
  const code = errorCode(error)
  if (error instanceof SendFailure || code === undefined) return error
  if (code === 'HPE_HEADER_OVERFLOW') return new SendFailure('PROTOCOL', 'The head of the answer is too large.', error)
  if (code.startsWith('HPE_')) return new SendFailure('PROTOCOL', `The answer is not proper HTTP/1.1 (${code}).`, error)
  if (code === 'ECONNRESET' || code === 'EPIPE') return closedEarly(error)
  return new SendFailure('RESET', `The connection broke before the answer was complete (${code}).`, error)
}

/** The connection ended before the answer did. */
export function closedEarly(cause?: unknown): SendFailure {
  return new SendFailure('RESET', 'The target closed the connection before its answer was complete.', cause)
}
