import { type ObservedCall, WireServer, type WireServerOptions } from './wire-server.ts'
import type { WireService } from './wire-service.ts'

/** The suffixes of the SDK's endpoint variables of all services here. */
export const SERVICE_NAMES = [
  'COGNITO_IDENTITY_PROVIDER',
  'DYNAMODB',
  'LAMBDA',
  'SCHEDULER',
  'SECRETS_MANAGER',
  'SESV2',
  'SNS',
  'SQS',
] as const
export type ServiceName = (typeof SERVICE_NAMES)[number]

export type { ObservedCall }

/** A loopback port for every service, taken before the services are there: what they are told holds the URLs. */
export class ServicePorts {
  readonly #servers = new Map<string, WireServer>()
  readonly #urls = new Map<string, string>()

  static async open(options: WireServerOptions): Promise<ServicePorts> {
    const ports = new ServicePorts()
    await Promise.all(
      SERVICE_NAMES.map(async (name) => {
        const server = new WireServer(options)
        ports.#servers.set(name, server)
        ports.#urls.set(name, await server.listen())
      }),
    )
    return ports
  }

  /** URLs by service, without a slash at the end. */
  get urls(): ReadonlyMap<string, string> {
    return this.#urls
  }

  /** Makes the clients of a service talk to another URL than its port here. */
  redirect(name: ServiceName, url: string): void {
    this.#urls.set(name, url)
  }

  serve(service: WireService): void {
    const server = this.#servers.get(service.name)
    if (!server) throw new Error(`There is no port for the service ${service.name}`)
    server.serve(service)
  }

  async close(): Promise<void> {
    await Promise.all([...this.#servers.values()].map((server) => server.close()))
  }
}
