import { accountsByMailbox } from '../support/api-client.ts'
import type { Ended, Punctual, PunctualService, ServiceOptions } from '../support/punctual-service.ts'
import { changeSettings, deployedTemplate, everythingStored, logsSince, setting } from './deployed-stack.ts'

/** Stands in for test/support/punctual-service.ts: the tests get the deployed stack where they would start a service. */
export type * from '../support/punctual-service.ts'

/** There is one stack. What a test wants to be set is set on its functions until the service is discarded. */
export async function startService(options: ServiceOptions = {}): Promise<PunctualService> {
  const { environment = {}, dataDir, port } = options
  if (dataDir !== undefined || port !== undefined) throw new Error('The deployed stack has no folder and no port.')
  const startedAt = Date.now()
  const restore = await changeSettings(environment)
  return {
    url: setting('PUNCTUAL_URL'),
    publicUrl: setting('PUNCTUAL_PUBLIC_URL'),
    dataDir: '',
    template: async () => deployedTemplate(),
    stored: everythingStored,
    output: () => logsSince(startedAt),
    stop: onlyLocal,
    kill: onlyLocal,
    discard: restore,
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
