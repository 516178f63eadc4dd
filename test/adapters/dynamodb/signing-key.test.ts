import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { dynamoSigningKey } from '../../../lambdas/adapters/dynamodb/signing-key.ts'
import { type StartedTable, startTable } from '../../support/dynamodb.ts'

describe('dynamoSigningKey', () => {
  let table: StartedTable
  const newFunction = () => dynamoSigningKey({ client: table.client, name: table.tableName })
  beforeEach(async () => {
    table = await startTable()
  })
  afterEach(() => table.stop())

  it('is made once, also when many functions ask first', async () => {
    const keys = await Promise.all(Array.from({ length: 10 }, () => newFunction().read()))
    expect(keys[0]).toHaveLength(32)
    expect(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size).toBe(1)
    expect(await newFunction().read()).toEqual(keys[0])
  })

  it('differs from table to table', async () => {
    const first = await newFunction().read()
    await table.stop()
    table = await startTable()
    expect(await newFunction().read()).not.toEqual(first)
  })

  it('is read once in the life of a function', async () => {
    const signingKey = newFunction()
    const key = await signingKey.read()
    await table.stop()
    expect(await signingKey.read()).toEqual(key)
  })
})
