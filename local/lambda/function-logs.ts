import { createWriteStream, existsSync, mkdirSync, renameSync, statSync, type WriteStream } from 'node:fs'
import { join } from 'node:path'

/** A log that has grown beyond this is put aside at the next start, in bytes; the one put aside before is dropped. */
const LARGEST_LOG_BYTES = 32 * 1024 * 1024

/** What functions write, one file per function. */
export class FunctionLogs {
  readonly #folder: string
  readonly #files = new Map<string, WriteStream>()

  constructor(folder: string) {
    this.#folder = folder
    mkdirSync(folder, { recursive: true })
  }

  write(functionId: string, line: string): void {
    this.#file(functionId).write(`${line}\n`)
  }

  async close(): Promise<void> {
    await Promise.all([...this.#files.values()].map((file) => new Promise<void>((resolve) => file.end(resolve))))
  }

  #file(functionId: string): WriteStream {
    const known = this.#files.get(functionId)
    if (known) return known
    const path = join(this.#folder, `${functionId}.log`)
    if (existsSync(path) && statSync(path).size > LARGEST_LOG_BYTES) renameSync(path, `${path}.old`)
    const file = createWriteStream(path, { flags: 'a' })
    // A full disk must not end the service with it.
    file.on('error', () => {})
    this.#files.set(functionId, file)
    return file
  }
}
