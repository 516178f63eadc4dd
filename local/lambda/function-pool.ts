import { availableParallelism } from 'node:os'
import { performance } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { takeFirst } from '../take-first.ts'
import type { FunctionDefinition } from '../template/functions.ts'
import { CallerShares } from './caller-shares.ts'
import { CUT_OFF, failedWith, type InvocationResult } from './function-messages.ts'
import { FunctionWorker } from './function-worker.ts'
import { MachineLoad } from './machine-load.ts'
import { ThreadLoad } from './thread-load.ts'
import { WaitingLine } from './waiting-line.ts'

/** Most workers of one function; a worker takes 15 to 40 MB. */
const MOST_WORKERS = 64
/** Invocations that a worker which may take more gets at once, until it is seen to do little but wait for others. */
const FIRST_ROOM = 8
/** Above this share of its time a worker is busy: with more invocations at once, each would merely take longer. */
const BUSY = 0.9
/** Room for so many invocations at once is made without waiting whether what there is will do. */
const EAGER_ROOM = availableParallelism() * 2
/** Loading a module is work for a processor; more at once would each take longer. */
const STARTING_AT_ONCE = availableParallelism()
/** Beyond that, one more is started this often while invocations wait and the processors have time for it. */
const GROWTH_INTERVAL_MS = 50
/** Above this share of processor time another worker would only slow the others down … */
const SATURATED = 0.9
/**
 * One that takes many invocations at once can keep a processor busy by itself, and each has its code to compile: more of them
 * than processors only while less than this share is used, because what is called takes long …
 */
const HALF_IDLE = 0.5
/** … unless no invocation has begun for so long, and it is not for want of a processor. */
const STUCK_MS = 250
/** A worker that had nothing to do for so long ends, but for the last one. */
const IDLE_MS = 5 * 60 * 1000

type Waiting = {
  readonly caller: string | undefined
  readonly requestId: string
  readonly event: string
  readonly resolve: (result: InvocationResult) => void
}

export type FunctionPoolOptions = {
  readonly definition: FunctionDefinition
  readonly environment: Readonly<Record<string, string>>
  readonly log: (line: string) => void
  /** Of all functions, since they share the processors. @default of this one alone */
  readonly shares?: CallerShares
}

/**
 * All workers of one function. Like Lambda it gives each worker one invocation at a time, or as many as the function takes,
 * and adds workers as load grows; unlike Lambda it lets invocations wait when there is no room for another worker.
 */
export class FunctionPool {
  readonly #options: FunctionPoolOptions
  readonly #mostWorkers: number
  readonly #eagerWorkers: number
  readonly #mostAtOnce: number
  /** All that have not ended; some of them get no invocation any more. */
  readonly #workers = new Set<FunctionWorker>()
  /** Those that take invocations; the last used one last, so that the others grow old. */
  readonly #serving: FunctionWorker[] = []
  #starting = 0
  #running = 0
  #lastBegunMs = 0
  readonly #waiting = new WaitingLine<Waiting>()
  readonly #shares: CallerShares
  #growth: NodeJS.Timeout | undefined
  readonly #load = new MachineLoad()
  readonly #ownLoad = new ThreadLoad(performance)
  /** Invocations that each worker gets at once. */
  #room: number
  #closed = false
  #terminated = false

  constructor(options: FunctionPoolOptions) {
    this.#options = options
    this.#shares = options.shares ?? new CallerShares()
    const { invocationsAtOnce, reservedConcurrency } = options.definition
    this.#mostAtOnce = reservedConcurrency ?? Number.POSITIVE_INFINITY
    this.#room = Math.min(FIRST_ROOM, invocationsAtOnce)
    this.#mostWorkers = Math.min(MOST_WORKERS, Math.ceil(this.#mostAtOnce / invocationsAtOnce))
    this.#eagerWorkers = Math.min(this.#mostWorkers, Math.ceil(EAGER_ROOM / invocationsAtOnce))
  }

  /**
   * @param caller those of one caller wait for each other, and take turns with those of others; of one who has had a lot,
   * they give way (see {@link CallerShares}). What is called by nobody in particular only takes turns.
   */
  invoke(requestId: string, event: string, caller?: string): Promise<InvocationResult> {
    if (this.#closed) return Promise.resolve(CUT_OFF)
    if (this.#mostWorkers === 0) return Promise.resolve(failedWith(NO_CONCURRENCY))
    return new Promise((resolve) => {
      this.#waiting.add(caller ?? '', { caller, requestId, event, resolve })
      this.#dispatch()
      if (this.#isShort && this.#waiting.length > this.#starting * this.#room) this.#grow()
    })
  }

  /** Has one worker ready, so that the first invocation need not wait for it. */
  async warm(): Promise<void> {
    if (this.#size === 0 && this.#mostWorkers > 0 && !this.#closed) await this.#start()
  }

  /** Ends workers that have long had nothing to do, and takes back room that is not used. */
  trim(nowMs: number): void {
    const { invocationsAtOnce } = this.#options.definition
    const used = Math.max(0, ...this.#serving.map((worker) => worker.given))
    if (this.#waiting.length === 0) this.#room = Math.min(Math.max(FIRST_ROOM, used), invocationsAtOnce)
    for (const worker of [...this.#serving]) {
      if (this.#serving.length === 1 || worker.given > 0 || nowMs - worker.usedMs <= IDLE_MS) continue
      this.#leave(worker)
      void worker.terminate()
    }
  }

  /** Begins no invocation any more; those under way have `graceMs` to end before their workers are terminated. */
  async close(graceMs: number): Promise<void> {
    this.#closed = true
    clearInterval(this.#growth)
    for (const { resolve } of this.#waiting.clear()) resolve(CUT_OFF)
    const untilMs = Date.now() + graceMs
    while (this.#running > 0 && Date.now() < untilMs) await wait(10)
    this.#terminated = true
    await Promise.all([...this.#workers].map((worker) => worker.terminate()))
  }

  /** Workers that take invocations, or soon will. */
  get #size(): number {
    return this.#serving.length + this.#starting
  }

  /** Whether somebody waits for want of a worker, not for somebody else. */
  get #isShort(): boolean {
    return this.#waiting.length > 0 && this.#leastBusy() === undefined
  }

  #dispatch(): void {
    while (this.#waiting.length > 0 && this.#running < this.#mostAtOnce) {
      const worker = this.#leastBusy()
      if (!worker) return
      const next = this.#waiting.take(this.#mayGo)
      if (next) void this.#run(worker, next)
      else {
        this.#shares.whenChanged(this.#dispatchAgain)
        return
      }
    }
  }

  readonly #mayGo = ({ caller }: Waiting): boolean => caller === undefined || !this.#shares.mustWait(caller)

  readonly #dispatchAgain = (): void => this.#dispatch()

  async #run(worker: FunctionWorker, { caller, requestId, event, resolve }: Waiting): Promise<void> {
    this.#running += 1
    if (caller !== undefined) this.#shares.begin(caller)
    this.#lastBegunMs = Date.now()
    this.#use(worker)
    const result = await worker.invoke(requestId, event)
    this.#running -= 1
    if (caller !== undefined) this.#shares.end(caller)
    // The next invocation first: its worker computes while this result is read.
    this.#release(worker)
    resolve(this.#terminated ? CUT_OFF : result)
  }

  #use(worker: FunctionWorker): void {
    this.#leave(worker)
    if (!worker.hasEnded) this.#serving.push(worker)
  }

  #leave(worker: FunctionWorker): void {
    takeFirst(this.#serving, (each) => each === worker)
  }

  #release(worker: FunctionWorker): void {
    this.#use(worker)
    this.#dispatch()
    if (worker.hasEnded && this.#waiting.length > 0) this.#grow()
  }

  /** One with room for an invocation; of several the last used. */
  #leastBusy(): FunctionWorker | undefined {
    let best: FunctionWorker | undefined
    for (const worker of this.#serving)
      if (!worker.hasEnded && worker.given <= (best?.given ?? this.#room - 1)) best = worker
    return best
  }

  #grow(): void {
    if (this.#size < this.#eagerWorkers) void this.#start()
    else this.#growLater()
  }

  #growLater(): void {
    if (this.#growth) return
    this.#load.sinceLastCall()
    this.#areWaiting()
    this.#growth = setInterval(() => {
      if (this.#isShort) return this.#growOnce()
      clearInterval(this.#growth)
      this.#growth = undefined
    }, GROWTH_INTERVAL_MS)
  }

  /** More room in the workers that wait for others; where it is full or they have enough to do, one more worker. */
  #growOnce(): void {
    const isWaiting = this.#areWaiting()
    const { invocationsAtOnce } = this.#options.definition
    if (isWaiting && this.#room < invocationsAtOnce) {
      this.#room = Math.min(this.#room * 2, invocationsAtOnce)
      this.#dispatch()
      return
    }
    const areMany = invocationsAtOnce > 1 && this.#size >= availableParallelism()
    const hasTime = this.#load.sinceLastCall() < (areMany ? HALF_IDLE : SATURATED)
    const isStuck = isWaiting && Date.now() - this.#lastBegunMs > STUCK_MS
    const isWanted = hasTime || isStuck || this.#size === 0
    if (isWanted && this.#size < this.#mostWorkers && this.#starting < STARTING_AT_ONCE) void this.#start()
  }

  /**
   * Whether workers had time left since the last call, and not because they wait for this thread: it serves all their calls,
   * and with more invocations each call would merely take longer, in the end so long that it is given up and made again.
   */
  #areWaiting(): boolean {
    const idlest = Math.min(1, ...this.#serving.map((worker) => worker.busySinceLastCall()))
    return Math.max(idlest, this.#ownLoad.sinceLastCall()) < BUSY
  }

  async #start(): Promise<void> {
    const worker = new FunctionWorker({
      ...this.#options,
      onEnd: () => {
        this.#workers.delete(worker)
        this.#leave(worker)
      },
    })
    this.#workers.add(worker)
    this.#starting += 1
    await worker.ready
    this.#starting -= 1
    this.#use(worker)
    // One that could not start reports why to the invocation that waited for it.
    const next = worker.hasEnded ? this.#waiting.take() : undefined
    if (next) await this.#run(worker, next)
    else this.#dispatch()
  }
}

const NO_CONCURRENCY = {
  errorType: 'TooManyRequestsException',
  errorMessage: 'The function has a reserved concurrency of 0',
}
