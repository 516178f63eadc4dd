/** Runs tasks with at most `limit` under way at once, in the order given. */
export class BoundedPool {
  readonly #limit: number
  #running = 0
  #waiting: (() => Promise<void>)[] = []
  #firstWaiting = 0
  readonly #roomWanted: (() => void)[] = []
  readonly #idleWanted: (() => void)[] = []

  constructor(limit: number) {
    this.#limit = limit
  }

  /** @param task must not reject: its failures are its own to handle. */
  run(task: () => Promise<void>): void {
    this.#waiting.push(task)
    this.#startNext()
  }

  /** Resolves when no task waits for a place, so that a producer does not outrun the tasks. */
  async room(): Promise<void> {
    if (this.#waitingCount() === 0) return
    await new Promise<void>((resolve) => this.#roomWanted.push(resolve))
  }

  /** Resolves when nothing runs or waits. */
  async idle(): Promise<void> {
    if (this.#running === 0 && this.#waitingCount() === 0) return
    await new Promise<void>((resolve) => this.#idleWanted.push(resolve))
  }

  /** Forgets the tasks that have not begun. */
  clear(): void {
    this.#waiting = []
    this.#firstWaiting = 0
    this.#report()
  }

  #waitingCount(): number {
    return this.#waiting.length - this.#firstWaiting
  }

  #startNext(): void {
    while (this.#running < this.#limit) {
      const task = this.#waiting[this.#firstWaiting]
      if (!task) break
      this.#firstWaiting++
      this.#running++
      void task().finally(() => {
        this.#running--
        this.#startNext()
      })
    }
    this.#report()
  }

  #report(): void {
    if (this.#waitingCount() > 0) return
    this.#waiting = []
    this.#firstWaiting = 0
    for (const resolve of this.#roomWanted.splice(0)) resolve()
    if (this.#running > 0) return
    for (const resolve of this.#idleWanted.splice(0)) resolve()
  }
}
