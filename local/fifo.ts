/** A queue, first in, first out, whose cost of taking does not grow with its length. */
export class Fifo<Item> {
  #items: Item[] = []
  /** Items before it are gone. */
  #head = 0

  get size(): number {
    return this.#items.length - this.#head
  }

  add(item: Item): void {
    this.#items.push(item)
  }

  /** The one that was added first; undefined when there is none. */
  take(): Item | undefined {
    const item = this.#items[this.#head]
    if (this.size === 0) return undefined
    this.#head += 1
    if (this.#head * 2 < this.#items.length) return item
    this.#items = this.#items.slice(this.#head)
    this.#head = 0
    return item
  }

  /** Takes all, in order. */
  drain(): readonly Item[] {
    const items = this.#items.slice(this.#head)
    this.#items = []
    this.#head = 0
    return items
  }
}
