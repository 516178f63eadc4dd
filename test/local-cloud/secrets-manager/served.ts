import { onTestFinished } from 'vitest'
import { WireServer } from '../../../local/wire-server.ts'
import type { WireService } from '../../../local/wire-service.ts'

/** Serves a service on loopback until the test ends; gives its URL. A bug in the service fails loudly. */
export async function served(service: WireService): Promise<string> {
  const bugs: string[] = []
  const server = new WireServer({ log: (message) => bugs.push(message) })
  const url = await server.listen()
  server.serve(service)
  onTestFinished(async () => {
    await server.close()
    await service.close()
    if (bugs.length > 0) throw new Error(bugs.join('\n'))
  })
  return url
}

/** What an SDK client needs to speak to a local service. */
export const sdkConfiguration = (endpoint: string) => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  maxAttempts: 1,
})

/** The error that `promise` ends with, as `name: message`. */
export async function refusal(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
  } catch (error) {
    if (error instanceof Error) return `${error.name}: ${error.message}`
    throw error
  }
  throw new Error('It was not refused')
}
