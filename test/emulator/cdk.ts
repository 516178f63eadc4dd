import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ACCOUNT, type MiniStack, REGION } from './ministack.ts'
import { runToEnd } from './processes.ts'

export const PROJECT_ROOT = fileURLToPath(new URL('../..', import.meta.url))

const TOOLKIT = join(PROJECT_ROOT, 'node_modules', 'aws-cdk', 'bin', 'cdk')

/** What the app is told, whatever else. */
const SETTINGS = { stage: 'emulator', adminEmails: 'ops@example.com' } as const
const STACK_NAME = 'punctual-emulator'

const contextOf = (settings: Readonly<Record<string, string>>) =>
  Object.entries(settings).flatMap(([key, value]) => ['--context', `${key}=${value}`])

/** What a stack says of itself when it is deployed. */
export type StackOutputs = {
  readonly ApiUrl: string
  readonly UserPoolId: string
  readonly UserPoolClientId: string
}

/** The CDK toolkit of this project, unmodified, in front of the emulator. All that it knows of it is the address and its certificate. */
export class Cdk {
  readonly #folder: string
  readonly #env: Readonly<Record<string, string | undefined>>

  /** @param folder where the toolkit may write */
  constructor(folder: string, { environment }: MiniStack) {
    this.#folder = folder
    this.#env = { PATH: process.env.PATH, HOME: folder, TMPDIR: folder, CI: '1', ...environment }
  }

  bootstrap(): Promise<string> {
    return this.#run('bootstrap', `aws://${ACCOUNT}/${REGION}`)
  }

  /** Deploys the app. @param assembly where the toolkit writes what it deploys */
  deploy(assembly: string): Promise<StackOutputs> {
    return this.#deploy('--output', assembly, ...contextOf(SETTINGS))
  }

  /** Synthesizes the app as it is with more settings. @param assembly where it goes */
  synthesize(assembly: string, settings: Readonly<Record<string, string>>): Promise<string> {
    return this.#run('synth', '--quiet', '--output', assembly, ...contextOf({ ...SETTINGS, ...settings }))
  }

  /** Deploys what is in an assembly. */
  deployAssembly(assembly: string): Promise<StackOutputs> {
    return this.#deploy('--app', assembly)
  }

  async #deploy(...options: readonly string[]): Promise<StackOutputs> {
    const outputs = join(this.#folder, 'outputs.json')
    await this.#run('deploy', '--require-approval', 'never', '--outputs-file', outputs, ...options)
    const byStack = JSON.parse(await readFile(outputs, 'utf8')) as Record<string, StackOutputs>
    const found = byStack[STACK_NAME]
    if (found === undefined) throw new Error(`There are no outputs of ${STACK_NAME} in ${JSON.stringify(byStack)}.`)
    return found
  }

  destroy(assembly: string): Promise<string> {
    return this.#run('destroy', '--app', assembly, '--force')
  }

  #run(...args: readonly string[]): Promise<string> {
    return runToEnd(process.execPath, [TOOLKIT, ...args], { cwd: PROJECT_ROOT, env: this.#env })
  }
}
