/** The process ended here: nothing after this line was done. */
export class Crash extends Error {
  override readonly name = 'Crash'
}

/** When, counted in effects since `arm`, a process ends: right before an effect, or right after. */
export type Fault = { readonly effect: number; readonly when: 'before' | 'after' }

/** Lists, which are read as they come. */
const PASSED: ReadonlySet<string> = new Set(['every', 'page', 'lateRuns', 'unfinished', 'loose'])

/** Effects pass through here, so that a test can end the process between any two of them. */
export class FaultLine {
  #fault: Fault | undefined
  #count = 0
  #dead = false
  /** Effects since `arm`, e.g. `schedules.create`. */
  readonly effects: string[] = []

  /** From now on effects are counted, and at `fault` everything stops. */
  arm(fault: Fault | undefined): void {
    this.#fault = fault
    this.#count = 0
    this.#dead = false
    this.effects.length = 0
  }

  /** Whether the armed fault has happened. */
  get hasCrashed(): boolean {
    return this.#dead
  }

  /** A new process: what follows works again. */
  revive(): void {
    this.#dead = false
    this.#fault = undefined
  }

  /** The same port, its every call an effect. */
  under<Port extends object>(name: string, port: Port): Port {
    return new Proxy(port, {
      get: (target, property) => {
        const method = Reflect.get(target, property)
        if (typeof method !== 'function') return method
        return (...args: unknown[]) => {
          const call = () => Reflect.apply(method, target, args)
          return PASSED.has(String(property)) ? call() : this.#pass(`${name}.${String(property)}`, call)
        }
      },
    })
  }

  async #pass(effect: string, call: () => unknown): Promise<unknown> {
    if (this.#dead) throw new Crash('the process has ended')
    const isFault = this.#fault?.effect === this.#count++
    this.effects.push(effect)
    if (isFault && this.#fault?.when === 'before') this.#end(effect)
    const result = await call()
    if (isFault) this.#end(effect)
    return result
  }

  #end(effect: string): never {
    this.#dead = true
    throw new Crash(`the process ended at ${effect}`)
  }
}
