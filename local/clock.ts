/** Time as the local cloud sees it. Services take one, so that a test can cross a year in milliseconds. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number
  /** Calls `run` once when `now()` has reached `atMs`; returns how to call it off. */
  at(atMs: number, run: () => void | Promise<void>): () => void
}

/** Longest delay that setTimeout takes, in milliseconds. */
const LONGEST_DELAY_MS = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  at(atMs, run) {
    let timer: NodeJS.Timeout
    const wait = () => {
      const delay = atMs - Date.now()
      timer = setTimeout(delay > LONGEST_DELAY_MS ? wait : run, Math.min(Math.max(0, delay), LONGEST_DELAY_MS))
    }
    wait()
    return () => clearTimeout(timer)
  },
}

/** A clock that stands still until told to move; moving runs what is due, in order of time. */
export class ManualClock implements Clock {
  #now: number
  #due: { readonly atMs: number; readonly run: () => void | Promise<void> }[] = []

  constructor(startMs: number) {
    this.#now = startMs
  }

  now(): number {
    return this.#now
  }

  at(atMs: number, run: () => void | Promise<void>): () => void {
    const entry = { atMs, run }
    this.#due.push(entry)
    return () => {
      this.#due = this.#due.filter((other) => other !== entry)
    }
  }

  /** Moves to `toMs`, running every timer on the way and awaiting each, those set on the way included. */
  async moveTo(toMs: number): Promise<void> {
    for (;;) {
      const next = this.#due.filter((entry) => entry.atMs <= toMs).sort((a, b) => a.atMs - b.atMs)[0]
      if (!next) break
      this.#due = this.#due.filter((entry) => entry !== next)
      this.#now = Math.max(this.#now, next.atMs)
      await next.run()
    }
    this.#now = Math.max(this.#now, toMs)
  }
}
