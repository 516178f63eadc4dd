import type { WireRequest } from '../../local/wire-service.ts'
import { CallFailed, ProcessEnded } from './fault-process.ts'

/** What may go wrong with one request to AWS, as the SDK's caller sees it. */
export const wireFaults = {
  throttled: 'it is refused, and so are the SDK’s repetitions',
  'failed with 500': 'it is refused, and so are the SDK’s repetitions',
  'timed out before': 'it never arrives',
  'timed out after': 'it acts, and no answer comes back',
  'repeated after': 'it acts, no answer comes back, and the SDK repeats it',
  'ended after': 'it acts, and the process ends',
} as const
export type WireFault = keyof typeof wireFaults

type Next = (args: object) => Promise<object>

/** One request of an SDK client. */
export type SentRequest = {
  /** The service's name in `AWS_ENDPOINT_URL_…`, e.g. `DYNAMODB`. */
  readonly service: string
  /** Both, e.g. `DYNAMODB.PutItemCommand`. */
  readonly name: string
  readonly wire: WireRequest
}

/** As much of the SDK's HTTP request as tells what is asked for. */
type HttpRequest = {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

function wireOf({ method, path, query, headers, body = '' }: HttpRequest): WireRequest {
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const)
  return {
    method,
    path,
    query: new URLSearchParams(query),
    headers: Object.fromEntries(lower),
    body: Buffer.from(body),
  }
}
type Context = { readonly commandName?: string }

/** As much of an SDK client as is needed to stand between it and the wire; the rest differs from client to client. */
type SdkClient = { readonly middlewareStack: { readonly add: (...args: never[]) => unknown } }

/** Requests of SDK clients pass through here: they are counted, and one of them may go wrong. */
export class Wire {
  #fault: { readonly request: number; readonly kind: WireFault } | undefined
  #hasEnded = false
  /** Requests since `arm`. */
  readonly requests: SentRequest[] = []

  /** Whether the process ended at one of them. */
  get hasEnded(): boolean {
    return this.#hasEnded
  }

  /** From now on requests are counted, and the one with this number goes wrong. */
  arm(fault?: { readonly request: number; readonly kind: WireFault }): void {
    this.#fault = fault
    this.#hasEnded = false
    this.requests.length = 0
  }

  /** All is well again, in a new process. */
  revive(): void {
    this.#fault = undefined
    this.#hasEnded = false
  }

  /** @param service its name in `requests`. */
  attach(client: SdkClient, service: string): void {
    const middleware = (next: Next, context: Context) => (args: { readonly request: HttpRequest }) => {
      const sent = { service, name: `${service}.${context.commandName ?? ''}`, wire: wireOf(args.request) }
      return this.#pass(sent, () => next(args))
    }
    const options = { step: 'finalizeRequest', priority: 'normal', name: 'fault-wire' }
    Reflect.apply(client.middlewareStack.add, client.middlewareStack, [middleware, options])
  }

  async #pass(sent: SentRequest, send: () => Promise<object>): Promise<object> {
    const { name } = sent
    if (this.#hasEnded) throw new ProcessEnded(name)
    const kind = this.#fault?.request === this.requests.length ? this.#fault.kind : undefined
    this.requests.push(sent)
    if (kind === 'throttled' || kind === 'failed with 500' || kind === 'timed out before') {
      throw new CallFailed(`${name} ${kind}`)
    }
    const answer = await send()
    if (kind === 'timed out after') throw new CallFailed(`${name} ${kind}`)
    if (kind === 'repeated after') return send()
    if (kind === 'ended after') this.#hasEnded = true
    if (this.#hasEnded) throw new ProcessEnded(name)
    return answer
  }
}
