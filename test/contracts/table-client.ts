import { describe, expect, it } from 'vitest'
import { queryPages } from '../../lambdas/adapters/dynamodb/query-pages.ts'
import type { TableClient } from '../../lambdas/adapters/dynamodb/table-client.ts'

export type Opened = { readonly client: TableClient; readonly name: string }

let made = 0

/** What stores rely on, whichever client of DynamoDB it is. */
export function tableClientContract(open: () => Opened): void {
  const newKey = () => ({ pk: `contract-${made++}`, sk: 'a' })
  const put = (item: Record<string, unknown>) => open().client.put({ TableName: open().name, Item: item })
  const get = async (Key: Record<string, unknown>) =>
    (await open().client.get({ TableName: open().name, Key, ConsistentRead: true })).Item

  describe('values', () => {
    it.each<[string, unknown]>([
      ['text', 'plain "quoted" \\ back'],
      ['text of all kinds', 'čaj 茶 🍵 \u0000\u001f\u2028 \ud7ff'],
      ['empty text', ''],
      ['a whole number', 1_700_000_000_000],
      ['the largest whole number', Number.MAX_SAFE_INTEGER],
      ['a small fraction', -1.5e-7],
      ['a number beyond whole numbers', 12345678901234567890n],
      ['true', true],
      ['null', null],
      ['a list', ['a', 1, [null, []], {}]],
      ['a map', { N: 1, S: 'x', B: 'not bytes', BS: ['neither'], M: { L: [] }, NULL: false }],
      ['bytes', Uint8Array.of(0, 255, 10)],
      ['bytes within', { list: [Uint8Array.of(1)], B: Uint8Array.of(2) }],
      ['a set of texts', new Set(['a', 'b'])],
      ['a set of numbers', new Set([1, 2.5])],
      ['a set of bytes', new Set([Uint8Array.of(1, 2)])],
    ])('come back as they went: %s', async (_what, value) => {
      const key = newKey()
      await put({ ...key, value })
      expect(await get(key)).toEqual({ ...key, value })
    })

    it('may be a Buffer', async () => {
      const key = newKey()
      await put({ ...key, value: Buffer.from('bytes') })
      expect(await get(key)).toEqual({ ...key, value: Uint8Array.from(Buffer.from('bytes')) })
    })

    it('may be under any name', async () => {
      const item = { ...newKey(), B: 'b', BS: 'bs', S: { B: { B: 1 } } }
      await put(item)
      expect(await get({ pk: item.pk, sk: item.sk })).toEqual(item)
    })

    it('are left out where they are undefined, at the top and within', async () => {
      const key = newKey()
      await put({ ...key, absent: undefined, inner: { absent: undefined, there: null } })
      expect(Object.keys((await get(key)) ?? {}).sort()).toEqual(['inner', 'pk', 'sk'])
      expect((await get(key))?.inner).toEqual({ there: null })
    })

    it.each([
      ['no number', Number.NaN],
      ['an imprecise number', 2 ** 60],
      ['an object of a class', new Date(0)],
      ['an empty set', new Set()],
    ])('are refused before anything is sent: %s', async (_what, value) => {
      const key = newKey()
      await expect(put({ ...key, value })).rejects.toThrow(Error)
      expect(await get(key)).toBeUndefined()
    })
  })

  describe('operations', () => {
    it('put on a condition, and show what was in the way when asked', async () => {
      const key = newKey()
      const once = { TableName: open().name, ConditionExpression: 'attribute_not_exists(pk)' } as const
      await open().client.put({ ...once, Item: { ...key, n: 1 } })
      const again = open().client.put({
        ...once,
        Item: { ...key, n: 2 },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      })
      await expect(again).rejects.toMatchObject({
        name: 'ConditionalCheckFailedException',
        message: expect.stringContaining('conditional request failed'),
        $fault: 'client',
        $metadata: { httpStatusCode: 400 },
        Item: { pk: { S: key.pk }, sk: { S: 'a' }, n: { N: '1' } },
      })
      expect(await get(key)).toEqual({ ...key, n: 1 })
    })

    it('update with values, some of them undefined, and return the attributes', async () => {
      const Key = newKey()
      const { Attributes } = await open().client.update({
        TableName: open().name,
        Key,
        UpdateExpression: 'SET #list = :list ADD n :one',
        ExpressionAttributeNames: { '#list': 'list' },
        ExpressionAttributeValues: { ':list': ['a'], ':one': 1, ':none': undefined },
        ReturnValues: 'ALL_NEW',
      })
      expect(Attributes).toEqual({ ...Key, list: ['a'], n: 1 })
    })

    it('delete on a condition with values', async () => {
      const Key = newKey()
      await put({ ...Key, n: 1 })
      const deletion = (n: number) =>
        open().client.delete({
          TableName: open().name,
          Key,
          ConditionExpression: 'n = :n',
          ExpressionAttributeValues: { ':n': n },
        })
      await expect(deletion(2)).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' })
      await deletion(1)
      expect(await get(Key)).toBeUndefined()
    })

    it('query page by page, from the end', async () => {
      const { pk } = newKey()
      for (const sk of ['a', 'b', 'c', 'd', 'e']) await put({ pk, sk })
      const pages = await Array.fromAsync(
        queryPages(open().client, {
          TableName: open().name,
          KeyConditionExpression: 'pk = :pk AND sk > :sk',
          ExpressionAttributeValues: { ':pk': pk, ':sk': 'a' },
          ScanIndexForward: false,
          Limit: 3,
        }),
      )
      expect(pages.map(({ Items = [] }) => Items.map(({ sk }) => sk))).toEqual([['e', 'd', 'c'], ['b']])
      expect(pages.map(({ Count }) => Count)).toEqual([3, 1])
    })

    it('get many at once, without those that are not there', async () => {
      const [one, two, none] = [newKey(), newKey(), newKey()]
      await put({ ...one, n: 1 })
      await put({ ...two, n: 2 })
      const { Responses = {}, UnprocessedKeys } = await open().client.batchGet({
        RequestItems: { [open().name]: { Keys: [one, two, none], ConsistentRead: true } },
      })
      expect(Responses[open().name]?.map(({ n }) => n).toSorted()).toEqual([1, 2])
      expect(UnprocessedKeys).toEqual({})
    })

    it('write several items together', async () => {
      const [one, two, three, four] = [newKey(), newKey(), newKey(), newKey()]
      const TableName = open().name
      await put({ ...two, n: 1 })
      await put({ ...three, n: 1 })
      await put({ ...four, n: 1 })
      const is = { ConditionExpression: 'n = :one', ExpressionAttributeValues: { ':one': 1 } }
      await open().client.transactWrite({
        TransactItems: [
          { Put: { TableName, Item: { ...one, n: 1 } } },
          { Update: { TableName, Key: two, UpdateExpression: 'ADD n :one', ...is } },
          { Delete: { TableName, Key: three, ...is } },
          { ConditionCheck: { TableName, Key: four, ...is } },
        ],
      })
      expect([await get(one), await get(two), await get(three)]).toEqual([
        { ...one, n: 1 },
        { ...two, n: 2 },
        undefined,
      ])
    })

    it('write none of several when one must not be, and say which', async () => {
      const [one, two] = [newKey(), newKey()]
      await put(two)
      const write = (Item: object, ConditionExpression?: string) => ({
        Put: { TableName: open().name, Item: { ...Item }, ConditionExpression },
      })
      await expect(
        open().client.transactWrite({ TransactItems: [write(one), write(two, 'attribute_not_exists(pk)')] }),
      ).rejects.toMatchObject({
        name: 'TransactionCanceledException',
        CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed' }],
      })
      expect(await get(one)).toBeUndefined()
    })

    it('say what an answer cost when asked', async () => {
      const answer = await open().client.get({
        TableName: open().name,
        Key: newKey(),
        ReturnConsumedCapacity: 'TOTAL',
      })
      expect(answer.ConsumedCapacity?.CapacityUnits).toBe(0.5)
      expect(answer.$metadata.httpStatusCode).toBe(200)
    })

    it('are refused for a table that is not there', async () => {
      const asked = open().client.get({ TableName: 'elsewhere', Key: newKey() })
      await expect(asked).rejects.toMatchObject({ name: 'ResourceNotFoundException', $fault: 'client' })
    })
  })
}
