import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Worker } from 'node:worker_threads'
import type { FunctionDefinition } from '../template/functions.ts'
import {
  type FunctionError,
  failedWith,
  type InvocationResult,
  type InvokeMessage,
  type WorkerMessage,
  type WorkerSettings,
} from './function-messages.ts'

/** Longest time that loading a function's module may take, in milliseconds; generous, as many may load at once. */
const LONGEST_INIT_MS = 60_000

/** Small, so that many workers fit on one machine; short-lived objects are cleared a little more often. */
const YOUNG_GENERATION_MB = 8

const RUNTIME = new URL('./worker-runtime.mjs', import.meta.url)

export type FunctionWorkerOptions = {
  readonly definition: FunctionDefinition
  readonly environment: Readonly<Record<string, string>>
  /** Gets every line that the function writes. */
  readonly log: (line: string) => void
  /** Called once when no more invocations can be given to this worker. */
  readonly onEnd: () => void
}

/** One execution environment of a function: a thread with its own environment that runs one invocation at a time. */
export class FunctionWorker {
  readonly #definition: FunctionDefinition
  readonly #worker: Worker
  readonly #ready: Promise<void>
  #becomeReady: () => void = () => {}
  #settle: ((result: InvocationResult) => void) | undefined
  #failure: FunctionError | undefined
  #ended = false

  constructor({ definition, environment, log, onEnd }: FunctionWorkerOptions) {
    this.#definition = definition
    this.#worker = new Worker(RUNTIME, {
      name: definition.name,
      workerData: workerSettings(definition),
      env: { ...environment },
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: definition.memoryMb, maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
      stdout: true,
      stderr: true,
    })
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

  /** True when no invocation can be given to it any more. */
  get hasEnded(): boolean {
    return this.#ended
  }

  /** Runs one invocation. The caller waits for its end before it gives another. */
  async invoke(requestId: string, event: string): Promise<InvocationResult> {
    await this.#ready
    if (this.#failure) return failedWith(this.#failure)
    return new Promise((resolve) => {
      const { timeoutMs } = this.#definition
      const timeout = setTimeout(() => this.#end(timedOut(requestId, timeoutMs)), timeoutMs)
      this.#settle = (result) => {
        clearTimeout(timeout)
        this.#settle = undefined
        resolve(result)
      }
      const message: InvokeMessage = { requestId, event, deadlineMs: Date.now() + timeoutMs }
      this.#worker.postMessage(message)
    })
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
        this.#settle?.({ outcome: 'succeeded', payload: message.payload })
        break
      case 'failed':
        this.#settle?.(failedWith(message.error))
        break
    }
  }

  /** Ends worker and invocation; the first reason counts. */
  #end(reason: FunctionError): void {
    this.#failure ??= reason
    this.#ended = true
    this.#becomeReady()
    this.#settle?.(failedWith(this.#failure))
    void this.#worker.terminate()
  }
}

/** Source: AWS Lambda Developer Guide, "Troubleshoot invocation issues in Lambda", timeouts. */
function timedOut(requestId: string, timeoutMs: number): FunctionError {
  return {
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${requestId} Error: Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`,
  }
}

/** Endings in the order in which Lambda's Node.js runtime tries them. */
const ENDINGS = ['.js', '.mjs', '.cjs']

function workerSettings({ codeFolder, handler, name, arn, memoryMb }: FunctionDefinition): WorkerSettings {
  const dot = handler.lastIndexOf('.')
  const module = join(codeFolder, handler.slice(0, dot))
  const ending = ENDINGS.find((candidate) => existsSync(`${module}${candidate}`)) ?? '.js'
  return {
    module: `${module}${ending}`,
    exportName: handler.slice(dot + 1),
    functionName: name,
    functionArn: arn,
    memoryMb,
  }
}
