import { randomBytes } from 'node:crypto'
import { GetCommand, ScanCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { dynamoRequestClaims } from '../../../lambdas/adapters/dynamodb/request-claims.ts'
import { newClaim, type RequestClaim, takenOver } from '../../../lambdas/domain/request-claim.ts'
import type { RequestClaims } from '../../../lambdas/ports/request-claims.ts'
import { memoryClaims } from '../../support/door.ts'
import { type StartedTable, startTable } from '../../support/dynamodb.ts'

const NOW = Date.parse('2027-01-31T08:00:00Z')
const DAY_MS = 86_400_000

let started: StartedTable
beforeAll(async () => {
  started = await startTable()
})
afterAll(() => started.stop())

describe.each([
  ['in the table', () => dynamoRequestClaims({ client: started.client, name: started.tableName })],
  ['in memory', memoryClaims],
])('claims %s', (_where, open) => {
  let claims: RequestClaims
  let made = 0
  let name: { tenant: string; operation: string; key: string }
  let claim: RequestClaim
  beforeEach(async () => {
    claims = open()
    name = { tenant: 't', operation: 'createJob', key: `key-${made++}` }
    claim = newClaim('01JXAMPLE0000000000000000J', 'fingerprint', NOW)
    expect(await claims.add(name, claim, NOW)).toBe(true)
  })

  it('are read back as they were made', async () => {
    expect(await claims.read(name)).toEqual(claim)
  })

  it('are made once, until they expire', async () => {
    const other = newClaim('01JXAMPLE0000000000000000K', 'other', NOW)
    expect(await claims.add(name, other, NOW + DAY_MS - 1000)).toBe(false)
    expect(await claims.add(name, other, NOW + DAY_MS)).toBe(true)
    expect(await claims.read(name)).toEqual(other)
  })

  it.each([{ tenant: 'u' }, { operation: 'runJob' }, { key: 'another' }])('are not found as %j', async (changes) => {
    expect(await claims.read({ ...name, ...changes })).toBeUndefined()
  })

  it('are replaced by their token, and by no other', async () => {
    const second = takenOver(claim, 'another', NOW + 30_000)
    expect(await claims.replace(name, second, 1)).toBe(true)
    expect(await claims.replace(name, { ...claim, answer: 'too late' }, 1)).toBe(false)
    expect(await claims.read(name)).toEqual(second)
  })

  it('keep an answer as it is, of any text', async () => {
    const answered = { ...claim, answer: '{"name":"Zoë 🚲 \\u0000"}' }
    expect(await claims.replace(name, answered, 1)).toBe(true)
    expect(await claims.read(name)).toEqual(answered)
  })

  it('are removed by their token, and by no other', async () => {
    await claims.remove(name, 2)
    expect(await claims.read(name)).toEqual(claim)
    await claims.remove(name, 1)
    expect(await claims.read(name)).toBeUndefined()
  })
})

describe('claims in the table', () => {
  const open = () => dynamoRequestClaims({ client: started.client, name: started.tableName })
  const claim = newClaim('01JXAMPLE0000000000000000J', 'fingerprint', NOW)

  it('end by time to live', async () => {
    const name = { tenant: 'ttl', operation: 'createJob', key: 'a key that nobody should see' }
    await open().add(name, claim, NOW)
    const { Items = [] } = await started.client.send(new ScanCommand({ TableName: started.tableName }))
    const own = Items.filter(({ pk }) => String(pk).startsWith('IDEMPOTENCY#ttl#'))
    expect(own).toMatchObject([{ expiresAt: (NOW + DAY_MS) / 1000 }])
    expect(JSON.stringify(own)).not.toContain('nobody should see')
  })

  it('keep answers of a megabyte, and let go of what is larger than an item can be', async () => {
    const name = { tenant: 'large', operation: 'importJobs', key: 'k' }
    const plan = JSON.stringify(
      Array.from({ length: 10_000 }, (_, n) => ({
        name: `job ${n}`,
        action: 'create',
        reasons: ['There is no job of this name.'],
      })),
    )
    await open().add(name, claim, NOW)
    expect(await open().replace(name, { ...claim, answer: plan }, 1)).toBe(true)
    expect((await open().read(name))?.answer).toBe(plan)
    await open().replace(name, { ...claim, answer: randomBytes(600_000).toString('base64') }, 1)
    expect(await open().read(name)).toBeUndefined()
    const { Item } = await started.client.send(
      new GetCommand({ TableName: started.tableName, Key: { pk: 'IDEMPOTENCY#large', sk: 'CLAIM' } }),
    )
    expect(Item).toBeUndefined()
  })
})
