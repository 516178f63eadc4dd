type Line<Item> = { readonly items: Item[]; head: number }

/** Those of one caller that were taken are cleared away once there are so many. */
const MOST_TAKEN = 10_000

/**
 * Who waits for a worker. Callers take turns, and what one caller sent is taken in its order: on AWS each would have a
 * worker at once, so that whoever sends a lot makes only themselves wait.
 */
export class WaitingLine<Item> {
  /** By caller, the next one first. */
  readonly #lines = new Map<string, Line<Item>>()
  #length = 0

  get length(): number {
    return this.#length
  }

  add(caller: string, item: Item): void {
    const line = this.#lines.get(caller)
    if (line) line.items.push(item)
    else this.#lines.set(caller, { items: [item], head: 0 })
    this.#length += 1
  }

  /** @param mayGo asked about the next item of each caller; who may not go keeps the turn. @default everybody may */
  take(mayGo: (item: Item) => boolean = () => true): Item | undefined {
    for (const [caller, line] of this.#lines) {
      const item = line.items[line.head]
      if (item !== undefined && !mayGo(item)) continue
      this.#lines.delete(caller)
      line.head += 1
      this.#length -= 1
      if (line.head < line.items.length) this.#lines.set(caller, withoutTaken(line))
      return item
    }
    return undefined
  }

  /** Empties it. @returns all who waited, in turns. */
  clear(): readonly Item[] {
    const all: Item[] = []
    for (let item = this.take(); item !== undefined; item = this.take()) all.push(item)
    return all
  }
}

const withoutTaken = <Item>(line: Line<Item>): Line<Item> =>
  line.head < MOST_TAKEN ? line : { items: line.items.slice(line.head), head: 0 }
