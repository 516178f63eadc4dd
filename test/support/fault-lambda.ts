import type { ManualClock } from '../../local/clock.ts'

/** Waits before the second and the third attempt. Source: AWS Lambda Developer Guide, "How Lambda handles errors and
 * retries with asynchronous invocation". */
const RETRY_DELAYS_MS = [60_000, 120_000]

/** When SQS shows a message again whose reader failed. */
const VISIBILITY_MS = 120_000

export type AsynchronousLambdaDeps = {
  readonly clock: ManualClock
  /** One invocation of the executor; it throws when the invocation fails. */
  readonly invoke: (order: unknown) => Promise<void>
  /** One delivery of a destination record to the reader of dead letters; it throws when the reader fails. */
  readonly deliver: (body: string) => Promise<void>
}

/** Lambda's asynchronous invocation and the queue behind it: at once, twice more after failures, then a dead letter. */
export class AsynchronousLambda {
  readonly #deps: AsynchronousLambdaDeps
  /** Orders accepted so far. */
  readonly accepted: unknown[] = []

  constructor(deps: AsynchronousLambdaDeps) {
    this.#deps = deps
  }

  /** Takes an order; it is carried out as soon as the clock is moved, were it by nothing. */
  accept(order: unknown): void {
    this.accepted.push(order)
    this.#attempt(order, 0)
  }

  /** Hands an order that could not be carried out to the reader of dead letters, again and again until it is read. */
  bury(order: unknown, error: string): void {
    this.#bury(order, error, 0)
  }

  #attempt(order: unknown, failures: number): void {
    const { clock, invoke } = this.#deps
    clock.at(clock.now() + (failures === 0 ? 0 : (RETRY_DELAYS_MS[failures - 1] ?? 0)), async () => {
      try {
        await invoke(order)
      } catch (error) {
        if (failures < RETRY_DELAYS_MS.length) this.#attempt(order, failures + 1)
        else this.bury(order, String(error))
      }
    })
  }

  #bury(order: unknown, error: string, delayMs: number): void {
    const { clock, deliver } = this.#deps
    clock.at(clock.now() + delayMs, async () => {
      try {
        await deliver(destinationRecord(order, error))
      } catch {
        this.#bury(order, error, VISIBILITY_MS)
      }
    })
  }
}

const destinationRecord = (order: unknown, errorMessage: string) =>
  JSON.stringify({
    requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 1 + RETRY_DELAYS_MS.length },
    requestPayload: order,
    responsePayload: { errorType: 'Error', errorMessage },
  })
