import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** AES-256. */
const KEY_BYTES = 32

/** Reads the key that secret values are encrypted with, or makes one that only its owner can read (mode 0600). */
export function readOrMakeKeyFile(path: string): Buffer {
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true })
    const unfinished = `${path}.new`
    writeFileSync(unfinished, randomBytes(KEY_BYTES), { mode: 0o600, flush: true })
    renameSync(unfinished, path)
  }
  const key = readFileSync(path)
  if (key.length !== KEY_BYTES)
    throw new Error(`The key file ${path} has ${key.length} bytes, it must have ${KEY_BYTES}`)
  return key
}
