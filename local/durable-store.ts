import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** A durable map from string keys to JSON values, ordered by key. A write that has returned survives SIGKILL. */
export interface DurableMap {
  get(key: string): unknown
  /** Entries whose key begins with `prefix`, in order of key. */
  entries(prefix?: string): Iterable<readonly [key: string, value: unknown]>
  set(key: string, value: unknown): void
  delete(key: string): void
}

/** Everything that must survive a restart: one SQLite file, one table per named map. */
export class DurableStore {
  readonly #database: DatabaseSync
  #isChanging = false

  /** @param file path of the SQLite file, or ':memory:' for a store that a test throws away. */
  constructor(file: string) {
    this.#database = new DatabaseSync(file)
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000')
  }

  static inFolder(folder: string, name: string): DurableStore {
    mkdirSync(folder, { recursive: true })
    return new DurableStore(join(folder, `${name}.sqlite`))
  }

  /** @param name letters, digits and underscores. */
  map(name: string): DurableMap {
    if (!/^\w+$/.test(name)) throw new Error(`A map's name has letters, digits and _ only, not "${name}"`)
    const table = `map_${name}`
    this.#database.exec(`CREATE TABLE IF NOT EXISTS ${table} (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID`)
    const get = this.#database.prepare(`SELECT value FROM ${table} WHERE key = ?`)
    const list = this.#database.prepare(`SELECT key, value FROM ${table} WHERE key >= ? AND key < ? ORDER BY key`)
    const set = this.#database.prepare(`INSERT OR REPLACE INTO ${table} (key, value) VALUES (?, ?)`)
    const remove = this.#database.prepare(`DELETE FROM ${table} WHERE key = ?`)
    const read = (row: Record<string, unknown>): unknown => JSON.parse(String(row.value))
    return {
      get(key) {
        const row = get.get(key)
        return row ? read(row) : undefined
      },
      entries: (prefix = '') =>
        list.all(prefix, `${prefix}\u{10FFFF}`).map((row) => [String(row.key), read(row)] as const),
      set(key, value) {
        set.run(key, JSON.stringify(value))
      },
      delete(key) {
        remove.run(key)
      },
    }
  }

  /** Runs `change` so that all of its writes last, or none. One within another is a part of it. */
  transaction<T>(change: () => T): T {
    if (this.#isChanging) return change()
    this.#database.exec('BEGIN IMMEDIATE')
    this.#isChanging = true
    try {
      const result = change()
      this.#database.exec('COMMIT')
      return result
    } catch (error) {
      this.#database.exec('ROLLBACK')
      throw error
    } finally {
      this.#isChanging = false
    }
  }

  close(): void {
    this.#database.close()
  }
}
