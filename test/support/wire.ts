import { WireServer } from '../../local/wire-server.ts'
import type { WireRequest, WireService } from '../../local/wire-service.ts'

/** A local service on a port of its own that remembers which operations were asked of it. */
export type ServedService = {
  readonly endpoint: string
  /** Names of the operations so far, e.g. `GetSecretValue`. */
  readonly calls: string[]
  readonly stop: () => Promise<void>
}

/** What every SDK client of a test is made with. */
export const testCredentials = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
} as const

/** And every lean client. */
export const leanTest = { ...testCredentials, userAgent: 'Punctual/test' } as const

/** What is asked of a service, e.g. `GetItem`. */
export const operationOf = (request: WireRequest): string =>
  request.headers['x-amz-target']?.split('.').at(-1) ?? `${request.method} ${request.path}`

/** Serves a local service over HTTP, as the SDK finds the real one. The service is closed with its server. */
export async function serveWire(service: WireService): Promise<ServedService> {
  const calls: string[] = []
  const failures: string[] = []
  const server = new WireServer({
    log: (message) => failures.push(message),
    observe: ({ request }) => calls.push(operationOf(request)),
  })
  const endpoint = await server.listen()
  server.serve(service)
  return {
    endpoint,
    calls,
    async stop() {
      await server.close()
      await service.close()
      if (failures.length > 0) throw new Error(failures.join('\n'))
    },
  }
}
