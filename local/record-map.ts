import type { z } from 'zod'
import type { DurableMap, DurableStore } from './durable-store.ts'

/** A durable map whose values all fit one schema. */
export class RecordMap<Value> {
  readonly #map: DurableMap
  readonly #schema: z.ZodType<Value>

  constructor(store: DurableStore, name: string, schema: z.ZodType<Value>) {
    this.#map = store.map(name)
    this.#schema = schema
  }

  get(key: string): Value | undefined {
    const value = this.#map.get(key)
    return value === undefined ? undefined : this.#schema.parse(value)
  }

  /** Entries whose key begins with `prefix`, in order of key. */
  *entries(prefix = ''): Generator<readonly [key: string, value: Value]> {
    for (const [key, value] of this.#map.entries(prefix)) yield [key, this.#schema.parse(value)]
  }

  *values(prefix = ''): Generator<Value> {
    for (const [, value] of this.entries(prefix)) yield value
  }

  set(key: string, value: Value): void {
    this.#map.set(key, value)
  }

  delete(key: string): void {
    this.#map.delete(key)
  }
}
