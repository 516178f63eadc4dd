import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { promisify } from 'node:util'
import { brotliDecompress } from 'node:zlib'
import type { PageFile, PageFiles } from '../../ports/page-files.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
}

/** Nothing that a path is made of. */
const NAME = /^\w[\w.-]*$/

const decompress = promisify(brotliDecompress)

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT'

async function readCompressed(file: URL): Promise<Uint8Array | undefined> {
  try {
    return await readFile(file)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

async function readPageFile(folder: URL, name: string): Promise<PageFile | undefined> {
  const type = TYPES[extname(name)]
  if (type === undefined || !NAME.test(name)) return undefined
  const brotli = await readCompressed(new URL(`${name}.br`, folder))
  if (!brotli) return undefined
  const hash = createHash('sha256').update(brotli).digest('base64url').slice(0, 22)
  return { type, etag: `W/"${hash}"`, brotli, plain: () => decompress(brotli) }
}

/**
 * Files that lie compressed in the function's own asset, as `<name>.br`; each is read once in the life of a function.
 * @param folder ends in a slash.
 */
export function brotliPageFiles(folder: URL): PageFiles {
  const found = new Map<string, PageFile>()
  return {
    async read(name) {
      const file = found.get(name) ?? (await readPageFile(folder, name))
      if (file) found.set(name, file)
      return file
    },
  }
}
