import { execFile } from 'node:child_process'
import { access, cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Peer } from './peer-list.ts'

const SCRIPTS = fileURLToPath(new URL('./scripts', import.meta.url))
const LONGEST_INSTALL_MS = 120_000

const run = promisify(execFile)

/**
 * Installs a peer into the cache, once, and puts the scripts beside its packages, where they find them.
 * @returns the path of its script. @throws what npm says when it cannot be had
 */
export async function installPeer(cache: string, { packages, script }: Peer): Promise<string> {
  const folder = join(cache, script.replace('.mjs', ''))
  const marker = join(folder, 'installed')
  const wanted = packages.join(' ')
  await mkdir(folder, { recursive: true })
  if ((await readFile(marker, 'utf8').catch(() => '')) !== wanted) {
    await writeFile(join(folder, 'package.json'), '{"private":true,"type":"module"}')
    // Whatever a package would run when it is installed is not needed for what is measured.
    const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--no-save', '--loglevel=error']
    await run('npm', ['install', ...options, ...packages], { cwd: folder, timeout: LONGEST_INSTALL_MS })
    await writeFile(marker, wanted)
  }
  await cp(SCRIPTS, folder, { recursive: true })
  return join(folder, script)
}

/** Unpacks Debian packages into the cache without installing them. @returns the folder, a root of its own */
export async function unpackDebian(cache: string, name: string, packages: readonly string[]): Promise<string> {
  const folder = join(cache, name)
  if (await exists(join(folder, 'unpacked'))) return folder
  await mkdir(folder, { recursive: true })
  await run('apt-get', ['download', ...packages], { cwd: folder, timeout: LONGEST_INSTALL_MS })
  const { stdout } = await run('find', [folder, '-maxdepth', '1', '-name', '*.deb'])
  for (const file of stdout.split('\n').filter(Boolean)) await run('dpkg', ['-x', file, folder])
  await writeFile(join(folder, 'unpacked'), packages.join(' '))
  return folder
}

export const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
