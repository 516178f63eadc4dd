import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DurableStore } from './durable-store.ts'

/** The folder with everything that survives a restart. One process at a time holds it. */
export class DataDirectory {
  readonly path: string
  readonly #lock: DatabaseSync
  readonly #stores: DurableStore[] = []

  /**
   * Takes the folder, making it when it is not there. The lock is one of the operating system on an open file, so
   * it ends with the process, however that ends.
   * @throws when another process holds it
   */
  constructor(path: string) {
    this.path = resolve(path)
    mkdirSync(this.path, { recursive: true, mode: 0o700 })
    this.#lock = new DatabaseSync(join(this.path, 'lock.sqlite'))
    try {
      this.#lock.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE')
    } catch (cause) {
      this.#lock.close()
      throw new Error(`The data directory ${this.path} is in use by ${readHolder(this.path)}`, { cause })
    }
    writeFileSync(join(this.path, 'holder'), `process ${process.pid}`)
  }

  /** @param name of the file, without its ending */
  openStore(name: string): DurableStore {
    const store = DurableStore.inFolder(this.path, name)
    this.#stores.push(store)
    return store
  }

  file(...names: readonly string[]): string {
    return join(this.path, ...names)
  }

  release(): void {
    for (const store of this.#stores) store.close()
    this.#lock.exec('ROLLBACK')
    this.#lock.close()
  }
}

function readHolder(path: string): string {
  try {
    return readFileSync(join(path, 'holder'), 'utf8')
  } catch {
    return 'another process'
  }
}
