import { createInterface } from 'node:readline'
import { Worker } from 'node:worker_threads'
import { takeFirst } from '../take-first.ts'
import type { FunctionDefinition } from '../template/functions.ts'
import {
  type FunctionError,
  failedWith,
  type InvocationResult,
  type InvokeMessage,
  type WorkerMessage,
} from './function-messages.ts'
import { ThreadLoad } from './thread-load.ts'
import { memoryLimits, workerSettings } from './worker-settings.ts'

/** Longest time that loading a function's module may take, in milliseconds; generous, as many may load at once. */
const LONGEST_INIT_MS = 60_000

/** How long a worker lives on for the others after an invocation has timed out, which still runs within it. */
const LAST_INVOCATIONS_MS = 30_000

const RUNTIME = new URL('./worker-runtime.mjs', import.meta.url)

/** An invocation, and how to end it. */
type UnderWay = { readonly requestId: string; readonly end: (result: InvocationResult) => void }

export type FunctionWorkerOptions = {
  readonly definition: FunctionDefinition
  readonly environment: Readonly<Record<string, string>>
  /** Gets every line that the function writes. */
  readonly log: (line: string) => void
  /** Called once when no more invocations can be given to this worker. */
  readonly onEnd: () => void
}

/**
 * One execution environment of a function: a thread with its own environment that runs one invocation at a time, or as many
 * as the function's definition says.
 */
export class FunctionWorker {
  readonly #definition: FunctionDefinition
  readonly #worker: Worker
  readonly #load: ThreadLoad
  readonly #ready: Promise<void>
  #becomeReady: () => void = () => {}
  readonly #underWay: UnderWay[] = []
  #given = 0
  #usedMs = Date.now()
  #failure: FunctionError | undefined
  #ended = false
  #lastOnes: NodeJS.Timeout | undefined

  constructor({ definition, environment, log, onEnd }: FunctionWorkerOptions) {
    this.#definition = definition
    this.#worker = new Worker(RUNTIME, {
      name: definition.name,
      workerData: workerSettings(definition),
      env: { ...environment },
      execArgv: [],
      resourceLimits: memoryLimits(definition),
      stdout: true,
      stderr: true,
    })
    this.#load = new ThreadLoad(this.#worker.performance)
    for (const output of [this.#worker.stdout, this.#worker.stderr]) createInterface({ input: output }).on('line', log)
    this.#ready = new Promise((resolve) => {
      this.#becomeReady = resolve
    })
    const giveUp = setTimeout(
      () =>
        this.#end({
          errorType: 'Runtime.InitTimeout',
          errorMessage: `The module did not load within ${LONGEST_INIT_MS / 1000} seconds`,
        }),
      LONGEST_INIT_MS,
    )
    this.#worker.on('message', (message: WorkerMessage) => this.#receive(message))
    this.#worker.on('error', (error) => {
      this.#failure ??= { errorType: error.name, errorMessage: error.message, trace: error.stack?.split('\n') ?? [] }
    })
    this.#worker.on('exit', (code) => {
      this.#end({ errorType: 'Runtime.ExitError', errorMessage: `Runtime exited with error: exit status ${code}` })
      onEnd()
    })
    this.#ready.then(() => clearTimeout(giveUp))
  }

  /** Resolves when the module is loaded, or when the worker has ended before. */
  get ready(): Promise<void> {
    return this.#ready
  }

  /** True when no invocation can be given to it any more; some may still be under way. */
  get hasEnded(): boolean {
    return this.#ended || this.#lastOnes !== undefined
  }

  /** Invocations that it was given and that have not ended. */
  get given(): number {
    return this.#given
  }

  /** When it was last given an invocation or ended one, in epoch milliseconds. */
  get usedMs(): number {
    return this.#usedMs
  }

  /** Share of its time since the last call in which its thread was not waiting, 0..1. */
  busySinceLastCall(): number {
    return this.#load.sinceLastCall()
  }

  /** Runs one invocation. The caller gives no more at once than the definition says. */
  async invoke(requestId: string, event: string): Promise<InvocationResult> {
    this.#given += 1
    this.#usedMs = Date.now()
    try {
      await this.#ready
      return await (this.#failure ? failedWith(this.#failure) : this.#run(requestId, event))
    } finally {
      this.#given -= 1
      this.#usedMs = Date.now()
    }
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate()
  }

  #receive(message: WorkerMessage): void {
    switch (message.kind) {
      case 'ready':
        this.#becomeReady()
        break
      case 'init-failed':
        this.#end(message.error)
        break
      case 'succeeded':
        this.#settle(message.requestId, { outcome: 'succeeded', payload: message.payload })
        break
      case 'failed':
        this.#settle(message.requestId, failedWith(message.error))
        break
    }
  }

  #run(requestId: string, event: string): Promise<InvocationResult> {
    return new Promise((resolve) => {
      const { timeoutMs } = this.#definition
      const timeout = setTimeout(() => this.#timeOut(requestId), timeoutMs)
      const end = (result: InvocationResult) => {
        clearTimeout(timeout)
        resolve(result)
      }
      this.#underWay.push({ requestId, end })
      const message: InvokeMessage = { requestId, event, deadlineMs: Date.now() + timeoutMs }
      this.#worker.postMessage(message)
    })
  }

  #settle(requestId: string, result: InvocationResult): void {
    takeFirst(this.#underWay, (invocation) => invocation.requestId === requestId)?.end(result)
    if (this.#lastOnes !== undefined && this.#underWay.length === 0) this.#end(ABANDONED)
  }

  /** The environment ends with the invocation, as soon as it has no others. */
  #timeOut(requestId: string): void {
    const error = timedOut(requestId, this.#definition.timeoutMs)
    if (this.#underWay.length <= 1) this.#end(error)
    else {
      this.#lastOnes ??= setTimeout(() => this.#end(ABANDONED), LAST_INVOCATIONS_MS)
      this.#settle(requestId, failedWith(error))
    }
  }

  /** Ends the worker and what it runs; the first reason counts. */
  #end(reason: FunctionError): void {
    this.#failure ??= reason
    this.#ended = true
    clearTimeout(this.#lastOnes)
    this.#becomeReady()
    const failed = failedWith(this.#failure)
    for (const invocation of this.#underWay.splice(0)) invocation.end(failed)
    void this.#worker.terminate()
  }
}

const ABANDONED: FunctionError = {
  errorType: 'Sandbox.Abandoned',
  errorMessage: 'Another invocation in the same environment timed out and never came to an end',
}

/** Source: AWS Lambda Developer Guide, "Troubleshoot invocation issues in Lambda", timeouts. */
function timedOut(requestId: string, timeoutMs: number): FunctionError {
  return {
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${requestId} Error: Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`,
  }
}
