import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { arch, platform } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '../free-port.ts'

/** Time for a start, and for an end before it is enforced, in milliseconds. */
const LONGEST_START_MS = 10_000
const LONGEST_STOP_MS = 2_000

/** Pause before an engine that died is started again, in milliseconds. */
const RESTART_DELAY_MS = 20

/**
 * Runs the engine in place of the shell, beside a watchdog that waits on a pipe to this process: when this process
 * ends in whatever way, the pipe closes and the watchdog kills the engine.
 */
const GUARDED = '(cat >/dev/null; kill -9 $$ 2>/dev/null) <&3 & exec "$@" 3<&- </dev/null'

export type EngineOptions = {
  /** SQLite file with all tables. */
  readonly file: string
  readonly log: (message: string) => void
}

/** The DynamoDB engine: a process of its own, started again when it dies, never outliving this one. */
export class DynamoDbEngine {
  readonly #options: EngineOptions
  readonly #binary: string
  readonly #port: number
  #process: ChildProcess | undefined
  #stopping = false

  private constructor(options: EngineOptions, port: number) {
    this.#options = options
    this.#port = port
    this.#binary = findBinary()
  }

  /** @throws when there is no engine for this platform or it does not start */
  static async start(options: EngineOptions): Promise<DynamoDbEngine> {
    const engine = new DynamoDbEngine(options, await freePort())
    await engine.#launch()
    return engine
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** Process id, while it runs. */
  get pid(): number | undefined {
    return this.#process?.pid
  }

  async stop(): Promise<void> {
    this.#stopping = true
    const running = this.#process
    if (!running) return
    const ended = once(running, 'exit')
    running.kill('SIGTERM')
    const enforce = setTimeout(() => running.kill('SIGKILL'), LONGEST_STOP_MS)
    await ended
    clearTimeout(enforce)
  }

  async #launch(): Promise<void> {
    const { file, log } = this.#options
    const args = ['--host', '127.0.0.1', '--port', String(this.#port), '--db-path', file]
    const child = spawn('/bin/sh', ['-c', GUARDED, 'dynamodb', this.#binary, ...args], {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      env: {},
      // Ctrl-C is for this process alone; it ends the engine when the functions have ended.
      detached: true,
    })
    this.#process = child
    const said: string[] = []
    const listening = new Promise<void>((resolve, reject) => {
      const read = (chunk: Buffer) => {
        said.push(chunk.toString())
        if (said.join('').includes('listening on')) resolve()
      }
      child.stdout?.on('data', read)
      child.stderr?.on('data', read)
      child.once('error', reject)
      child.once('exit', () => reject(new Error(`The DynamoDB engine did not start: ${said.join('').trim()}`)))
    })
    child.once('exit', (code, signal) => {
      for (const stream of child.stdio) stream?.destroy()
      this.#process = undefined
      if (this.#stopping) return
      log(`The DynamoDB engine ended (${signal ?? code}); starting it again`)
      void this.#relaunch()
    })
    const tooLate = new AbortController()
    await Promise.race([
      listening,
      wait(LONGEST_START_MS, undefined, { signal: tooLate.signal, ref: false }).then(() => {
        child.kill('SIGKILL')
        throw new Error(`The DynamoDB engine did not start within ${LONGEST_START_MS / 1000} seconds`)
      }),
    ]).finally(() => tooLate.abort())
  }

  async #relaunch(): Promise<void> {
    await wait(RESTART_DELAY_MS)
    if (this.#stopping) return
    // When this start fails too, the exit of that process brings us here again.
    await this.#launch().catch((error: unknown) => this.#options.log(String(error)))
  }
}

/** @throws naming the way out where the engine has no package */
function findBinary(): string {
  const name = `@dynoxide/${platform()}-${arch()}`
  try {
    return fileURLToPath(import.meta.resolve(`${name}/dynoxide`))
  } catch (cause) {
    throw new Error(
      `There is no DynamoDB engine for this machine (${name}). Start any other, for example DynamoDB Local, ` +
        'and set AWS_ENDPOINT_URL_DYNAMODB to its URL',
      { cause },
    )
  }
}
