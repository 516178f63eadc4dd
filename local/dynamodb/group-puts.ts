import { z } from 'zod'
import type { WireRequest, WireResponse, WireService } from '../wire-service.ts'

/** Most puts in one write: a transaction takes a hundred items, and four megabytes. */
const MOST_PUTS = 100
const MOST_BYTES = 3.5 * 1024 * 1024

/** Members of a PutItem that a put within a transaction does not have. */
const ONLY_ALONE = /"(Return(Values|ConsumedCapacity|ItemCollectionMetrics)|Expected|ConditionalOperator)"/

const PUT_ITEM = 'DynamoDB_20120810.PutItem'
const TRANSACTION = 'DynamoDB_20120810.TransactWriteItems'

type Put = {
  readonly request: WireRequest
  /** The body, which is a member of a transaction as it stands. */
  readonly text: string
  readonly resolve: (response: WireResponse | Promise<WireResponse>) => void
  readonly reject: (error: unknown) => void
}

const Cancelled = z.object({
  __type: z.string().endsWith('TransactionCanceledException'),
  CancellationReasons: z
    .array(z.object({ Code: z.string().default('None'), Item: z.unknown().optional() }))
    .refine((reasons) => reasons.some(({ Code }) => Code !== 'None')),
})

/**
 * Stands before an engine that syncs its disk at every write, one write after the other: puts that wait while another is
 * being written are written together, in one transaction and with one sync. Each has its own condition and its own answer,
 * and none is answered before it lasts.
 */
export class GroupedPuts implements WireService {
  readonly #engine: WireService
  readonly #waiting: Put[] = []
  #isWriting = false

  constructor(engine: WireService) {
    this.#engine = engine
  }

  get name(): string {
    return this.#engine.name
  }

  async handle(request: WireRequest): Promise<WireResponse> {
    if (request.headers['x-amz-target'] !== PUT_ITEM) return this.#engine.handle(request)
    const text = Buffer.from(request.body).toString()
    if (ONLY_ALONE.test(text)) return this.#engine.handle(request)
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, text, resolve, reject })
      void this.#write()
    })
  }

  close(): Promise<void> {
    return this.#engine.close()
  }

  async #write(): Promise<void> {
    if (this.#isWriting) return
    this.#isWriting = true
    while (this.#waiting.length > 0) {
      const group = this.#take()
      try {
        await this.#writeTogether(group)
      } catch (error) {
        // Whether it was written nobody knows, as of any call whose answer is lost: the caller asks again.
        for (const put of group) put.reject(error)
      }
    }
    this.#isWriting = false
  }

  #take(): readonly Put[] {
    let bytes = 0
    const tooMany = this.#waiting.findIndex((put, index) => {
      bytes += put.request.body.length
      return index > 0 && (index === MOST_PUTS || bytes > MOST_BYTES)
    })
    return this.#waiting.splice(0, tooMany < 0 ? this.#waiting.length : tooMany)
  }

  async #writeTogether(group: readonly Put[]): Promise<void> {
    const [first] = group
    if (!first) return
    if (group.length === 1) return first.resolve(await this.#engine.handle(first.request))
    const response = await this.#engine.handle(transactionOf(first, group))
    if (response.status === 200) {
      for (const put of group) put.resolve({ ...response, headers: JSON_HEADERS, body: '{}' })
      return
    }
    const reasons = cancellationReasons(response)
    // Two puts of the same item do not fit into one transaction, nor does what is not valid: each gets its own answer.
    if (!reasons) return this.#writeEach(group)
    await this.#writeEach(group.filter((_, index) => !isSettled(reasons[index]?.Code)))
    for (const [index, put] of group.entries()) {
      if (reasons[index]?.Code === 'ConditionalCheckFailed') put.resolve(conditionFailed(reasons[index].Item))
    }
    return this.#writeTogether(group.filter((_, index) => reasons[index]?.Code === 'None'))
  }

  async #writeEach(group: readonly Put[]): Promise<void> {
    for (const put of group) put.resolve(await this.#engine.handle(put.request))
  }
}

/** Codes of puts that need not be tried alone: nothing was wrong with them, or their condition did not hold. */
const isSettled = (code: string | undefined): boolean => code === 'None' || code === 'ConditionalCheckFailed'

function transactionOf({ request }: Put, group: readonly Put[]): WireRequest {
  const body = `{"TransactItems":[${group.map(({ text }) => `{"Put":${text}}`).join()}]}`
  return { ...request, headers: { ...request.headers, 'x-amz-target': TRANSACTION }, body: Buffer.from(body) }
}

function cancellationReasons({ body }: WireResponse) {
  const parsed = Cancelled.safeParse(JSON.parse(Buffer.from(body).toString()))
  return parsed.success ? parsed.data.CancellationReasons : undefined
}

const JSON_HEADERS = { 'content-type': 'application/x-amz-json-1.0' } as const

const conditionFailed = (item: unknown): WireResponse => ({
  status: 400,
  headers: JSON_HEADERS,
  body: JSON.stringify({
    __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException',
    message: 'The conditional request failed',
    ...(item === undefined ? {} : { Item: item }),
  }),
})
