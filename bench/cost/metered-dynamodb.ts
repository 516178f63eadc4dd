import * as z from 'zod'
import { ForwardingService } from '../../local/forwarding-service.ts'
import { callerOf, WireServer } from '../../local/wire-server.ts'
import type { WireRequest, WireResponse, WireService } from '../../local/wire-service.ts'
import type { UsageMeter } from './usage.ts'

const Consumed = z.object({ CapacityUnits: z.number().default(0) })
const Answer = z.object({ ConsumedCapacity: z.union([Consumed, z.array(Consumed)]).optional() })
const Refused = z.object({ __type: z.string() })
const Input = z.record(z.string(), z.unknown())

/** Operations that have capacity to report. */
const METERED = /^(Get|Put|Update|Delete|BatchGet|BatchWrite|TransactGet|TransactWrite)Items?$|^(Query|Scan)$/
const READING = /^(Get|BatchGet|TransactGet|Query|Scan)/

const parseJson = (bytes: string | Uint8Array): unknown => JSON.parse(Buffer.from(bytes).toString())

/**
 * Stands before a DynamoDB engine and counts what AWS would bill: the units that the engine reports for each call,
 * indexes and the double price of transactions included. A write whose condition fails costs units as well, which only
 * the bill tells (DynamoDB Developer Guide, "Condition expressions"): at least one, of which two in a transaction.
 */
class MeteredDynamoDb implements WireService {
  readonly name = 'DYNAMODB'
  readonly #engine: ForwardingService
  readonly #meter: UsageMeter

  constructor(endpoint: string, meter: UsageMeter) {
    this.#engine = new ForwardingService('DYNAMODB', endpoint)
    this.#meter = meter
  }

  async handle(request: WireRequest): Promise<WireResponse> {
    const operation = request.headers['x-amz-target']?.split('.').at(-1) ?? ''
    if (!METERED.test(operation)) return this.#engine.handle(request)
    const input = { ...Input.parse(parseJson(request.body)), ReturnConsumedCapacity: 'TOTAL' }
    const response = await this.#engine.handle({ ...request, body: Buffer.from(JSON.stringify(input)) })
    const units = response.status < 300 ? reportedUnits(response) : unitsOfRefusal(response)
    const counted = READING.test(operation) ? { read: units, write: 0 } : { read: 0, write: units }
    this.#meter.call(callerOf(request), 'DYNAMODB', operation, counted)
    return response
  }

  close(): Promise<void> {
    return this.#engine.close()
  }
}

function reportedUnits({ body }: WireResponse): number {
  const { ConsumedCapacity = [] } = Answer.parse(parseJson(body))
  return [ConsumedCapacity].flat().reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0)
}

function unitsOfRefusal({ body }: WireResponse): number {
  const { __type: type } = Refused.parse(parseJson(body))
  if (type.endsWith('ConditionalCheckFailedException')) return 1
  return type.endsWith('TransactionCanceledException') ? 2 : 0
}

export type MeteredEndpoint = { readonly url: string; readonly close: () => Promise<void> }

/** Serves such a meter on a loopback port. */
export async function meterDynamoDb(engine: string, meter: UsageMeter): Promise<MeteredEndpoint> {
  const server = new WireServer({ log: console.error })
  const url = await server.listen()
  const service = new MeteredDynamoDb(engine, meter)
  server.serve(service)
  return {
    url,
    async close() {
      await server.close()
      await service.close()
    },
  }
}
