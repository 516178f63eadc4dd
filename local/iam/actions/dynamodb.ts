import { z } from 'zod'
import type { WireRequest } from '../../wire-service.ts'
import type { Authorization, Home } from '../authorization.ts'
import { requestBody, targetOperation } from './request-body.ts'
import { UnmappedCall } from './unmapped-call.ts'

/** What is known of a table: the name of its partition key and those of its indexes. */
export type TableKeys = { readonly partitionKey: string; readonly indexes: Readonly<Record<string, string>> }

const AttributeValue = z.record(z.string(), z.unknown())

/** Only keys are looked at: to check what else an item has is the engine's to do. */
const Item = z.record(z.string(), z.unknown())
type Item = z.infer<typeof Item>

const KeyedInput = z.object({ TableName: z.string(), Key: Item.optional(), Item: Item.optional() })

const QueryInput = z.object({
  TableName: z.string(),
  IndexName: z.string().optional(),
  KeyConditionExpression: z.string().default(''),
  ExpressionAttributeNames: z.record(z.string(), z.string()).default({}),
  ExpressionAttributeValues: Item.default({}),
})
type QueryInput = z.infer<typeof QueryInput>

const BatchGetInput = z.object({ RequestItems: z.record(z.string(), z.object({ Keys: z.array(Item) })) })

const BatchWrite = z.object({
  PutRequest: z.object({ Item }).optional(),
  DeleteRequest: z.object({ Key: Item }).optional(),
})
const BatchWriteInput = z.object({ RequestItems: z.record(z.string(), z.array(BatchWrite)) })

const TransactInput = z.object({ TransactItems: z.array(z.record(z.string(), KeyedInput)) })

/** A transaction has no permission of its own (DynamoDB Developer Guide, "Using IAM with DynamoDB transactions"). */
const TRANSACTION_ACTIONS: Readonly<Record<string, string>> = {
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
}

const BY_KEY = ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem']
const OF_A_TABLE = [
  'DescribeTable',
  'DescribeTimeToLive',
  'UpdateTimeToLive',
  'CreateTable',
  'UpdateTable',
  'DeleteTable',
]

/**
 * The permissions of calls to DynamoDB (Service Authorization Reference, "Amazon DynamoDB"), with the partition keys that
 * they touch as `dynamodb:LeadingKeys` (DynamoDB Developer Guide, "Using IAM policy conditions for fine-grained access
 * control").
 */
export class DynamoDbActions {
  readonly #home: Home
  readonly #tables: ReadonlyMap<string, TableKeys>

  /** @param tables by name */
  constructor(home: Home, tables: ReadonlyMap<string, TableKeys>) {
    this.#home = home
    this.#tables = tables
  }

  of(request: WireRequest): readonly Authorization[] {
    const operation = targetOperation(request)
    if (BY_KEY.includes(operation)) return [this.#byKey(operation, requestBody(request, KeyedInput))]
    switch (operation) {
      case 'Query':
        return [this.#query(requestBody(request, QueryInput))]
      case 'Scan':
        return [this.#onTable(operation, requestBody(request, QueryInput))]
      case 'BatchGetItem':
        return Object.entries(requestBody(request, BatchGetInput).RequestItems).map(([table, { Keys }]) =>
          this.#onTable(operation, { TableName: table }, this.#leadingKeys(table, Keys)),
        )
      case 'BatchWriteItem':
        return Object.entries(requestBody(request, BatchWriteInput).RequestItems).map(([table, writes]) => {
          const items = writes.map(({ PutRequest, DeleteRequest }) => PutRequest?.Item ?? DeleteRequest?.Key ?? {})
          return this.#onTable(operation, { TableName: table }, this.#leadingKeys(table, items))
        })
      case 'TransactGetItems':
      case 'TransactWriteItems':
        return this.#transaction(operation, requestBody(request, TransactInput))
      case 'ListTables':
        return [{ action: 'dynamodb:ListTables', resource: '*', context: {} }]
    }
    if (OF_A_TABLE.includes(operation)) return [this.#onTable(operation, requestBody(request, KeyedInput))]
    throw new UnmappedCall(`dynamodb ${operation}`)
  }

  #transaction(operation: string, { TransactItems }: z.infer<typeof TransactInput>): readonly Authorization[] {
    return TransactItems.flatMap((each) =>
      Object.entries(each).map(([kind, input]) => {
        const action = TRANSACTION_ACTIONS[kind]
        if (action === undefined) throw new UnmappedCall(`dynamodb ${operation} with ${kind}`)
        const { context, ...authorization } = this.#byKey(action, input)
        return { ...authorization, context: { ...context, 'dynamodb:enclosingoperation': [operation] } }
      }),
    )
  }

  #byKey(operation: string, { TableName, Key, Item: item }: z.infer<typeof KeyedInput>): Authorization {
    return this.#onTable(operation, { TableName }, this.#leadingKeys(TableName, [Key ?? item ?? {}]))
  }

  #query(input: QueryInput): Authorization {
    const { indexes, partitionKey } = this.#table(input.TableName)
    const key = input.IndexName === undefined ? partitionKey : indexes[input.IndexName]
    if (key === undefined) throw new UnmappedCall(`dynamodb Query of the unknown index ${input.IndexName}`)
    return this.#onTable('Query', input, [queriedValue(input, key)])
  }

  #onTable(
    operation: string,
    { TableName, IndexName }: { readonly TableName: string; readonly IndexName?: string | undefined },
    leadingKeys?: readonly string[],
  ): Authorization {
    const { region, accountId } = this.#home
    const table = `arn:aws:dynamodb:${region}:${accountId}:table/${nameOf(TableName)}`
    return {
      action: `dynamodb:${operation}`,
      resource: IndexName === undefined ? table : `${table}/index/${IndexName}`,
      context: leadingKeys === undefined ? {} : { 'dynamodb:leadingkeys': leadingKeys },
    }
  }

  #leadingKeys(tableName: string, items: readonly Item[]): readonly string[] {
    const { partitionKey } = this.#table(tableName)
    return [...new Set(items.map((item) => textOf(item[partitionKey])))]
  }

  #table(tableName: string): TableKeys {
    const table = this.#tables.get(nameOf(tableName))
    if (!table) throw new UnmappedCall(`dynamodb on the unknown table ${tableName}`)
    return table
  }
}

/** Tables are named by name or ARN. */
const nameOf = (table: string) => table.replace(/^arn:.*:table\//, '')

/** The text of an attribute value of any type: keys are strings, numbers or bytes. */
const textOf = (value: unknown) => String(Object.values(AttributeValue.optional().parse(value) ?? {})[0] ?? '')

/** The value that a key condition asks of the partition key: `pk = :pk AND …`. */
function queriedValue(input: QueryInput, partitionKey: string): string {
  for (const [, attribute = '', value = ''] of input.KeyConditionExpression.matchAll(/([#\w]+)\s*=\s*(:\w+)/g))
    if ((input.ExpressionAttributeNames[attribute] ?? attribute) === partitionKey)
      return textOf(input.ExpressionAttributeValues[value])
  throw new UnmappedCall(`dynamodb Query without a value for ${partitionKey}`)
}
