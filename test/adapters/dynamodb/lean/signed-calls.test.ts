import { createHash, createHmac } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { documentClient } from '../../../../lambdas/adapters/dynamodb/document-client.ts'
import { leanClient } from '../../../../lambdas/adapters/dynamodb/lean/lean-client.ts'
import { type Arrived, type RoughServer, startRoughServer } from '../../../support/rough-server.ts'

const region = 'eu-central-2'
const forever = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const forAWhile = { ...forever, sessionToken: 'IQoJb3JpZ2luX2Vj//token+of=a=session==' }

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()

/**
 * The signature that a request must have, from its headers as they arrived (AWS Identity and Access Management User Guide,
 * "Create a signed AWS API request").
 */
function authorizationOf({ headers, body }: Arrived): string {
  const [, day = '', list = ''] = /\/(\d{8})\/.*SignedHeaders=([^,]+)/.exec(String(headers.authorization)) ?? []
  const signed = list.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`)
  const scope = `${day}/${region}/dynamodb/aws4_request`
  const canonical = ['POST', '/', '', signed.join(''), list, sha256(body)].join('\n')
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n')
  const key = [day, region, 'dynamodb', 'aws4_request'].reduce<Buffer | string>(hmac, `AWS4${forever.secretAccessKey}`)
  const signature = hmac(key, toSign).toString('hex')
  return `AWS4-HMAC-SHA256 Credential=${forever.accessKeyId}/${scope}, SignedHeaders=${list}, Signature=${signature}`
}

const signedNames = ({ authorization }: IncomingHttpHeaders) =>
  /SignedHeaders=([^,]+)/.exec(String(authorization))?.[1]?.split(';')

describe.each([
  { what: 'credentials of a user', credentials: forever },
  { what: 'credentials of a session', credentials: forAWhile },
])('a request signed with $what', ({ credentials }) => {
  let server: RoughServer
  beforeAll(async () => {
    server = await startRoughServer()
  })
  afterAll(() => server.stop())

  const clients = {
    'the SDK': () => documentClient(new DynamoDBClient({ region, credentials, endpoint: server.endpoint })),
    'the lean client': () =>
      leanClient({ region, credentials, endpoint: new URL(server.endpoint), userAgent: 'Punctual/1.2.3' }),
  }

  async function sent(client: keyof typeof clients): Promise<Arrived> {
    server.answer((response) => response.end('{}'))
    const Item = { pk: 'a', text: 'ž 🍵 "quoted"', n: 1 }
    await clients[client]().put({ TableName: 'things', Item })
    return server.arrived[0]!
  }

  it.each(['the SDK', 'the lean client'] as const)('has the signature that it must have: %s', async (client) => {
    const request = await sent(client)
    expect(request.headers.authorization).toBe(authorizationOf(request))
    expect(authorizationOf({ ...request, body: `${request.body} ` })).not.toBe(request.headers.authorization)
  })

  it('signs what the SDK signs', async () => {
    const [sdk, lean] = [await sent('the SDK'), await sent('the lean client')]
    expect(signedNames(lean.headers)).toEqual(signedNames(sdk.headers))
    expect(lean.headers['x-amz-security-token']).toBe(sdk.headers['x-amz-security-token'])
    expect(lean.headers['x-amz-content-sha256']).toBe(sha256(lean.body))
  })

  it('says who calls', async () => {
    const { headers } = await sent('the lean client')
    expect([headers['user-agent'], headers['x-amz-user-agent']]).toEqual(['Punctual/1.2.3', 'Punctual/1.2.3'])
    expect(headers.host).toBe(new URL(server.endpoint).host)
  })

  it('goes over a connection that is kept', async () => {
    const client = clients['the lean client']()
    const ports = new Set<number | undefined>()
    server.answer((response) => {
      ports.add(response.socket?.remotePort)
      response.end('{}')
    })
    for (let count = 0; count < 3; count++) await client.get({ TableName: 'things', Key: { pk: 'a' } })
    expect([server.arrived.length, ports.size]).toEqual([3, 1])
  })
})
