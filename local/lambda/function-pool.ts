import { availableParallelism } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import type { FunctionDefinition } from '../template/functions.ts'
import { CUT_OFF, failedWith, type InvocationResult } from './function-messages.ts'
import { FunctionWorker } from './function-worker.ts'
import { MachineLoad } from './machine-load.ts'
import { WaitingLine } from './waiting-line.ts'

/** Most workers of one function; a worker takes 15 to 40 MB. */
const MOST_WORKERS = 64
/** So many start without waiting whether those there are enough. */
const EAGER_WORKERS = availableParallelism() * 2
/** Loading a module is work for a processor; more at once would each take longer. */
const STARTING_AT_ONCE = availableParallelism()
/** Beyond that, one more is started this often while invocations wait and the processors have time for it. */
const GROWTH_INTERVAL_MS = 50
/** Above this share of processor time another worker would only slow the others down … */
const SATURATED = 0.9
/** … unless no invocation has begun for so long: then all workers are waiting for something slow. */
const STUCK_MS = 250
/** A worker that had nothing to do for so long ends, but for the last one. */
const IDLE_MS = 5 * 60 * 1000

type Waiting = {
  readonly requestId: string
  readonly event: string
  readonly resolve: (result: InvocationResult) => void
}

export type FunctionPoolOptions = {
  readonly definition: FunctionDefinition
  readonly environment: Readonly<Record<string, string>>
  readonly log: (line: string) => void
}

/**
 * All workers of one function. Like Lambda it gives each worker one invocation at a time and adds workers as load
 * grows; unlike Lambda it lets invocations wait when there is no room for another worker.
 */
export class FunctionPool {
  readonly #options: FunctionPoolOptions
  readonly #mostWorkers: number
  readonly #workers = new Set<FunctionWorker>()
  /** Workers without work, the last used one last, so that the others grow old. */
  readonly #idle: { readonly worker: FunctionWorker; readonly sinceMs: number }[] = []
  #starting = 0
  #running = 0
  #lastBegunMs = 0
  readonly #waiting = new WaitingLine<Waiting>()
  #growth: NodeJS.Timeout | undefined
  readonly #load = new MachineLoad()
  #closed = false
  #terminated = false

  constructor(options: FunctionPoolOptions) {
    this.#options = options
    this.#mostWorkers = Math.min(MOST_WORKERS, options.definition.reservedConcurrency ?? MOST_WORKERS)
  }

  /** @param caller those of one caller wait for each other, and take turns with those of others. */
  invoke(requestId: string, event: string, caller = ''): Promise<InvocationResult> {
    if (this.#closed) return Promise.resolve(CUT_OFF)
    if (this.#mostWorkers === 0) return Promise.resolve(failedWith(NO_CONCURRENCY))
    return new Promise((resolve) => {
      this.#waiting.add(caller, { requestId, event, resolve })
      this.#dispatch()
      if (this.#waiting.length > this.#starting) this.#grow()
    })
  }

  /** Has one worker ready, so that the first invocation need not wait for it. */
  async warm(): Promise<void> {
    if (this.#workers.size === 0 && this.#mostWorkers > 0 && !this.#closed) await this.#start()
  }

  /** Ends workers that have long had nothing to do. */
  trim(nowMs: number): void {
    while (this.#workers.size > 1 && this.#idle[0] && nowMs - this.#idle[0].sinceMs > IDLE_MS) {
      const oldest = this.#idle.shift()
      if (oldest) this.#workers.delete(oldest.worker)
      void oldest?.worker.terminate()
    }
  }

  /** Begins no invocation any more; those under way have `graceMs` to end before their workers are terminated. */
  async close(graceMs: number): Promise<void> {
    this.#closed = true
    clearTimeout(this.#growth)
    for (const { resolve } of this.#waiting.clear()) resolve(CUT_OFF)
    const untilMs = Date.now() + graceMs
    while (this.#running > 0 && Date.now() < untilMs) await wait(10)
    this.#terminated = true
    await Promise.all([...this.#workers].map((worker) => worker.terminate()))
  }

  #dispatch(): void {
    while (this.#waiting.length > 0) {
      const worker = this.#takeIdle()
      const next = worker && this.#waiting.take()
      if (!worker || !next) return
      void this.#run(worker, next)
    }
  }

  async #run(worker: FunctionWorker, { requestId, event, resolve }: Waiting): Promise<void> {
    this.#running += 1
    this.#lastBegunMs = Date.now()
    const result = await worker.invoke(requestId, event)
    this.#running -= 1
    // The next invocation first: its worker computes while this result is read.
    this.#release(worker)
    resolve(this.#terminated ? CUT_OFF : result)
  }

  #release(worker: FunctionWorker): void {
    if (worker.hasEnded || this.#closed) {
      if (this.#workers.delete(worker) && this.#waiting.length > 0) this.#grow()
      return
    }
    const next = this.#waiting.take()
    if (next) void this.#run(worker, next)
    else this.#idle.push({ worker, sinceMs: Date.now() })
  }

  #takeIdle(): FunctionWorker | undefined {
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) if (!idle.worker.hasEnded) return idle.worker
    return undefined
  }

  #grow(): void {
    if (this.#workers.size < Math.min(EAGER_WORKERS, this.#mostWorkers)) void this.#start()
    else this.#growLater()
  }

  #growLater(): void {
    if (this.#growth || this.#workers.size >= this.#mostWorkers) return
    this.#load.sinceLastCall()
    this.#growth = setTimeout(() => {
      this.#growth = undefined
      if (this.#waiting.length === 0) return
      const isStuck = Date.now() - this.#lastBegunMs > STUCK_MS
      const worthwhile = this.#load.sinceLastCall() < SATURATED || isStuck
      if (this.#starting < STARTING_AT_ONCE && worthwhile) void this.#start()
      this.#growLater()
    }, GROWTH_INTERVAL_MS)
  }

  async #start(): Promise<void> {
    const worker = new FunctionWorker({
      ...this.#options,
      onEnd: () => {
        this.#workers.delete(worker)
      },
    })
    this.#workers.add(worker)
    this.#starting += 1
    await worker.ready
    this.#starting -= 1
    // One that could not start reports why to the invocation that waited for it.
    const next = this.#waiting.take()
    if (next) await this.#run(worker, next)
    else this.#release(worker)
  }
}

const NO_CONCURRENCY = {
  errorType: 'TooManyRequestsException',
  errorMessage: 'The function has a reserved concurrency of 0',
}
