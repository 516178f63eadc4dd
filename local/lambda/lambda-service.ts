import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { DurableStore } from '../durable-store.ts'
import type { FunctionDefinition } from '../template/functions.ts'
import { WireError, type WireRequest, type WireResponse, type WireService } from '../wire-service.ts'
import { AsynchronousEvents } from './asynchronous-events.ts'
import { CallerShares } from './caller-shares.ts'
import { type FunctionSurroundings, functionEnvironment } from './function-environment.ts'
import { failedWith, type InvocationResult } from './function-messages.ts'
import { FunctionPool } from './function-pool.ts'
import { answerInvoke } from './invoke-operation.ts'

/** How often idle workers are looked for. */
const TRIM_INTERVAL_MS = 60_000

/** Time that invocations under way have at the end, in milliseconds. */
const GRACE_MS = 1000

export type LambdaServiceOptions = {
  readonly functions: readonly FunctionDefinition[]
  readonly surroundings: FunctionSurroundings
  readonly store: DurableStore
  readonly clock: Clock
  /** Gets every line that a function writes. */
  readonly onLine: (definition: FunctionDefinition, line: string) => void
  /** Sends the record of a finished asynchronous event to a queue or topic; functions are served here. */
  readonly deliver: (destinationArn: string, record: string, definition: FunctionDefinition) => Promise<void>
  readonly log: (message: string) => void
}

/** AWS Lambda on one machine: runs the deployed code of the template's functions, each in workers of its own. */
export class LambdaService implements WireService {
  readonly name = 'LAMBDA'
  readonly #functions: ReadonlyMap<string, { readonly definition: FunctionDefinition; readonly pool: FunctionPool }>
  readonly #events: AsynchronousEvents
  readonly #trimming: NodeJS.Timeout

  constructor({ functions, surroundings, store, clock, onLine, deliver, log }: LambdaServiceOptions) {
    const shares = new CallerShares()
    this.#functions = new Map(
      functions.map((definition) => [
        definition.name,
        {
          definition,
          pool: new FunctionPool({
            definition,
            environment: functionEnvironment(definition, surroundings),
            shares,
            log: (line) => onLine(definition, line),
          }),
        },
      ]),
    )
    this.#events = new AsynchronousEvents({
      store,
      clock,
      log,
      invoke: ({ name }, requestId, payload) => this.#run(name, requestId, payload),
      deliver: async (arn, record, definition) => {
        if (this.find(arn)) await this.accept(arn, record)
        else await deliver(arn, record, definition)
      },
    })
    this.#trimming = setInterval(() => {
      for (const { pool } of this.#functions.values()) pool.trim(Date.now())
    }, TRIM_INTERVAL_MS).unref()
  }

  /** Takes up the asynchronous events that an earlier process left. */
  start(): void {
    this.#events.start((name) => this.#functions.get(name)?.definition)
  }

  /** Loads every function once, so that first invocations are as quick as later ones. */
  async warm(): Promise<void> {
    for (const { pool } of this.#functions.values()) await pool.warm()
  }

  /** @param nameOrArn a function's name, ARN or partial ARN, with or without `:$LATEST` */
  find(nameOrArn: string): FunctionDefinition | undefined {
    const name = nameOrArn
      .replace(/:\$LATEST$/, '')
      .replace(/^(arn:aws:lambda:[^:]*:)?(\d+:)?function:|^\d+:function:/, '')
    return this.#functions.get(name)?.definition
  }

  /**
   * Runs a function and waits for its answer. Events and answers are JSON.
   * @param caller whoever sends a lot waits for themselves alone, where there are not workers for all.
   */
  invoke(nameOrArn: string, event: string, caller?: string): Promise<InvocationResult> {
    return this.#run(this.#get(nameOrArn).name, randomUUID(), event, caller)
  }

  /** Accepts an event that will reach the function at least once, over restarts too. Returns the request's id. */
  async accept(nameOrArn: string, event: string): Promise<string> {
    const requestId = randomUUID()
    await this.#events.accept(this.#get(nameOrArn), requestId, event)
    return requestId
  }

  handle(request: WireRequest): Promise<WireResponse> {
    return answerInvoke(request, this)
  }

  /** Stops; invocations under way have a second to end. */
  async close(): Promise<void> {
    clearInterval(this.#trimming)
    this.#events.close()
    await Promise.all([...this.#functions.values()].map(({ pool }) => pool.close(GRACE_MS)))
    this.#events.flush()
  }

  #get(nameOrArn: string): FunctionDefinition {
    const definition = this.find(nameOrArn)
    if (!definition) throw new WireError('ResourceNotFoundException', `Function not found: ${nameOrArn}`, 404)
    return definition
  }

  async #run(name: string, requestId: string, event: string, caller?: string): Promise<InvocationResult> {
    const found = this.#functions.get(name)
    if (!found)
      return failedWith({ errorType: 'ResourceNotFoundException', errorMessage: `Function not found: ${name}` })
    return found.pool.invoke(requestId, event, caller)
  }
}
