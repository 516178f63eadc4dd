import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Account, accountsByMailbox, givenAccounts } from './api-client.ts'

const PROJECT_ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Longest that a start may take on a busy machine, in milliseconds. */
const LONGEST_START_MS = 60_000

export type ServiceOptions = {
  /** @default a new folder, removed by `discard` */
  readonly dataDir?: string
  /** @default any free one */
  readonly port?: number
  /** More of the knobs of the local service. */
  readonly environment?: Readonly<Record<string, string>>
}

export type Ended = { readonly code: number | null; readonly signal: NodeJS.Signals | null; readonly tookMs: number }

/** Something that a service keeps, e.g. a file. */
export type Stored = { readonly name: string; readonly content: Buffer }

/** The built service as a process of its own, and what can be done to a process. */
export type PunctualService = {
  readonly url: string
  /** Where it says that it is, e.g. in mails. */
  readonly publicUrl: string
  readonly dataDir: string
  /** The CloudFormation template that it was made of. */
  template(): Promise<unknown>
  /** All that it keeps; of a vault only what is its own to keep. */
  stored(): Promise<readonly Stored[]>
  /** Everything it has printed so far. */
  output(): string
  /** @param signal that asks for an orderly end; SIGTERM by default */
  stop(signal?: 'SIGTERM' | 'SIGINT'): Promise<Ended>
  /** SIGKILL: no chance to tidy up. */
  kill(): Promise<Ended>
  /** Stops it if it still runs, and removes its data. */
  discard(): Promise<void>
}

export const newDataDir = (): Promise<string> => mkdtemp(join(tmpdir(), 'punctual-'))

type Spawned = { readonly child: ChildProcess; readonly output: () => string; readonly ended: Promise<Ended> }

function spawnService(dataDir: string, { port = 0, environment }: ServiceOptions): Spawned {
  const child = spawn(process.execPath, ['bin/local.ts'], {
    cwd: PROJECT_ROOT,
    env: {
      PATH: process.env.PATH,
      LOCAL_CALLS_FILE: process.env.LOCAL_CALLS_FILE,
      DEMO: '0',
      PORT: String(port),
      DATA_DIR: dataDir,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text += String(chunk)))
  const startedAt = performance.now()
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal, tookMs: performance.now() - startedAt }))
  })
  return { child, output: () => text, ended }
}

/** Resolves with the URL of the ready line. @throws with what was printed when none comes. */
function readyUrl({ child, output, ended }: Spawned): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`Punctual ${why}. It printed:\n${output()}`))
    const timer = setTimeout(() => fail('did not start in time'), LONGEST_START_MS)
    const look = () => {
      const url = /^Punctual is ready at (http:\S+)$/m.exec(output())?.[1]
      if (url === undefined) return
      clearTimeout(timer)
      child.stdout?.off('data', look)
      resolve(url)
    }
    child.stdout?.on('data', look)
    ended.then(({ code }) => {
      clearTimeout(timer)
      fail(`ended with ${code}`)
    }, reject)
  })
}

/** @returns what a folder has, whatever the depth */
async function filesIn(folder: string): Promise<readonly Stored[]> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((file) => file.isFile())
  const paths = files.map((file) => join(file.parentPath, file.name))
  return Promise.all(paths.map(async (path) => ({ name: relative(folder, path), content: await readFile(path) })))
}

async function templateIn(assembly: string): Promise<unknown> {
  const [file = ''] = (await readdir(assembly)).filter((name) => name.endsWith('.template.json'))
  return JSON.parse(await readFile(join(assembly, file), 'utf8'))
}

/** Starts the built service and waits until it takes requests. */
export async function startService(options: ServiceOptions = {}): Promise<PunctualService> {
  const dataDir = options.dataDir ?? (await newDataDir())
  const spawned = spawnService(dataDir, options)
  const url = await readyUrl(spawned).catch(async (error: unknown) => {
    spawned.child.kill('SIGKILL')
    if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true })
    throw error
  })
  const end = async (signal: NodeJS.Signals): Promise<Ended> => {
    const sentAt = performance.now()
    spawned.child.kill(signal)
    return { ...(await spawned.ended), tookMs: performance.now() - sentAt }
  }
  return {
    url,
    publicUrl: url,
    dataDir,
    template: () => templateIn(join(dataDir, 'cdk.out')),
    stored: () => filesIn(dataDir),
    output: spawned.output,
    stop: (signal = 'SIGTERM') => end(signal),
    kill: () => end('SIGKILL'),
    async discard() {
      await end('SIGTERM')
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Starts a service that is expected to give up, and waits until it has. */
export async function failToStart(options: ServiceOptions & { readonly dataDir: string }) {
  const { child, output, ended } = spawnService(options.dataDir, options)
  const timer = setTimeout(() => child.kill('SIGKILL'), LONGEST_START_MS)
  const { code, tookMs } = await ended
  clearTimeout(timer)
  return { code, tookMs, output: output() }
}

/** An API to test, wherever it runs, with somebody to call it as. */
export type Punctual = {
  readonly url: string
  /** An account of its own for each call. */
  newAccount(): Promise<Account>
  close(): Promise<void>
}

/**
 * The API that the contract tests talk to: a service of their own or, when PUNCTUAL_URL names one, a deployed API. There
 * codes cannot be read from a mailbox, so PUNCTUAL_ACCOUNTS lists three confirmed accounts as `email:password`, separated
 * by commas; everything that they have is deleted.
 */
export async function openPunctual(): Promise<Punctual> {
  const { PUNCTUAL_URL: url, PUNCTUAL_ACCOUNTS: accounts } = process.env
  if (url !== undefined) return { url, newAccount: givenAccounts(url, accounts ?? ''), close: async () => {} }
  const service = await startService()
  return { url: service.url, newAccount: accountsByMailbox(service.url), close: service.discard }
}
