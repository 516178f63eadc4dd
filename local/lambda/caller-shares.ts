import { takeFirst } from '../take-first.ts'

/** What a caller had counts less as time passes: after this time a little over a third, in milliseconds. */
const MEMORY_MS = 1000

/** Nobody waits for others who had fewer invocations in {@link MEMORY_MS}; so many, everybody gets. */
const MUCH = 100

/** Somebody has a lot beside others when it is more than so many times as much. */
const TIMES = 4

/** Who has had a lot rests so long after each invocation while there are others, in milliseconds: they come in between. */
const REST_MS = 1

/** As time passes somebody who waits may go, in milliseconds. */
const LOOK_AGAIN_MS = 1

/** Shares of those who have long had nothing are thrown away when there are so many. */
const MOST_SHARES = 1_000

type Share = {
  /** Invocations of late, as of `atMs`. */
  recent: number
  atMs: number
  /** When its last invocation ended. */
  endedMs: number
}

type Begun = { readonly caller: string; readonly atMs: number }

/**
 * Who has had how much of late. On AWS, whoever sends a lot takes nothing from others; here all share a few processors.
 * So somebody who has had a lot gets one invocation at a time while there are others, with a rest after each, and none while
 * one runs for somebody who has had little.
 */
export class CallerShares {
  readonly #shares = new Map<string, Share>()
  /** One for each invocation. */
  readonly #running: { readonly caller: string; readonly share: Share }[] = []
  #waiting: (() => void)[] = []
  readonly #now: () => number
  /** The last to begin an invocation, and the last of the others. */
  #last: Begun | undefined
  #lastOther: Begun | undefined
  #timer: NodeJS.Timeout | undefined

  /** @param now milliseconds of a clock that never goes back */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  begin(caller: string): void {
    const atMs = this.#now()
    const share = this.#shares.get(caller) ?? this.#newShare(caller)
    share.recent = this.#recent(share) + 1
    share.atMs = atMs
    this.#running.push({ caller, share })
    if (this.#last?.caller !== caller) this.#lastOther = this.#last
    this.#last = { caller, atMs }
  }

  end(caller: string): void {
    const ended = takeFirst(this.#running, (each) => each.caller === caller)
    if (ended) ended.share.endedMs = this.#now()
    if (this.#waiting.length > 0) this.#wake()
  }

  /** Whether a caller's next invocation is to wait. */
  mustWait(caller: string): boolean {
    const share = this.#shares.get(caller)
    const recent = share ? this.#recent(share) : 0
    if (!share || recent < MUCH) return false
    const isTooSoon = this.#isRunning(caller) || this.#now() - share.endedMs < REST_MS
    if (isTooSoon && this.#hasCompany(caller)) return true
    return this.#running.some((other) => other.caller !== caller && this.#recent(other.share) * TIMES < recent)
  }

  /** Calls once, when somebody who waits may perhaps go. */
  whenChanged(wake: () => void): void {
    if (!this.#waiting.includes(wake)) this.#waiting.push(wake)
    this.#timer ??= setTimeout(() => this.#wake(), LOOK_AGAIN_MS)
  }

  #wake(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const all = this.#waiting
    this.#waiting = []
    for (const wake of all) wake()
  }

  #recent({ recent, atMs }: Share): number {
    return recent * Math.exp((atMs - this.#now()) / MEMORY_MS)
  }

  #isRunning(caller: string): boolean {
    return this.#running.some((each) => each.caller === caller)
  }

  #hasCompany(caller: string): boolean {
    const other = this.#last?.caller === caller ? this.#lastOther : this.#last
    return other !== undefined && this.#now() - other.atMs < MEMORY_MS
  }

  #newShare(caller: string): Share {
    if (this.#shares.size >= MOST_SHARES) {
      for (const [name, share] of this.#shares)
        if (!this.#isRunning(name) && this.#recent(share) < 1) this.#shares.delete(name)
    }
    const share = { recent: 0, atMs: this.#now(), endedMs: Number.NEGATIVE_INFINITY }
    this.#shares.set(caller, share)
    return share
  }
}
