import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, mkdir, readdir } from 'node:fs/promises'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { freePort } from '../../local/free-port.ts'
import { exists, unpackDebian } from './install.ts'

const run = promisify(execFile)

/** A server of the peers', running. `argument`: how its clients are told where it is. */
export type Server = {
  readonly pid: number
  readonly argument: string
  readonly stop: () => Promise<void>
}

const LONGEST_START_MS = 20_000
/** PostgreSQL refuses to run as root; this is nobody. */
const NOBODY = 65_534

async function untilListening(child: ChildProcess, port: number): Promise<void> {
  for (const giveUpAt = Date.now() + LONGEST_START_MS; Date.now() < giveUpAt; await wait(50)) {
    if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}`)
    const socket = connect(port, '127.0.0.1')
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    })
    socket.destroy()
    if (isOpen) return
  }
  throw new Error('It did not start in time')
}

const asServer = (child: ChildProcess, argument: string): Server => ({
  pid: child.pid ?? 0,
  argument,
  async stop() {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    // PostgreSQL: a fast shutdown.
    child.kill('SIGINT')
    const enforce = setTimeout(() => child.kill('SIGKILL'), 5_000)
    await ended
    clearTimeout(enforce)
  },
})

/** Redis, of this machine or from Debian's packages, that writes every command down and syncs each second. */
export async function startRedis(cache: string, scratch: string): Promise<Server> {
  const packages = ['redis-server', 'redis-tools', 'libjemalloc2', 'liblzf1', 'liblua5.1-0', 'lua-bitop', 'lua-cjson']
  const own = (await onPath('redis-server')) ?? undefined
  const root = own === undefined ? await unpackDebian(cache, 'redis-server', packages) : ''
  const port = await freePort()
  const dir = join(scratch, 'redis')
  await mkdir(dir, { recursive: true })
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--appendonly', 'yes', '--save', '']
  const libraries = `${root}/usr/lib/x86_64-linux-gnu:${root}/usr/lib/aarch64-linux-gnu`
  const child = spawn(own ?? join(root, 'usr/bin/redis-server'), settings, {
    env: own === undefined ? { LD_LIBRARY_PATH: libraries } : {},
    stdio: 'ignore',
  })
  await untilListening(child, port)
  return asServer(child, String(port))
}

/** PostgreSQL as it comes: every commit is synced. */
export async function startPostgresql(scratch: string): Promise<Server> {
  const bin = await postgresqlFolder()
  const port = await freePort()
  const dir = join(scratch, 'postgresql')
  const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}
  await mkdir(dir, { recursive: true })
  if (user.uid !== undefined)
    await Promise.all([chown(dir, NOBODY, NOBODY), run('chmod', ['o+x', scratch, dirname(scratch)])])
  await run(join(bin, 'initdb'), ['-D', join(dir, 'data'), '-U', 'bench', '--auth=trust', '--no-sync'], {
    ...user,
    env: {},
  })
  const settings = [
    '-D',
    join(dir, 'data'),
    '-h',
    '127.0.0.1',
    '-p',
    String(port),
    '-k',
    dir,
    '-c',
    'max_connections=200',
  ]
  const child = spawn(join(bin, 'postgres'), settings, { ...user, env: {}, stdio: 'ignore' })
  await untilListening(child, port)
  return asServer(child, `postgres://bench@127.0.0.1:${port}/postgres`)
}

async function postgresqlFolder(): Promise<string> {
  const versions = await readdir('/usr/lib/postgresql').catch(() => [])
  const newest = versions.sort((a, b) => Number(b) - Number(a))[0]
  if (newest !== undefined) return `/usr/lib/postgresql/${newest}/bin`
  const found = await onPath('initdb')
  if (found !== undefined) return found.replace(/\/initdb$/, '')
  throw new Error('PostgreSQL is not installed (Debian: postgresql)')
}

async function onPath(name: string): Promise<string | undefined> {
  for (const folder of (process.env.PATH ?? '').split(':')) {
    if (await exists(join(folder, name))) return join(folder, name)
  }
  return undefined
}
