import { z } from 'zod'
import type { Clock } from '../clock.ts'
import type { TableDefinition } from '../template/tables.ts'
import { type DynamoDbClient, DynamoDbError } from './dynamodb-client.ts'

/** Between two sweeps; DynamoDB itself takes up to a few days. In milliseconds. */
const SWEEP_INTERVAL_MS = 10 * 60 * 1000

/** Items read at once, so that a sweep of a large table never holds up the functions. */
const PAGE_ITEMS = 500

const Item = z.record(z.string(), z.unknown())

const ScanPage = z.object({ Items: z.array(Item), LastEvaluatedKey: Item.optional() })

type SweptTable = TableDefinition & { readonly timeToLiveAttribute: string }

export type TimeToLiveOptions = {
  readonly client: DynamoDbClient
  readonly tables: readonly TableDefinition[]
  readonly clock: Clock
  readonly log: (message: string) => void
}

/** Deletes expired items, which the engine leaves to others. Source: DynamoDB Developer Guide, "Time to Live". */
export class TimeToLive {
  readonly #options: TimeToLiveOptions
  #cancel: () => void = () => {}
  #closed = false

  constructor(options: TimeToLiveOptions) {
    this.#options = options
  }

  /** The first sweep comes after one interval: a start has better things to do. */
  start(): void {
    const { clock, log } = this.#options
    this.#cancel = clock.at(clock.now() + SWEEP_INTERVAL_MS, async () => {
      await this.sweep().catch((error: unknown) => log(`Expired items were not deleted: ${String(error)}`))
      if (!this.#closed) this.start()
    })
  }

  /** Deletes every item that has expired by now; returns how many. */
  async sweep(): Promise<number> {
    let deleted = 0
    for (const table of this.#options.tables) {
      const { timeToLiveAttribute } = table
      if (timeToLiveAttribute !== undefined) deleted += await this.#sweepTable({ ...table, timeToLiveAttribute })
    }
    return deleted
  }

  close(): void {
    this.#closed = true
    this.#cancel()
  }

  async #sweepTable(table: SweptTable): Promise<number> {
    const { client, clock } = this.#options
    const expired = {
      ExpressionAttributeNames: { '#expires': table.timeToLiveAttribute },
      ExpressionAttributeValues: { ':now': { N: String(Math.floor(clock.now() / 1000)) } },
    }
    const keys = table.keySchema.map(({ AttributeName }) => String(AttributeName))
    const scan = { TableName: table.name, Limit: PAGE_ITEMS, FilterExpression: '#expires < :now', ...expired }
    let deleted = 0
    let from: z.infer<typeof Item> | undefined
    do {
      const page: z.infer<typeof ScanPage> = await client.call('Scan', { ...scan, ExclusiveStartKey: from }, ScanPage)
      for (const item of page.Items) {
        const Key = Object.fromEntries(keys.map((name) => [name, item[name]]))
        if (await this.#delete({ TableName: table.name, Key, ConditionExpression: '#expires < :now', ...expired }))
          deleted += 1
      }
      from = page.LastEvaluatedKey
    } while (from && !this.#closed)
    return deleted
  }

  /** False when the item was renewed since it was read. */
  async #delete(input: Readonly<Record<string, unknown>>): Promise<boolean> {
    try {
      await this.#options.client.call('DeleteItem', input, z.unknown())
      return true
    } catch (error) {
      if (error instanceof DynamoDbError && error.type === 'ConditionalCheckFailedException') return false
      throw error
    }
  }
}
