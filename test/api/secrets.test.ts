import { randomBytes, randomUUID } from 'node:crypto'
import { DescribeSecretCommand, GetSecretValueCommand, ListSecretsCommand } from '@aws-sdk/client-secrets-manager'
import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import { ulid } from 'ulid'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { accountKey, dynamoAccountStore } from '../../lambdas/adapters/dynamodb/account-store.ts'
import { dynamoSecretCatalog } from '../../lambdas/adapters/dynamodb/secret-catalog.ts'
import { dynamoSigningKey } from '../../lambdas/adapters/dynamodb/signing-key.ts'
import { secretsManagerVault } from '../../lambdas/adapters/secrets/secrets-manager-vault.ts'
import { secretsFunction } from '../../lambdas/api/secrets.ts'
import { secretsContracts } from '../../lambdas/http/contracts/secrets.ts'
import { callApi, memoryLog } from '../support/call-api.ts'
import { testDoor } from '../support/door.ts'
import { type StartedTable, startTable } from '../support/dynamodb.ts'
import { fixedUsage } from '../support/secret-usage.ts'
import { type StartedVault, startVault } from '../support/vault.ts'

const job = { jobId: '01JOB', jobName: 'KYC sync' }

describe('the secrets function', () => {
  let table: StartedTable
  let vault: StartedVault
  let handler: ReturnType<typeof secretsFunction>
  let tenant: string
  const log = memoryLog()
  const uses: Record<string, Record<string, (typeof job)[]>> = {}

  beforeAll(async () => {
    ;[table, vault] = await Promise.all([startTable(), startVault()])
    const opened = { client: table.client, name: table.tableName }
    handler = secretsFunction(
      testDoor({
        log,
        tokens: {
          verify: async (token) => ({ kind: 'user', tenant: token, username: token, role: 'USER', accessToken: token }),
        },
        catalog: dynamoSecretCatalog(opened),
        vault: secretsManagerVault(vault.client, 'test'),
        usage: fixedUsage(uses),
        accounts: dynamoAccountStore(opened),
        signingKey: dynamoSigningKey(opened),
        clock: Date.now,
        newSecretId: () => ulid(),
        newVersionId: randomUUID,
        randomBytes,
      }),
    )
  })
  afterAll(() => Promise.all([table.stop(), vault.stop()]))
  beforeEach(() => {
    tenant = randomUUID()
  })

  const call = (route: string, name: string, more: Parameters<typeof callApi>[1] | object = {}) =>
    callApi(handler, { route, params: { name }, token: tenant, ...more })
  const put = (name: string, body: unknown) => call('PUT /api/secrets/{name}', name, { body })
  const generate = (name: string, body: unknown) => call('POST /api/secrets/{name}/generate', name, { body })
  const remove = (name: string, query?: object) => call('DELETE /api/secrets/{name}', name, query ? { query } : {})
  const list = (query?: Record<string, string>, token = tenant) =>
    callApi(handler, { route: 'GET /api/secrets', token, ...(query ? { query } : {}) })

  /** The tenant's secrets as the vault has them. */
  const inVault = async () => {
    const Filters = [{ Key: 'name' as const, Values: [`/punctual/test/${tenant}/`] }]
    const { SecretList = [] } = await vault.client.send(new ListSecretsCommand({ Filters }))
    return SecretList
  }

  it('saves a value so that the vault alone has it', async () => {
    const value = 'c2VjcmV0LXZhbHVl='
    const answered = await put('CRON_SECRET', { value, description: 'for the sync' })
    expect(answered).toMatchObject({
      status: 201,
      body: { name: 'CRON_SECRET', description: 'for the sync', version: 1, usedBy: [] },
    })
    expect(secretsContracts.putSecret.answers[201].schema.safeParse(answered.body)).toMatchObject({ success: true })

    const [stored] = await inVault()
    expect(stored?.Name).toMatch(new RegExp(`^/punctual/test/${tenant}/[0-9A-HJKMNP-TV-Z]{26}$`))
    const described = await vault.client.send(new DescribeSecretCommand({ SecretId: stored?.Name }))
    expect(described.Tags).toEqual([
      { Key: 'punctual:stage', Value: 'test' },
      { Key: 'punctual:tenant', Value: tenant },
    ])
    const read = await vault.client.send(new GetSecretValueCommand({ SecretId: stored?.Name }))
    expect(read.SecretString).toBe(value)

    const rows = await table.client.send(
      new QueryCommand({
        TableName: table.tableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': `T#${tenant}` },
      }),
    )
    expect(rows.Items).toMatchObject([{ sk: 'SECRET#CRON_SECRET', versionId: read.VersionId }])
    expect(JSON.stringify([answered.body, rows.Items, (await list()).body])).not.toContain(value)
  })

  it('makes a new version of a secret that exists, keeping what is not given', async () => {
    const first = await put('TOKEN', { value: 'one', description: 'the token' })
    const second = await put('TOKEN', { value: 'two' })
    expect(second).toMatchObject({
      status: 200,
      body: { version: 2, description: 'the token', createdAt: first.body.createdAt },
    })
    expect(await put('TOKEN', { value: 'three', description: '' })).toMatchObject({
      status: 200,
      body: { version: 3, description: '' },
    })
    expect(await inVault()).toHaveLength(1)
  })

  it('lists secrets in order of name, page by page, with the jobs that use them', async () => {
    uses[tenant] = { B: [job] }
    for (const name of ['C', 'A', 'b', 'B', 'E_1']) await put(name, { value: `value of ${name}` })
    const first = await list({ limit: '2' })
    expect(secretsContracts.listSecrets.answers[200].schema.safeParse(first.body)).toMatchObject({ success: true })
    expect(first.body.items).toMatchObject([
      { name: 'A', usedBy: [] },
      { name: 'B', usedBy: [job] },
    ])
    const second = await list({ limit: '2', cursor: first.body.nextCursor })
    const third = await list({ limit: '2', cursor: second.body.nextCursor })
    expect([second, third].map(({ body }) => body.items.map((item: { name: string }) => item.name))).toEqual([
      ['C', 'E_1'],
      ['b'],
    ])
    expect(third.body.nextCursor).toBeNull()
  })

  it('gives no cursor when a page ends with the list', async () => {
    await put('ONLY', { value: 'x' })
    expect((await list({ limit: '1' })).body).toMatchObject({ items: [{ name: 'ONLY' }], nextCursor: null })
  })

  it('takes a cursor from its own tenant only', async () => {
    await put('A', { value: 'x' })
    await put('B', { value: 'x' })
    const { body } = await list({ limit: '1' })
    expect(await list({ cursor: body.nextCursor }, randomUUID())).toMatchObject({
      status: 400,
      body: { type: '/problems/invalid-cursor' },
    })
  })

  it.each([
    [{ limit: '0' }, '/query/limit'],
    [{ limit: '101' }, '/query/limit'],
    [{ limit: '1.5' }, '/query/limit'],
    [{ limit: '1e1' }, '/query/limit'],
    [{ limit: ' 5' }, '/query/limit'],
    [{ offset: '5' }, '/query/offset'],
    [{ cursor: '' }, '/query/cursor'],
  ])('refuses the query %j', async (query, pointer) => {
    expect(await list(query)).toMatchObject({ status: 400, body: { errors: [{ pointer }] } })
  })

  it('deletes a secret, and takes its name again at once', async () => {
    await put('GONE', { value: 'old' })
    expect(await remove('GONE')).toMatchObject({ status: 204, body: undefined })
    expect((await list()).body.items).toEqual([])
    expect(await inVault()).toEqual([])
    expect(await put('GONE', { value: 'new' })).toMatchObject({ status: 201, body: { version: 1 } })
  })

  it('refuses to delete a secret that jobs use, naming them, unless forced', async () => {
    uses[tenant] = { USED: [job] }
    await put('USED', { value: 'x' })
    for (const query of [undefined, { force: 'false' }]) {
      expect(await remove('USED', query)).toMatchObject({
        status: 409,
        body: { type: '/problems/secret-in-use', detail: expect.stringContaining('"KYC sync" (01JOB)') },
      })
    }
    expect((await list()).body.items).toHaveLength(1)
    expect(await remove('USED', { force: 'true' })).toMatchObject({ status: 204 })
  })

  it('answers for another tenant as for a name that nobody has', async () => {
    await put('MINE', { value: 'x' })
    const unknown = await remove('NOBODYS')
    expect(unknown).toMatchObject({ status: 404, body: { type: '/problems/not-found' } })
    const foreign = await callApi(handler, {
      route: 'DELETE /api/secrets/{name}',
      params: { name: 'MINE' },
      token: randomUUID(),
    })
    expect(foreign).toEqual(unknown)
    expect((await list()).body.items).toHaveLength(1)
  })

  it.each([
    [{}, /^[A-Za-z0-9+/]{43}=$/],
    [{ bytes: 16 }, /^[A-Za-z0-9+/]{22}==$/],
    [{ bytes: 64, format: 'hex' }, /^[\da-f]{128}$/],
    [{ format: 'whsec', bytes: 24 }, /^whsec_[A-Za-z0-9+/]{32}$/],
  ])('generates a value from %j and shows it once', async (body, shape) => {
    const answered = await generate('RANDOM', body)
    expect(answered).toMatchObject({ status: 201, body: { value: expect.stringMatching(shape), version: 1 } })
    expect(secretsContracts.generateSecret.answers[201].schema.safeParse(answered.body)).toMatchObject({
      success: true,
    })
    const [stored] = await inVault()
    const read = await vault.client.send(new GetSecretValueCommand({ SecretId: stored?.Name }))
    expect(read.SecretString).toBe(answered.body.value)
    expect(JSON.stringify((await list()).body)).not.toContain(answered.body.value)
    expect((await generate('RANDOM', body)).body.value).not.toBe(answered.body.value)
  })

  it.each([
    [{ bytes: 15 }, '/bytes'],
    [{ bytes: 65 }, '/bytes'],
    [{ bytes: 32.5 }, '/bytes'],
    [{ bytes: 23, format: 'whsec' }, '/bytes'],
    [{ format: 'uuid' }, '/format'],
    [{ value: 'mine' }, '/value'],
  ])('refuses to generate from %j', async (body, pointer) => {
    expect(await generate('RANDOM', body)).toMatchObject({ status: 400, body: { errors: [{ pointer }] } })
    expect(await inVault()).toEqual([])
  })

  it.each([
    ['an empty value', { value: '' }],
    ['a value of more than 64 KiB', { value: 'é'.repeat(32 * 1024 + 1) }],
    ['a carriage return', { value: 'confidential\r' }],
    ['a line feed', { value: 'confidential\nX-Other: 1' }],
    ['a NUL', { value: 'confidential\0' }],
    ['half a surrogate pair', { value: 'confidential\ud800' }],
    ['no value', { description: 'd' }],
    ['a number', { value: 5 }],
  ])('refuses %s, without repeating it', async (_what, body) => {
    const answered = await put('BAD', body)
    expect(answered).toMatchObject({ status: 400, body: { errors: [{ pointer: '/value' }] } })
    expect(JSON.stringify(answered.body)).not.toContain('confidential')
    expect(await inVault()).toEqual([])
  })

  it.each([
    ['64 KiB', 'é'.repeat(32 * 1024)],
    ['other scripts', 'пароль 🔑 ={}"\\\t'],
    ['one character', '0'],
  ])('keeps a value of %s exactly', async (_what, value) => {
    expect(await put('EXACT', { value })).toMatchObject({ status: 201 })
    const [stored] = await inVault()
    const read = await vault.client.send(new GetSecretValueCommand({ SecretId: stored?.Name }))
    expect(read.SecretString).toBe(value)
  })

  it.each(['', 'A'.repeat(65), 'A-B', 'A B', 'Ä', 'A.B'])('refuses the name %j', async (name) => {
    expect(await put(name, { value: 'x' })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/path/name' }] },
    })
    expect(await remove(name)).toMatchObject({ status: 400 })
  })

  it('has room for as many secrets as the plan says, new versions aside', async () => {
    const names = Array.from({ length: 100 }, (_, n) => `SECRET_${n}`)
    await Promise.all(names.map((name) => put(name, { value: 'x' })))
    const refused = await put('ONE_MORE', { value: 'x' })
    expect(refused).toMatchObject({ status: 403, body: { type: '/problems/plan-limit' } })
    expect(refused.body.detail).toContain('100')
    expect(await put('SECRET_7', { value: 'y' })).toMatchObject({ status: 200 })
    await table.client.send(
      new PutCommand({ TableName: table.tableName, Item: { ...accountKey(tenant), plan: 'PREMIUM' } }),
    )
    expect(await put('ONE_MORE', { value: 'x' })).toMatchObject({ status: 201 })
  })

  it('ends with one secret when many create it at once', async () => {
    const answers = await Promise.all([1, 2, 3].map((n) => put('RACE', { value: `value ${n}` })))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 201])
    expect((await list()).body.items).toMatchObject([{ name: 'RACE', version: 3 }])
    expect(await inVault()).toHaveLength(1)
  })

  it('has met no bug in all this', () => {
    expect(log.lines).toEqual([])
  })
})
