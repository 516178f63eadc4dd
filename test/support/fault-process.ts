/** The process ended here: nothing after this line was done. */
export class ProcessEnded extends Error {
  override readonly name = 'ProcessEnded'
}

/** What a client sees when a service answers with an error, or not at all. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed'
}

/**
 * What may go wrong with one call: it is refused and does nothing; it acts, but its answer is lost; the process ends right
 * before or right after it; or it is given up and acts all the same, later.
 */
export const strikeKinds = ['refused', 'answer lost', 'ended before', 'ended after', 'late'] as const
export type StrikeKind = (typeof strikeKinds)[number]

/** A fault in store for the call with this number, counted from 0. */
export type Strike = { readonly call: number; readonly kind: StrikeKind }

/** Decides what happens to a process's next call, and when: the call waits for that. */
export type Decide = {
  (call: string, index: number): StrikeKind | undefined | Promise<StrikeKind | undefined>
  /** Learns what the process learns from a call. */
  readonly learned?: (index: number, answer: unknown) => void
}

export const strikes =
  (strike: Strike | undefined): Decide =>
  (_call, index) =>
    index === strike?.call ? strike.kind : undefined

/** A call that its process has given up, and that will still act. `call` has its arguments. */
export type Straggler = { readonly call: string; readonly land: () => Promise<unknown> }

/** One invocation of a function. Its calls to the outside go through here, and any of them may go wrong. */
export class Process {
  readonly #decide: Decide
  readonly #onStraggler: (straggler: Straggler) => void
  #ended = false
  #struck = false
  #calls = 0

  constructor(decide: Decide = () => undefined, onStraggler: (straggler: Straggler) => void = () => {}) {
    this.#decide = decide
    this.#onStraggler = onStraggler
  }

  get hasEnded(): boolean {
    return this.#ended
  }

  /** Whether anything went wrong with its calls. */
  get wasStruck(): boolean {
    return this.#struck
  }

  /**
   * The same port, as this process sees it.
   * @param kinds what may go wrong with its calls.
   */
  port<Port extends object>(name: string, port: Port, kinds: readonly StrikeKind[] = strikeKinds): Port {
    return new Proxy(port, {
      get: (target, property) => {
        const method = Reflect.get(target, property)
        if (typeof method !== 'function') return method
        const call = `${name}.${String(property)}`
        return property === 'every' || property === 'names'
          ? () => this.#iterate(call, () => Reflect.apply(method, target, []))
          : (...args: unknown[]) => this.#pass(call, kinds, async () => Reflect.apply(method, target, args), args)
      },
    })
  }

  async *#iterate(call: string, items: () => AsyncIterable<unknown>): AsyncIterable<unknown> {
    const index = this.#calls
    await this.#pass(call, ['refused', 'ended before'], async () => {})
    for await (const item of items()) {
      if (this.#ended) throw new ProcessEnded(call)
      this.#decide.learned?.(index, item)
      yield item
    }
  }

  async #pass(
    call: string,
    kinds: readonly StrikeKind[],
    act: () => Promise<unknown>,
    args: readonly unknown[] = [],
  ): Promise<unknown> {
    if (this.#ended) throw new ProcessEnded(call)
    const index = this.#calls++
    const strike = await this.#decide(call, index)
    if (this.#ended) throw new ProcessEnded(call)
    if (strike === undefined || !kinds.includes(strike)) {
      const answer = await act()
      if (this.#ended) throw new ProcessEnded(call)
      this.#decide.learned?.(index, answer)
      return answer
    }
    this.#struck = true
    switch (strike) {
      case 'ended before':
        this.#ended = true
        throw new ProcessEnded(call)
      case 'ended after':
        await act()
        this.#ended = true
        throw new ProcessEnded(call)
      case 'answer lost':
        await act()
        throw new CallFailed(`${call}: no answer in time`)
      case 'late':
        this.#onStraggler({ call: `${call}(${JSON.stringify(args)})`, land: act })
        throw new CallFailed(`${call}: no answer in time`)
      case 'refused':
        throw new CallFailed(`${call}: throttled`)
    }
  }
}
