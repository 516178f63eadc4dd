import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

/** Calls that are noted at the most. */
const MOST_CALLS = 100_000

/** The target of all contenders. */
export class Target {
  readonly #arrivals = new SharedArrayBuffer(MOST_CALLS * Float64Array.BYTES_PER_ELEMENT)
  readonly #count = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)
  readonly #worker = new Worker(new URL('./target-thread.mjs', import.meta.url), {
    workerData: { arrivals: this.#arrivals, count: this.#count },
  })
  url = ''

  static async start(): Promise<Target> {
    const target = new Target()
    const [port] = await once(target.#worker, 'message')
    target.url = `http://127.0.0.1:${port}/sync`
    return target
  }

  get calls(): number {
    return Atomics.load(new Int32Array(this.#count), 0)
  }

  /** When each call came, epoch ms, and forgets them. */
  take(): readonly number[] {
    const count = Math.min(this.calls, MOST_CALLS)
    const arrivals = [...new Float64Array(this.#arrivals).subarray(0, count)]
    Atomics.store(new Int32Array(this.#count), 0, 0)
    return arrivals
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }
}
