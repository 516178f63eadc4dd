import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accountKey, dynamoAccountStore } from '../../../lambdas/adapters/dynamodb/account-store.ts'
import { newAccount } from '../../../lambdas/domain/account/account.ts'
import type { AccountStore } from '../../../lambdas/ports/account-store.ts'
import { type StartedTable, startTable } from '../../support/dynamodb.ts'

describe('dynamoAccountStore', () => {
  let table: StartedTable
  let accounts: AccountStore
  beforeAll(async () => {
    table = await startTable()
    accounts = dynamoAccountStore({ client: table.client, name: table.tableName })
  })
  afterAll(() => table.stop())

  it('reads a tenant without a row as a new account', async () => {
    expect(await accounts.read('nobody')).toEqual(newAccount)
  })

  it('reads the count of jobs from a row that nothing else has made', async () => {
    await table.client.send(
      new UpdateCommand({
        TableName: table.tableName,
        Key: accountKey('counting'),
        UpdateExpression: 'ADD jobs :one',
        ExpressionAttributeValues: { ':one': 1 },
      }),
    )
    expect(await accounts.read('counting')).toEqual({ ...newAccount, jobs: 1 })
  })

  it('reads the plan', async () => {
    const Item = { ...accountKey('pro'), plan: 'PRO', jobs: 12 }
    await table.client.send(new PutCommand({ TableName: table.tableName, Item }))
    expect(await accounts.read('pro')).toEqual({ ...newAccount, plan: 'PRO', jobs: 12 })
  })

  it.each([{ plan: 'GOLD' }, { jobs: -1 }, { jobs: '5' }])('rejects a row of %j', async (wrong) => {
    await table.client.send(new PutCommand({ TableName: table.tableName, Item: { ...accountKey('wrong'), ...wrong } }))
    await expect(accounts.read('wrong')).rejects.toThrow()
  })
})
