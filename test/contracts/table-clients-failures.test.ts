import type { ServerResponse } from 'node:http'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { documentClient } from '../../lambdas/adapters/dynamodb/document-client.ts'
import { leanClient } from '../../lambdas/adapters/dynamodb/lean/lean-client.ts'
import type { TableClient } from '../../lambdas/adapters/dynamodb/table-client.ts'
import { type Answering, type RoughServer, startRoughServer } from '../support/rough-server.ts'
import { leanTest, testCredentials } from '../support/wire.ts'

/** Shorter than those of a function, so that nobody waits for them. */
const TIMEOUTS = { connectionTimeout: 500, requestTimeout: 250, socketTimeout: 250, throwOnRequestTimeout: true }

const clients: Readonly<Record<'sdk' | 'lean', (endpoint: string) => TableClient>> = {
  sdk: (endpoint) => documentClient(new DynamoDBClient({ ...testCredentials, endpoint, requestHandler: TIMEOUTS })),
  lean: (endpoint) => leanClient({ ...leanTest, endpoint: new URL(endpoint), handler: new NodeHttpHandler(TIMEOUTS) }),
}

const ITEM = JSON.stringify({ Item: { pk: { S: 'a' }, text: { S: 'ž'.repeat(2_000) } } })
const fine = (response: ServerResponse) => response.end(ITEM)

const refuse =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answering =>
  (response) => {
    response.writeHead(status, headers)
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  }

const reset: Answering = (response) => response.socket?.destroy()
const cutShort: Answering = (response) => {
  response.writeHead(200, { 'content-length': ITEM.length })
  response.write(ITEM.slice(0, 100), () => response.socket?.destroy())
}
const never: Answering = () => {}
const stalling: Answering = (response) => {
  response.writeHead(200, { 'content-length': ITEM.length })
  response.write(ITEM.slice(0, 100))
}
const slowly: Answering = async (response) => {
  response.writeHead(200)
  for (let at = 0; at < ITEM.length; at += 350) {
    await new Promise((resolve) => setTimeout(resolve, 25))
    response.write(ITEM.slice(at, at + 350))
  }
  response.end()
}

/** The first so many go wrong, the others do not. */
const first =
  (count: number, wrong: Answering): Answering =>
  (response, number) =>
    number <= count ? wrong(response, number) : fine(response)

const typed = (type: string, more: object = {}) => ({ __type: type, ...more })
const DYNAMODB = 'com.amazonaws.dynamodb.v20120810#'

type Expected = { readonly attempts: number; readonly ends: string }

describe('both clients of DynamoDB', () => {
  let server: RoughServer
  const { random } = Math
  beforeAll(async () => {
    server = await startRoughServer()
    // Waits between attempts are a part of what they may be, by chance.
    Math.random = () => 0
  })
  afterAll(async () => {
    Math.random = random
    await server.stop()
  })

  async function meet(client: TableClient, answering: Answering) {
    server.answer(answering)
    const asked = client.get({ TableName: 'things', Key: { pk: 'a' } })
    const ends = await asked.then(
      ({ Item }) => ({ ends: 'well', item: Item }),
      (error) => {
        const { name, message, code, $fault, $metadata, __type, Item, CancellationReasons } = error
        const status = $metadata?.httpStatusCode
        const told = { message: message.split('\n')[0], code, $fault, status, __type, Item, CancellationReasons }
        return { ends: name as string, ...told }
      },
    )
    return { ...ends, attempts: server.arrived.length }
  }

  const throttled = 'ProvisionedThroughputExceededException'
  const reasons = { CancellationReasons: [{ Code: 'None' }, { Code: 'TransactionConflict', Message: 'busy' }] }
  it.each<[string, Answering, Expected]>([
    ['a good answer', fine, { attempts: 1, ends: 'well' }],
    ['nothing at all, said well', refuse(200, ''), { attempts: 1, ends: 'well' }],
    ['an answer in pieces', slowly, { attempts: 1, ends: 'well' }],
    ['a throttle that goes on', refuse(400, typed(throttled)), { attempts: 4, ends: throttled }],
    ['a throttle that ends', first(3, refuse(400, typed(throttled))), { attempts: 4, ends: 'well' }],
    ['one of another kind', refuse(400, typed('ThrottlingException')), { attempts: 4, ends: 'ThrottlingException' }],
    ['a status that throttles', refuse(429, {}), { attempts: 4, ends: 'Unknown' }],
    [
      'an error of the service',
      refuse(500, typed('InternalServerError')),
      { attempts: 4, ends: 'InternalServerError' },
    ],
    ['one that ends', first(1, refuse(500, typed('InternalServerError'))), { attempts: 2, ends: 'well' }],
    ['a 501', refuse(501, typed('Strange')), { attempts: 1, ends: 'Strange' }],
    ['a page of a gateway', refuse(503, '<html>Service Unavailable</html>'), { attempts: 4, ends: 'SyntaxError' }],
    ['a page instead of a refusal', refuse(400, '<html>Bad Request</html>'), { attempts: 1, ends: 'SyntaxError' }],
    ['garbage', refuse(200, '{"Item":{"pk":'), { attempts: 1, ends: 'SyntaxError' }],
    ['a refusal without words', refuse(400, ''), { attempts: 1, ends: 'Unknown' }],
    ['another place', refuse(302, '', { location: '/' }), { attempts: 1, ends: 'Unknown' }],
    ['a type in a header', refuse(400, {}, { 'x-amzn-errortype': 'Some:http://x' }), { attempts: 1, ends: 'Some' }],
    [
      'a refusal with its message',
      refuse(400, typed('com.amazon.coral.validate#ValidationException', { message: 'One or more … ž' })),
      { attempts: 1, ends: 'ValidationException' },
    ],
    [
      'its message with a capital',
      refuse(400, typed('com.amazon.coral.service#AccessDeniedException', { Message: 'User is not …' })),
      { attempts: 1, ends: 'AccessDeniedException' },
    ],
    [
      'a condition that did not hold',
      refuse(400, typed(`${DYNAMODB}ConditionalCheckFailedException`, { message: 'no', Item: { a: { N: '1' } } })),
      { attempts: 1, ends: 'ConditionalCheckFailedException' },
    ],
    [
      'a canceled transaction',
      refuse(400, typed(`${DYNAMODB}TransactionCanceledException`, { Message: 'no', ...reasons })),
      { attempts: 1, ends: 'TransactionCanceledException' },
    ],
    [
      'a transaction under way',
      refuse(400, typed(`${DYNAMODB}TransactionInProgressException`)),
      { attempts: 4, ends: 'TransactionInProgressException' },
    ],
    [
      'a signature too old',
      refuse(400, typed('ExpiredTokenException')),
      { attempts: 1, ends: 'ExpiredTokenException' },
    ],
    ['a connection that is reset', reset, { attempts: 4, ends: 'TimeoutError' }],
    ['one that is reset once', first(1, reset), { attempts: 2, ends: 'well' }],
    ['a body cut short', cutShort, { attempts: 4, ends: 'Error' }],
    ['one cut short once', first(1, cutShort), { attempts: 2, ends: 'well' }],
    ['silence', never, { attempts: 4, ends: 'TimeoutError' }],
    ['silence once', first(1, never), { attempts: 2, ends: 'well' }],
    ['a body that stalls', stalling, { attempts: 4, ends: 'TimeoutError' }],
    ['one that stalls once', first(1, stalling), { attempts: 2, ends: 'well' }],
  ])('end alike after as many attempts: %s', async (_what, answering, expected) => {
    const sdk = await meet(clients.sdk(server.endpoint), answering)
    const lean = await meet(clients.lean(server.endpoint), answering)
    expect(sdk).toMatchObject(expected)
    expect(lean).toEqual(sdk)
  })

  it.each(Object.entries(clients))('correct a clock that is wrong: %s', async (_name, open) => {
    const later = new Date(Date.now() + 20 * 60_000)
    const wrong = refuse(400, typed('InvalidSignatureException', { message: 'Signature not yet current' }), {
      date: later.toUTCString(),
    })
    expect(await meet(open(server.endpoint), first(1, wrong))).toMatchObject({ ends: 'well', attempts: 2 })
    const [before = 0, after = 0] = server.arrived.map(({ headers }) => dateOf(String(headers['x-amz-date'])))
    expect((after - before) / 60_000).toBeCloseTo(20, 0)
  })

  it.each(Object.entries(clients))('tell the service which attempt it is: %s', async (_name, open) => {
    await meet(open(server.endpoint), first(2, reset))
    expect(server.arrived.map(({ headers }) => headers['amz-sdk-request'])).toEqual([
      'attempt=1; max=4',
      'attempt=2; max=4',
      'attempt=3; max=4',
    ])
    expect(new Set(server.arrived.map(({ headers }) => headers['amz-sdk-invocation-id'])).size).toBe(1)
  })

  it('fail alike where nobody listens', async () => {
    const closed = await startRoughServer()
    await closed.stop()
    const failure = (client: TableClient) =>
      client.get({ TableName: 'things', Key: { pk: 'a' } }).then(
        () => undefined,
        ({ name, code }) => ({ name, code }),
      )
    expect(await failure(clients.sdk(closed.endpoint))).toEqual({ name: 'Error', code: 'ECONNREFUSED' })
    expect(await failure(clients.lean(closed.endpoint))).toEqual({ name: 'Error', code: 'ECONNREFUSED' })
  })

  it.each(Object.entries(clients))('repeat a transaction under the same token: %s', async (_name, open) => {
    server.answer(first(1, reset))
    await open(server.endpoint).transactWrite({ TransactItems: [{ Put: { TableName: 'things', Item: { pk: 'a' } } }] })
    const tokens = server.arrived.map(({ body }) => JSON.parse(body).ClientRequestToken)
    expect(tokens).toEqual([expect.stringMatching(TOKEN), tokens[0]])
  })

  it('send the same requests', async () => {
    const send = async (client: TableClient) => {
      server.answer((response) => response.end('{}'))
      const TableName = 'things'
      await client.put({ TableName, Item: { pk: 'ž', bytes: Uint8Array.of(1), none: undefined } })
      await client.query({ TableName, KeyConditionExpression: 'pk = :a', ExpressionAttributeValues: { ':a': 'a' } })
      await client.transactWrite({ TransactItems: [{ Put: { TableName, Item: { pk: 'a', list: [1] } } }] })
      return server.arrived.map(({ headers, body }) => ({
        headers: Object.keys(headers).sort(),
        target: headers['x-amz-target'],
        type: headers['content-type'],
        body: JSON.parse(body, (name, value) => (name === 'ClientRequestToken' ? TOKEN.test(value) : value)),
      }))
    }
    const [sdk, lean] = [await send(clients.sdk(server.endpoint)), await send(clients.lean(server.endpoint))]
    expect(lean).toEqual(sdk)
    expect(lean[2]?.body.ClientRequestToken).toBe(true)
    expect(lean.map(({ target }) => target)).toEqual([
      'DynamoDB_20120810.PutItem',
      'DynamoDB_20120810.Query',
      'DynamoDB_20120810.TransactWriteItems',
    ])
  })
})

const TOKEN = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** `20270131T080000Z`, in epoch ms. */
const dateOf = (text: string): number =>
  Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
