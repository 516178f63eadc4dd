import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DurableStore } from './durable-store.ts'

const LOCK_FILE = 'lock.sqlite'
const HOLDER_FILE = 'holder'

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
    this.#lock = new DatabaseSync(join(this.path, LOCK_FILE))
    try {
      this.#lock.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE')
    } catch (cause) {
      this.#lock.close()
      throw new Error(`The data directory ${this.path} is in use by ${readHolder(this.path)}`, { cause })
    }
    writeFileSync(join(this.path, HOLDER_FILE), `process ${process.pid}`)
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

/** True for a folder that is not there or that nobody has kept anything in yet. */
export function isUnusedDataDirectory(path: string): boolean {
  return !existsSync(path) || readdirSync(path).every((name) => name === LOCK_FILE || name === HOLDER_FILE)
}

function readHolder(path: string): string {
  try {
    return readFileSync(join(path, HOLDER_FILE), 'utf8')
  } catch {
    return 'another process'
  }
}
