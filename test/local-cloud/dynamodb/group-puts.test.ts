import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
} from '@aws-sdk/client-dynamodb'
import { describe, expect, it, onTestFinished } from 'vitest'
import { DynamoDbClient } from '../../../local/dynamodb/dynamodb-client.ts'
import { DynamoDbEngine } from '../../../local/dynamodb/engine.ts'
import { GroupedPuts } from '../../../local/dynamodb/group-puts.ts'
import { provisionTables } from '../../../local/dynamodb/provision-tables.ts'
import { ForwardingService } from '../../../local/forwarding-service.ts'
import { WireServer } from '../../../local/wire-server.ts'
import type { WireRequest, WireResponse } from '../../../local/wire-service.ts'
import { temporaryFolder } from '../template/cloud-assembly-fixture.ts'
import { tableDefinition } from './table-fixture.ts'

/** An engine behind grouped puts. `calls`: the operations that reach it. `hold` keeps its answers back until called off. */
async function setUp() {
  const engine = await DynamoDbEngine.start({ file: `${temporaryFolder()}/dynamodb.sqlite`, log: () => {} })
  await provisionTables(new DynamoDbClient(engine.endpoint, 'us-east-1'), [tableDefinition()])
  const forwarding = new ForwardingService('DYNAMODB', engine.endpoint)
  const calls: string[] = []
  let gate: Promise<unknown> = Promise.resolve()
  let failure: Error | undefined
  const watched = {
    name: 'DYNAMODB',
    async handle(request: WireRequest): Promise<WireResponse> {
      calls.push(request.headers['x-amz-target']?.split('.').at(-1) ?? '')
      const response = await forwarding.handle(request)
      await gate
      if (failure) throw failure
      return response
    },
    close: () => forwarding.close(),
  }
  const grouped = new GroupedPuts(watched)
  const server = new WireServer({ log: () => {} })
  const client = new DynamoDBClient({
    endpoint: await server.listen(),
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  let arrived = 0
  server.serve({
    name: 'DYNAMODB',
    handle(request) {
      arrived++
      return grouped.handle(request)
    },
    close: () => grouped.close(),
  })
  onTestFinished(async () => {
    client.destroy()
    await server.close()
    await grouped.close()
    await engine.stop()
  })
  return {
    calls,
    put: (id: string, more: Partial<PutItemCommandInput> = {}) =>
      client.send(new PutItemCommand({ TableName: 'things', Item: { pk: { S: id } }, ...more })),
    has: async (id: string) =>
      (await client.send(new GetItemCommand({ TableName: 'things', Key: { pk: { S: id } } }))).Item !== undefined,
    fail(error: Error | undefined) {
      failure = error
    },
    /** Begins a put, and the others while it is being written. */
    async together<T>(act: () => readonly Promise<T>[]): Promise<PromiseSettledResult<T>[]> {
      const open = Promise.withResolvers<void>()
      gate = open.promise
      const before = arrived
      const first = client.send(new PutItemCommand({ TableName: 'things', Item: { pk: { S: 'first' } } }))
      while (arrived === before) await new Promise((resolve) => setImmediate(resolve))
      const others = act()
      const settled = Promise.allSettled(others)
      while (arrived < before + 1 + others.length) await new Promise((resolve) => setImmediate(resolve))
      open.resolve()
      await first.catch(() => {})
      return settled
    },
  }
}

const isNew = { ConditionExpression: 'attribute_not_exists(pk)' }

describe('GroupedPuts', () => {
  it('writes what waits meanwhile in one transaction', async () => {
    const { together, put, calls, has } = await setUp()
    const settled = await together(() => ['a', 'b', 'c', 'd'].map((id) => put(id, isNew)))
    expect(settled.map(({ status }) => status)).toEqual(Array(4).fill('fulfilled'))
    expect(calls).toEqual(['PutItem', 'TransactWriteItems'])
    expect(await Promise.all(['a', 'b', 'c', 'd'].map(has))).toEqual(Array(4).fill(true))
  })

  it('refuses whose condition does not hold, and writes the others', async () => {
    const { together, put, has, calls } = await setUp()
    await put('taken')
    calls.length = 0
    const [a, taken, b] = await together(() => [put('a', isNew), put('taken', isNew), put('b', isNew)])
    expect([a?.status, b?.status]).toEqual(['fulfilled', 'fulfilled'])
    expect(taken).toMatchObject({ status: 'rejected', reason: expect.any(ConditionalCheckFailedException) })
    expect([await has('a'), await has('b')]).toEqual([true, true])
    expect(calls.slice(0, 3)).toEqual(['PutItem', 'TransactWriteItems', 'TransactWriteItems'])
  })

  it('gives back the item that was in the way to who asks for it', async () => {
    const { together, put } = await setUp()
    await put('taken', { Item: { pk: { S: 'taken' }, by: { S: 'somebody' } } })
    const ask = { ...isNew, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const
    const [, taken] = await together(() => [put('a', isNew), put('taken', ask)])
    expect(taken).toMatchObject({ status: 'rejected', reason: { Item: { by: { S: 'somebody' } } } })
  })

  it('lets one of several puts of the same new item win', async () => {
    const { together, put } = await setUp()
    const settled = await together(() => Array.from({ length: 5 }, () => put('same', isNew)))
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('answers what is not valid as the engine does, and writes the others', async () => {
    const { together, put, has } = await setUp()
    const [a, wrong] = await together(() => [put('a'), put('b', { ConditionExpression: 'no condition' }), put('c')])
    expect(a?.status).toBe('fulfilled')
    expect(wrong).toMatchObject({ status: 'rejected', reason: { name: 'ValidationException' } })
    expect([await has('a'), await has('b'), await has('c')]).toEqual([true, false, true])
  })

  it('writes alone what asks for values', async () => {
    const { together, put, calls } = await setUp()
    const settled = await together(() => [put('a', { ReturnValues: 'ALL_OLD' }), put('b')])
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled'])
    expect(calls).toEqual(['PutItem', 'PutItem', 'PutItem'])
  })

  it('tells every caller when the engine does not answer, and goes on with the next', async () => {
    const { together, put, fail, has } = await setUp()
    fail(new Error('the engine has died'))
    const settled = await together(() => [put('a'), put('b')])
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    fail(undefined)
    await put('c')
    expect(await has('c')).toBe(true)
  })
})
