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
type Context = { readonly commandName?: string }

/** As much of an SDK client as is needed to stand between it and the wire; the rest differs from client to client. */
type SdkClient = { readonly middlewareStack: { readonly add: (...args: never[]) => unknown } }

/** Requests of SDK clients pass through here: they are counted, and one of them may go wrong. */
export class Wire {
  #fault: { readonly request: number; readonly kind: WireFault } | undefined
  #hasEnded = false
  /** Requests since `arm`, e.g. `DynamoDB.PutCommand`. */
  readonly requests: string[] = []

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
    const middleware = (next: Next, context: Context) => (args: object) =>
      this.#pass(`${service}.${context.commandName ?? ''}`, () => next(args))
    const options = { step: 'finalizeRequest', priority: 'normal', name: 'fault-wire' }
    Reflect.apply(client.middlewareStack.add, client.middlewareStack, [middleware, options])
  }

  async #pass(name: string, send: () => Promise<object>): Promise<object> {
    if (this.#hasEnded) throw new ProcessEnded(name)
    const kind = this.#fault?.request === this.requests.length ? this.#fault.kind : undefined
    this.requests.push(name)
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
