import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Metafile } from 'esbuild'

/** What Node loads when a function starts, and what it would load if every lazy import were made. Sizes in bytes. */
export type Loaded = {
  readonly minified: number
  readonly gzipped: number
  /** Modules before they were bundled. */
  readonly modules: readonly string[]
}

/** Follows the imports of a bundle. */
export class BundleGraph {
  readonly #folder: string
  readonly #outputs: Metafile['outputs']
  /** What the metafile puts before the names of files. */
  readonly #prefix: string

  constructor(folder: string, { outputs }: Metafile, prefix: string) {
    this.#folder = folder
    this.#outputs = outputs
    this.#prefix = prefix
  }

  atStart = (entry: string): Loaded => this.#measure(this.#reach(entry, false))
  inAll = (entry: string): Loaded => this.#measure(this.#reach(entry, true))

  #reach(entry: string, lazily: boolean): ReadonlySet<string> {
    const files = new Set<string>()
    const pending = [`${this.#prefix}${entry}.mjs`]
    for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
      if (files.has(file)) continue
      files.add(file)
      const imports = this.#outputs[file]?.imports ?? []
      pending.push(
        ...imports
          .filter(({ external, kind }) => !external && (kind === 'import-statement' || lazily))
          .map(({ path }) => path),
      )
    }
    return files
  }

  #measure(files: ReadonlySet<string>): Loaded {
    const contents = [...files].map((file) => readFileSync(join(this.#folder, file.slice(this.#prefix.length))))
    const modules = [...files].flatMap((file) =>
      Object.entries(this.#outputs[file]?.inputs ?? {}).flatMap(([name, { bytesInOutput }]) =>
        bytesInOutput > 0 ? [name] : [],
      ),
    )
    return {
      minified: contents.reduce((sum, { length }) => sum + length, 0),
      gzipped: contents.reduce((sum, content) => sum + gzipSync(content).length, 0),
      modules,
    }
  }
}
