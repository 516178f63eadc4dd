import { afterAll, beforeAll, expect, it } from 'vitest'
import { openLeanTable } from '../../../../lambdas/adapters/dynamodb/lean/open-lean-table.ts'
import { AwsEnvironment } from '../../../../lambdas/config/aws-environment.ts'
import { type RoughServer, startRoughServer } from '../../../support/rough-server.ts'

/** Two places at which DynamoDB may answer. */
const servers: RoughServer[] = []
beforeAll(async () => {
  servers.push(await startRoughServer(), await startRoughServer())
})
afterAll(() => Promise.all(servers.map((server) => server.stop())))

const lambda = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' }
const own = { TABLE_NAME: 'things', AUDIT_RETENTION_DAYS: 7 }

/** How many requests each of the servers gets for one call. */
async function arrivals(place: Readonly<Record<string, string>>): Promise<readonly number[]> {
  for (const server of servers) server.answer((response) => response.end('{}'))
  const { client, name } = openLeanTable(own, AwsEnvironment.parse({ ...lambda, ...place }), 'Punctual/test')
  await client.get({ TableName: name, Key: { pk: 'a' } })
  return servers.map(({ arrived }) => arrived.length)
}

it.each([
  ['the endpoint of DynamoDB', (a: string, b: string) => ({ AWS_ENDPOINT_URL_DYNAMODB: a, AWS_ENDPOINT_URL: b })],
  ['that of all services', (a: string) => ({ AWS_ENDPOINT_URL: a })],
  [
    'that of all services when the other is empty',
    (a: string) => ({ AWS_ENDPOINT_URL_DYNAMODB: '', AWS_ENDPOINT_URL: a }),
  ],
])('openLeanTable asks at %s', async (_which, place) => {
  const [first, second] = servers.map(({ endpoint }) => endpoint)
  expect(await arrivals(place(first!, second!) as Record<string, string>)).toEqual([1, 0])
})

it('openLeanTable signs with what Lambda gives a function: its region, its key and the token of its session', async () => {
  await arrivals({ AWS_ENDPOINT_URL: servers[0]!.endpoint, AWS_SESSION_TOKEN: 'token' })
  const { headers } = servers[0]!.arrived[0]!
  expect(headers['x-amz-security-token']).toBe('token')
  expect(headers.authorization).toContain('Credential=AKIDEXAMPLE/')
  expect(headers.authorization).toContain('/eu-west-1/dynamodb/aws4_request')
})

it('openLeanTable keeps the name of the table and how long its audit is kept', () => {
  expect(openLeanTable(own, lambda, 'Punctual/test')).toMatchObject({ name: 'things', auditDays: 7 })
})

it.each(['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])('AwsEnvironment wants %s', (name) => {
  expect(AwsEnvironment.safeParse({ ...lambda, [name]: undefined }).success).toBe(false)
  expect(AwsEnvironment.safeParse({ ...lambda, [name]: '' }).success).toBe(false)
})

it('AwsEnvironment refuses what is no URL', () => {
  expect(AwsEnvironment.safeParse({ ...lambda, AWS_ENDPOINT_URL: 'localhost:8000' }).success).toBe(false)
})
