/** What goes between the thread that invokes a function and the worker that runs it. */
export type WorkerSettings = {
  /** Absolute path of the module. */
  readonly module: string
  readonly exportName: string
  readonly functionName: string
  readonly functionArn: string
  readonly memoryMb: number
}

export type InvokeMessage = {
  readonly requestId: string
  /** JSON. */
  readonly event: string
  /** Epoch milliseconds at which the invocation has timed out. */
  readonly deadlineMs: number
}

/** An error as functions report it; the answer of a failed invocation is this as JSON. */
export type FunctionError = {
  readonly errorType: string
  readonly errorMessage: string
  readonly trace?: readonly string[]
}

export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'init-failed'; readonly error: FunctionError }
  | { readonly kind: 'succeeded'; readonly requestId: string; readonly payload: string }
  | { readonly kind: 'failed'; readonly requestId: string; readonly error: FunctionError }

/** How an invocation ended. A payload is JSON: the function's answer, or a {@link FunctionError}. */
export type InvocationResult =
  | { readonly outcome: 'succeeded'; readonly payload: string }
  | { readonly outcome: 'failed'; readonly payload: string }

export const failedWith = (error: FunctionError): InvocationResult => ({
  outcome: 'failed',
  payload: JSON.stringify(error),
})

/** The result of an invocation that the end of this process has cut off, or has not let begin. */
export const CUT_OFF: InvocationResult = failedWith({
  errorType: 'Sandbox.Shutdown',
  errorMessage: 'The local cloud is shutting down',
})
