import type { DurableStore } from './durable-store.ts'

/**
 * Writes the changes of one turn of the event loop in one transaction: thousands of events that arrive together
 * cost little more than one.
 */
export class GroupCommit {
  readonly #store: DurableStore
  #changes: (() => void)[] = []
  #committed: PromiseWithResolvers<void> | undefined

  constructor(store: DurableStore) {
    this.#store = store
  }

  /** Resolves once the change lasts; changes are made in the order in which they were added. */
  add(change: () => void): Promise<void> {
    this.#changes.push(change)
    if (!this.#committed) {
      this.#committed = Promise.withResolvers()
      setImmediate(() => this.flush())
    }
    return this.#committed.promise
  }

  /** Makes what was added last, now. */
  flush(): void {
    const changes = this.#changes
    const committed = this.#committed
    this.#changes = []
    this.#committed = undefined
    if (!committed) return
    try {
      this.#store.transaction(() => {
        for (const change of changes) change()
      })
      committed.resolve()
    } catch (error) {
      committed.reject(error)
    }
  }
}
