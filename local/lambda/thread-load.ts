import type { EventLoopUtilization, Performance } from 'node:perf_hooks'

/** Tells how busy one thread is. */
export class ThreadLoad {
  readonly #thread: Pick<Performance, 'eventLoopUtilization'>
  #before: EventLoopUtilization | undefined

  constructor(thread: Pick<Performance, 'eventLoopUtilization'>) {
    this.#thread = thread
  }

  /** Share of its time since the last call in which the thread was not waiting, 0..1. */
  sinceLastCall(): number {
    const now = this.#thread.eventLoopUtilization()
    const { utilization } = this.#thread.eventLoopUtilization(now, this.#before)
    this.#before = now
    return utilization
  }
}
