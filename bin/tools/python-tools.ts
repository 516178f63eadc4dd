import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A Python with the wanted packages, or why there is none on this machine. */
export type PythonTools =
  | { readonly available: true; readonly python: string }
  | { readonly available: false; readonly reason: string }

type Environment = Readonly<Record<string, string | undefined>>

/** Longest that an installation may take, in milliseconds. */
const LONGEST_INSTALLATION_MS = 4 * 60_000

/** A virtual environment needs Python 3.10 or newer for the packages that we use. */
const VERSION_CHECK = 'import sys; assert sys.version_info >= (3, 10); print(sys.version)'

/**
 * Gives a Python that has these packages, installed once into a virtual environment of its own in the user's cache folder
 * (`XDG_CACHE_HOME`, else `~/.cache`). Nothing else of the machine changes.
 * Start tools with `-m`: the folder is moved into place when it is complete, and scripts in it remember where it was.
 * @param requirements pip's, pinned, e.g. `cfn-lint==1.58.0`
 * @param env where to find Python, the cache, and pip's settings
 */
export async function installPythonTools(
  requirements: readonly string[],
  env: Environment = process.env,
): Promise<PythonTools> {
  const base = await findPython(env)
  if (base === undefined) return { available: false, reason: 'there is no Python 3.10 or newer on the PATH' }
  const digest = createHash('sha256').update(JSON.stringify([base.version, requirements]))
  const folder = join(cacheFolder(env), `python-${digest.digest('hex').slice(0, 16)}`)
  const python = join(folder, 'bin', 'python')
  if (existsSync(python)) return { available: true, python }
  await mkdir(dirname(folder), { recursive: true })
  const draft = await mkdtemp(join(dirname(folder), `${basename(folder)}.`))
  try {
    await run(base.command, ['-m', 'venv', draft], { env, timeout: LONGEST_INSTALLATION_MS })
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--retries', '1', ...requirements]
    await run(join(draft, 'bin', 'python'), pip, { env, timeout: LONGEST_INSTALLATION_MS })
    await rename(draft, folder)
    return { available: true, python }
  } catch (error) {
    // Another process was faster.
    if (existsSync(python)) return { available: true, python }
    return { available: false, reason: `${requirements.join(' ')} cannot be installed: ${whyNot(error)}` }
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

async function findPython(
  env: Environment,
): Promise<{ readonly command: string; readonly version: string } | undefined> {
  for (const command of ['python3', 'python']) {
    try {
      return { command, version: (await run(command, ['-c', VERSION_CHECK], { env })).stdout }
    } catch {
      // Not this one.
    }
  }
  return undefined
}

function cacheFolder(env: Environment): string {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'punctual')
}

/** What was wrong, in one line: of all that pip prints the last line and whom it could not reach, of venv its first. */
function whyNot(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if ('killed' in error && error.killed === true) return `not done after ${LONGEST_INSTALLATION_MS / 60_000} minutes`
  const [errors, output] = [printed(error, 'stderr'), printed(error, 'stdout')]
  const unreachable = /after connection broken by (.+)/.exec(errors)?.[1]
  const last = errors.split('\n').at(-1)
  if (last) return unreachable === undefined ? last : `${last} (${unreachable})`
  // Debian says here that this is in a package of its own.
  return (output || error.message).trim().replaceAll(/\s+/g, ' ')
}

function printed(error: Error, stream: 'stdout' | 'stderr'): string {
  const text: unknown = Reflect.get(error, stream)
  return typeof text === 'string' ? text.trim() : ''
}
