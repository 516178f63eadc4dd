import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { accountsByMailbox } from '../support/api-client.ts'
import type { Ended, Punctual, PunctualService, ServiceOptions } from '../support/punctual-service.ts'

/** Stands in for test/support/punctual-service.ts: the tests get the deployed stack where they would start a service. */
export type * from '../support/punctual-service.ts'

const READ_LOGS = fileURLToPath(new URL('read-logs.py', import.meta.url))

function setting(name: 'PUNCTUAL_URL' | 'EMULATOR_PYTHON'): string {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is missing; start these tests with npm run e2e:emulator`)
  return value
}

/** There is one stack: nothing can be configured by a test, but what the stack is deployed with. */
export async function startService({ environment = {}, dataDir, port }: ServiceOptions = {}): Promise<PunctualService> {
  const { ADMIN_EMAILS: adminEmails = 'root@example.com', ...others } = environment
  if (
    adminEmails !== 'root@example.com' ||
    Object.keys(others).length > 0 ||
    dataDir !== undefined ||
    port !== undefined
  )
    throw new Error('The deployed stack cannot be started with settings of a test.')
  return {
    url: setting('PUNCTUAL_URL'),
    dataDir: '',
    output: () =>
      execFileSync(setting('EMULATOR_PYTHON'), [READ_LOGS], { encoding: 'utf8', maxBuffer: 64 * 1024 ** 2 }),
    stop: onlyLocal,
    kill: onlyLocal,
    discard: async () => {},
  }
}

export async function openPunctual(): Promise<Punctual> {
  const url = setting('PUNCTUAL_URL')
  return { url, newAccount: accountsByMailbox(url), close: async () => {} }
}

async function onlyLocal(): Promise<Ended> {
  throw new Error('The deployed stack is no process of the tests.')
}

export const newDataDir = onlyLocal
export const failToStart = onlyLocal
