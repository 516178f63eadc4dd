import { Readable } from 'node:stream'
import type { RequestHandler } from '../../lambdas/adapters/dynamodb/lean/signed-calls.ts'
import type { WireRequest } from '../../local/wire-service.ts'
import { CallFailed, ProcessEnded } from './fault-process.ts'
import { operationOf } from './wire.ts'

/** What may go wrong with one request to AWS. */
export const wireFaults = {
  throttled: 'it is refused as the service does, and so are the SDK’s repetitions',
  'failed with 500': 'it is refused as the service does, and so are the SDK’s repetitions',
  'timed out before': 'it never arrives',
  'timed out after': 'it acts, and no answer comes back',
  'repeated after': 'it acts, no answer comes back, and the SDK repeats it',
  'ended after': 'it acts, and the process ends',
} as const
export type WireFault = keyof typeof wireFaults

/** How services refuse, by their API references, "Common error types". */
const refusals = {
  DYNAMODB: { throttled: [400, 'ThrottlingException'], 'failed with 500': [500, 'InternalServerError'] },
  SCHEDULER: { throttled: [429, 'ThrottlingException'], 'failed with 500': [500, 'InternalServerException'] },
  SECRETS_MANAGER: { throttled: [400, 'ThrottlingException'], 'failed with 500': [500, 'InternalServiceError'] },
  LAMBDA: { throttled: [429, 'TooManyRequestsException'], 'failed with 500': [500, 'ServiceException'] },
  COGNITO_IDENTITY_PROVIDER: {
    throttled: [400, 'TooManyRequestsException'],
    'failed with 500': [500, 'InternalErrorException'],
  },
  SNS: { throttled: [429, 'Throttled'], 'failed with 500': [500, 'InternalError'] },
} as const satisfies Record<string, Partial<Record<WireFault, readonly [status: number, type: string]>>>
export type WireService = keyof typeof refusals

/** As much of the SDK's HTTP response as its deserializers read. */
export type WireAnswer = {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Readable
}

function refusal(service: WireService, kind: 'throttled' | 'failed with 500'): WireAnswer {
  const [statusCode, type] = refusals[service][kind]
  const [contentType, text] =
    service === 'SNS'
      ? ['text/xml', `<ErrorResponse><Error><Code>${type}</Code><Message>${kind}</Message></Error></ErrorResponse>`]
      : ['application/json', JSON.stringify({ __type: type, message: kind })]
  const headers = { 'content-type': contentType, 'x-amzn-errortype': type }
  return { statusCode, headers, body: Readable.from([Buffer.from(text)]) }
}

type Passed = { readonly response?: { readonly body?: Readable } }
type Next = (args: object) => Promise<Passed>

/** One request of an SDK client. */
export type SentRequest = {
  /** The service's name in `AWS_ENDPOINT_URL_…`, e.g. `DYNAMODB`. */
  readonly service: WireService
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

  /**
   * Stands between a client and the service, where requests are signed and answers not yet read.
   * @param answer in place of the service.
   */
  attach(client: SdkClient, service: WireService, answer?: (request: WireRequest) => WireAnswer): void {
    const middleware = (next: Next, context: Context) => (args: { readonly request: HttpRequest }) => {
      const sent = { service, name: `${service}.${context.commandName ?? ''}`, wire: wireOf(args.request) }
      return this.#pass(sent, async () => (answer ? { response: answer(sent.wire) } : next(args)))
    }
    const options = { step: 'deserialize', priority: 'low', name: 'fault-wire' }
    Reflect.apply(client.middlewareStack.add, client.middlewareStack, [middleware, options])
  }

  /** Stands between the lean client and DynamoDB, likewise. */
  through(handler: RequestHandler): RequestHandler {
    return {
      handle: (request) => {
        const wire = wireOf({ ...request, query: {} })
        const sent = { service: 'DYNAMODB', name: `DYNAMODB.${operationOf(wire)}Command`, wire } as const
        return this.#pass(sent, () => handler.handle(request))
      },
    }
  }

  async #pass<Answer extends Passed>(
    sent: SentRequest,
    send: () => Promise<Answer>,
  ): Promise<Answer | { response: WireAnswer }> {
    const { service, name } = sent
    if (this.#hasEnded) throw new ProcessEnded(name)
    const kind = this.#fault?.request === this.requests.length ? this.#fault.kind : undefined
    this.requests.push(sent)
    if (kind === 'throttled' || kind === 'failed with 500') return { response: refusal(service, kind) }
    if (kind === 'timed out before') throw new CallFailed(`${name} ${kind}`)
    const answer = await send()
    if (kind === 'ended after') this.#hasEnded = true
    if (kind === undefined && !this.#hasEnded) return answer
    // Nobody reads it; its connection is one of few.
    answer.response?.body?.resume()
    if (this.#hasEnded) throw new ProcessEnded(name)
    if (kind === 'repeated after') return send()
    throw new CallFailed(`${name} ${kind}`)
  }
}

/** Whether a client says so of a request that a fault of the service's own was. */
export const isServiceFault = (error: unknown): boolean =>
  error instanceof Error &&
  Object.values(refusals).some((each) => Object.values(each).some(([, type]) => type === error.name))
