import { randomBytes } from 'node:crypto'
import * as z from 'zod'
import type { SigningKey } from '../../ports/signing-key.ts'
import { isError } from './is-error.ts'
import type { Table } from './table.ts'

const KEY_BYTES = 32

const KeyRow = z.object({ value: z.instanceof(Uint8Array).refine((value) => value.byteLength === KEY_BYTES) })

const key = { pk: 'SERVICE', sk: 'CURSOR_KEY' } as const

async function find(table: Table): Promise<Uint8Array | undefined> {
  const { Item } = await table.client.get({ TableName: table.name, Key: key, ConsistentRead: true })
  return Item === undefined ? undefined : KeyRow.parse(Item).value
}

/** @returns undefined when another function was faster. */
async function make(table: Table): Promise<Uint8Array | undefined> {
  const value = Uint8Array.from(randomBytes(KEY_BYTES))
  try {
    await table.client.put({
      TableName: table.name,
      Item: { ...key, value },
      ConditionExpression: 'attribute_not_exists(pk)',
    })
    return value
  } catch (error) {
    if (isError(error, 'ConditionalCheckFailedException')) return undefined
    throw error
  }
}

async function findOrMake(table: Table): Promise<Uint8Array> {
  const found = (await find(table)) ?? (await make(table)) ?? (await find(table))
  if (!found) throw new Error('The row of the signing key vanished while it was read.')
  return found
}

/** The key as a row that the first function to need it makes; read once in the life of a function. */
export function dynamoSigningKey(table: Table): SigningKey {
  let cached: Uint8Array | undefined
  return {
    async read() {
      cached ??= await findOrMake(table)
      return cached
    },
  }
}
