import { takeFirst } from '../take-first.ts'

/**
 * Who waits for a worker. Callers take turns, and what one caller sent is taken in its order: on AWS each would have a
 * worker at once, so that whoever sends a lot makes only themselves wait.
 */
export class WaitingLine<Item> {
  /** One for each caller who waits, the next one first. */
  readonly #lines: { readonly caller: string; readonly items: Item[] }[] = []
  #length = 0

  get length(): number {
    return this.#length
  }

  add(caller: string, item: Item): void {
    const line = this.#lines.find((each) => each.caller === caller)
    if (line) line.items.push(item)
    else this.#lines.push({ caller, items: [item] })
    this.#length += 1
  }

  /** @param mayGo asked about the next item of each caller; who may not go keeps the turn. @default everybody may */
  take(mayGo: (item: Item) => boolean = () => true): Item | undefined {
    const line = takeFirst(this.#lines, ({ items }) => items[0] !== undefined && mayGo(items[0]))
    const item = line?.items.shift()
    if (!line || item === undefined) return undefined
    this.#length -= 1
    if (line.items.length > 0) this.#lines.push(line)
    return item
  }

  /** Empties it. @returns all who waited, in turns. */
  clear(): readonly Item[] {
    const all: Item[] = []
    for (let item = this.take(); item !== undefined; item = this.take()) all.push(item)
    return all
  }
}
