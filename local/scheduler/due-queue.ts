/** Something that falls due. The queue keeps its own note in `position`: -1 while not queued. */
export type Due = { readonly dueMs: number; readonly order: number; position: number }

/** A heap of what is due next: the earliest first, ties in `order`. Adding, taking and removing cost O(log n). */
export class DueQueue<Entry extends Due> {
  readonly #heap: Entry[] = []

  get size(): number {
    return this.#heap.length
  }

  peek(): Entry | undefined {
    return this.#heap[0]
  }

  add(entry: Entry): void {
    this.#heap.push(entry)
    this.#rise(entry, this.#heap.length - 1)
  }

  /** Takes the earliest entry if it is due at `nowMs`. */
  takeDue(nowMs: number): Entry | undefined {
    const first = this.#heap[0]
    if (!first || first.dueMs > nowMs) return undefined
    this.remove(first)
    return first
  }

  remove(entry: Entry): void {
    const hole = entry.position
    if (this.#heap[hole] !== entry) return
    entry.position = -1
    const last = this.#heap.pop()
    if (!last || last === entry) return
    const parent = this.#heap[(hole - 1) >> 1]
    if (hole > 0 && parent && isBefore(last, parent)) this.#rise(last, hole)
    else this.#sink(last, hole)
  }

  #place(entry: Entry, position: number): void {
    this.#heap[position] = entry
    entry.position = position
  }

  #rise(entry: Entry, from: number): void {
    let position = from
    while (position > 0) {
      const above = (position - 1) >> 1
      const parent = this.#heap[above]
      if (!parent || !isBefore(entry, parent)) break
      this.#place(parent, position)
      position = above
    }
    this.#place(entry, position)
  }

  #sink(entry: Entry, from: number): void {
    let position = from
    for (;;) {
      const left = this.#heap[2 * position + 1]
      const right = this.#heap[2 * position + 2]
      const child = left && right ? (isBefore(right, left) ? right : left) : left
      if (!child || !isBefore(child, entry)) break
      const below = child.position
      this.#place(child, position)
      position = below
    }
    this.#place(entry, position)
  }
}

function isBefore(a: Due, b: Due): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order)
}
