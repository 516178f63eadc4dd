import type { Clock } from '../clock.ts'
import { answerJson, type JsonService } from '../json-rpc.ts'
import type { WireRequest, WireResponse, WireService } from '../wire-service.ts'
import { messageOperations } from './message-operations.ts'
import { queueOperations } from './queue-operations.ts'
import type { Queues } from './queues.ts'

/** Amazon SQS on one machine: the standard queues of the template, durable, over the JSON protocol. */
export class SqsService implements WireService {
  readonly name = 'SQS'
  readonly #service: JsonService
  readonly #closing = new AbortController()

  constructor({ queues, clock }: { readonly queues: Queues; readonly clock: Clock }) {
    this.#service = {
      target: 'AmazonSQS',
      validationError: 'InvalidParameterValueException',
      operations: { ...messageOperations(queues, clock, this.#closing.signal), ...queueOperations(queues) },
    }
  }

  handle(request: WireRequest): Promise<WireResponse> {
    return answerJson(request, this.#service)
  }

  async close(): Promise<void> {
    this.#closing.abort()
  }
}
