import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installPythonTools } from '../../bin/tools/python-tools.ts'
import { changeAssembly } from './assembly.ts'
import { Cdk, PROJECT_ROOT } from './cdk.ts'
import { deviations, settings } from './deviations.ts'
import { openGateway } from './gateway.ts'
import { MINISTACK_REQUIREMENTS, type MiniStack, startMiniStack } from './ministack.ts'
import { checkSender, checkTopic, SENDER, verifySender } from './notices.ts'
import { endAllGroups, runShown, runToEnd } from './processes.ts'
import { checkNothingLeft, checkSweep, checkUpdate, makeDataToKeep } from './update-checks.ts'

/** A busy machine with two processors needs twenty minutes; after this long something hangs. In milliseconds. */
const LONGEST_RUN_MS = 30 * 60_000

const READ_LOGS = fileURLToPath(new URL('read-logs.py', import.meta.url))
const VITEST = join(PROJECT_ROOT, 'node_modules', 'vitest', 'vitest.mjs')

type Emulator = { readonly ministack: MiniStack; readonly python: string; readonly folder: string }

const say = (text: string) => console.log(`e2e:emulator: [${process.uptime().toFixed(0).padStart(3)} s] ${text}`)

/** Deploys, uses, updates and destroys the stack on an emulator of AWS that others wrote. */
async function deployAndTest(emulator: Emulator): Promise<void> {
  const { ministack, folder } = emulator
  const [assembly, updated] = [join(folder, 'cdk.out'), join(folder, 'cdk.out.updated')]
  const cdk = new Cdk(folder, ministack)
  say('cdk bootstrap')
  await cdk.bootstrap()
  say('cdk deploy')
  const { ApiUrl } = await cdk.deploy(assembly)
  const gateway = await openGateway(ministack.client, new URL(ApiUrl).hostname.split('.')[0] ?? '')
  try {
    say('what a stack without further settings does and refuses')
    const before = await makeDataToKeep(gateway.url)
    await Promise.all([checkTopic(before.account, ministack), cdk.synthesize(updated, { mailSender: SENDER })])
    say('cdk deploy, with a sender of mail, and changed code, environment, index and schedules')
    await Promise.all([changeAssembly(updated), verifySender(ministack)])
    await cdk.deployAssembly(updated)
    await checkUpdate(gateway.url, before, ministack)
    await checkSender(gateway.url, ministack)
    say('the end-to-end suite')
    await runSuite(emulator, { PUNCTUAL_URL: gateway.url, PUNCTUAL_PUBLIC_URL: ApiUrl, PUNCTUAL_ASSEMBLY: updated })
    say('the smoke test, with a run on schedule; the sweeper, started by its schedule')
    await Promise.all([smoke(gateway.url), checkSweep(before, ministack)])
  } finally {
    gateway.close()
  }
  say('cdk destroy')
  await cdk.destroy(updated)
  await checkNothingLeft(ministack)
}

async function runSuite(
  { ministack, python, folder }: Emulator,
  stack: Readonly<Record<string, string>>,
): Promise<void> {
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    TERM: process.env.TERM,
    TMPDIR: folder,
    EMULATOR_PYTHON: python,
    ...settings,
    ...stack,
    ...ministack.environment,
  }
  const args = [VITEST, 'run', '--config', 'test/emulator/vitest.config.ts', ...process.argv.slice(2)]
  const code = await runShown(process.execPath, args, { cwd: PROJECT_ROOT, env })
  if (code !== 0) throw new Error(`the end-to-end suite ended with ${code}`)
}

/** As RUNBOOK.md says to verify a deployment. */
async function smoke(url: string): Promise<void> {
  const args = [join(PROJECT_ROOT, 'bin', 'smoke.ts'), '--url', url, '--email', 'smoke@example.com']
  const code = await runShown(process.execPath, args, { cwd: PROJECT_ROOT, env: { PATH: process.env.PATH } })
  if (code !== 0) throw new Error(`the smoke test ended with ${code}`)
}

/** The last that the functions complained about. */
async function complaints({ ministack, python }: Emulator): Promise<string> {
  const log = await runToEnd(python, [READ_LOGS], { env: { PATH: process.env.PATH, ...ministack.environment } })
  const lines = log.split('\n').filter((line) => /"level":"(warn|error)"/.test(line))
  return lines
    .map((line) => line.slice(0, 600))
    .slice(-10)
    .join('\n')
}

async function main(): Promise<number> {
  const tools = await installPythonTools(MINISTACK_REQUIREMENTS)
  if (!tools.available) {
    say(`not run: ${tools.reason}`)
    return 0
  }
  const { python } = tools
  const folder = await mkdtemp(join(tmpdir(), 'punctual-emulator-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  let ministack: MiniStack | undefined
  try {
    say(`${MINISTACK_REQUIREMENTS[0]} starts; known deviations from AWS:`)
    for (const { what } of deviations) say(`  - ${what}`)
    ministack = await startMiniStack(python, folder)
    await deployAndTest({ ministack, python, folder })
    say('passed')
    return 0
  } catch (error) {
    if (ministack) console.log(await complaints({ ministack, python, folder }).catch(String))
    say(`failed: ${error instanceof Error ? error.message : error}`)
    return 1
  } finally {
    ministack?.stop()
  }
}

function giveUp(why: string): void {
  say(why)
  endAllGroups()
  process.exit(1)
}

setTimeout(() => giveUp(`not done after ${LONGEST_RUN_MS / 60_000} minutes`), LONGEST_RUN_MS).unref()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => giveUp(signal))
process.exitCode = await main()
