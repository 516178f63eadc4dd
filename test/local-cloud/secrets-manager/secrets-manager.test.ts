import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SecretsManager } from '@aws-sdk/client-secrets-manager'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ManualClock } from '../../../local/clock.ts'
import { DurableStore } from '../../../local/durable-store.ts'
import { readOrMakeKeyFile } from '../../../local/secrets-manager/key-file.ts'
import { LocalSecretsManager } from '../../../local/secrets-manager/secrets-manager.ts'
import { refusal, sdkConfiguration, served } from './served.ts'

const START = Date.UTC(2026, 10, 21, 12)
const DAY = 86_400_000
const TOKEN_1 = '11111111-1111-4111-8111-111111111111'
const TOKEN_2 = '22222222-2222-4222-8222-222222222222'
const TOKEN_3 = '33333333-3333-4333-8333-333333333333'
const key = Buffer.alloc(32, 7)

async function setUp(store = new DurableStore(':memory:'), encryptionKey: Buffer = key) {
  const clock = new ManualClock(START)
  const service = new LocalSecretsManager({
    store,
    clock,
    accountId: '000000000000',
    region: 'us-east-1',
    key: encryptionKey,
  })
  const client = new SecretsManager(sdkConfiguration(await served(service)))
  onTestFinished(() => client.destroy())
  return { clock, client }
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'punctual-secrets-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

describe('reading and writing values', () => {
  it('gives back text and binary values exactly', async () => {
    const { client } = await setUp()
    const text = 'päss wörd 🔑 "\\n"\n='
    const bytes = new Uint8Array([0, 255, 128, 10])
    await client.createSecret({ Name: '/punctual/local/t/1', SecretString: text })
    await client.createSecret({ Name: '/punctual/local/t/2', SecretBinary: bytes })
    expect((await client.getSecretValue({ SecretId: '/punctual/local/t/1' })).SecretString).toBe(text)
    const binary = await client.getSecretValue({ SecretId: '/punctual/local/t/2' })
    expect([...(binary.SecretBinary ?? [])]).toEqual([...bytes])
    expect(binary.SecretString).toBeUndefined()
  })

  it('takes a name, an ARN and an ARN without its suffix for the same secret', async () => {
    const { client } = await setUp()
    const { ARN = '' } = await client.createSecret({ Name: 'api-key', SecretString: 'x' })
    expect(ARN).toMatch(/^arn:aws:secretsmanager:us-east-1:000000000000:secret:api-key-[A-Za-z0-9]{6}$/)
    for (const SecretId of ['api-key', ARN, ARN.slice(0, -7)])
      expect(await client.getSecretValue({ SecretId })).toMatchObject({ ARN, Name: 'api-key', SecretString: 'x' })
    expect(await refusal(client.getSecretValue({ SecretId: `${ARN.slice(0, -6)}AAAAAA` }))).toBe(
      "ResourceNotFoundException: Secrets Manager can't find the specified secret.",
    )
  })

  it('finds a secret whose own name looks as if it had a suffix', async () => {
    const { client } = await setUp()
    const { ARN = '' } = await client.createSecret({ Name: 'token-abc123', SecretString: 'x' })
    for (const SecretId of ['token-abc123', ARN, ARN.slice(0, -7)])
      expect((await client.getSecretValue({ SecretId })).SecretString).toBe('x')
  })

  it('keeps AWSCURRENT and AWSPREVIOUS on the two newest versions', async () => {
    const { client } = await setUp()
    await client.createSecret({ Name: 's', SecretString: 'one', ClientRequestToken: TOKEN_1 })
    await client.putSecretValue({ SecretId: 's', SecretString: 'two', ClientRequestToken: TOKEN_2 })
    const third = await client.updateSecret({ SecretId: 's', SecretString: 'three', ClientRequestToken: TOKEN_3 })
    expect(third.VersionId).toBe(TOKEN_3)
    expect((await client.getSecretValue({ SecretId: 's' })).SecretString).toBe('three')
    const previous = await client.getSecretValue({ SecretId: 's', VersionStage: 'AWSPREVIOUS' })
    expect(previous).toMatchObject({ SecretString: 'two', VersionId: TOKEN_2, VersionStages: ['AWSPREVIOUS'] })
    expect((await client.getSecretValue({ SecretId: 's', VersionId: TOKEN_1 })).SecretString).toBe('one')
    expect((await client.describeSecret({ SecretId: 's' })).VersionIdsToStages).toEqual({
      [TOKEN_2]: ['AWSPREVIOUS'],
      [TOKEN_3]: ['AWSCURRENT'],
    })
    const listed = await client.listSecretVersionIds({ SecretId: 's' })
    expect(listed.Versions?.map(({ VersionId }) => VersionId)).toEqual([TOKEN_2, TOKEN_3])
    const all = await client.listSecretVersionIds({ SecretId: 's', IncludeDeprecated: true })
    expect(all.Versions?.map(({ VersionId }) => VersionId)).toEqual([TOKEN_1, TOKEN_2, TOKEN_3])
  })

  it('leaves AWSCURRENT where it is when a value is put under another label', async () => {
    const { client } = await setUp()
    await client.createSecret({ Name: 's', SecretString: 'one' })
    await client.putSecretValue({ SecretId: 's', SecretString: 'two', VersionStages: ['AWSPENDING'] })
    expect((await client.getSecretValue({ SecretId: 's' })).SecretString).toBe('one')
    const pending = await client.getSecretValue({ SecretId: 's', VersionStage: 'AWSPENDING' })
    expect(pending.SecretString).toBe('two')
  })

  it('forgets the oldest unlabelled versions beyond a hundred', async () => {
    const { client } = await setUp()
    await client.createSecret({ Name: 's', SecretString: '0', ClientRequestToken: TOKEN_1 })
    for (let number = 1; number <= 100; number++)
      await client.putSecretValue({ SecretId: 's', SecretString: String(number) })
    expect(await refusal(client.getSecretValue({ SecretId: 's', VersionId: TOKEN_1 }))).toBe(
      `ResourceNotFoundException: Secrets Manager can't find the specified secret value for VersionId: ${TOKEN_1}`,
    )
    expect((await client.getSecretValue({ SecretId: 's' })).SecretString).toBe('100')
  })

  it('remembers the day of the last read', async () => {
    const { client, clock } = await setUp()
    await client.createSecret({ Name: 's', SecretString: 'x' })
    expect((await client.describeSecret({ SecretId: 's' })).LastAccessedDate).toBeUndefined()
    await clock.moveTo(START + 3 * DAY)
    await client.getSecretValue({ SecretId: 's' })
    const { LastAccessedDate } = await client.describeSecret({ SecretId: 's' })
    expect(LastAccessedDate?.toISOString()).toBe('2026-11-24T00:00:00.000Z')
  })
})

describe('repeated requests', () => {
  it('succeeds again for the same token and value and changes nothing', async () => {
    const { client } = await setUp()
    const create = { Name: 's', SecretString: 'one', ClientRequestToken: TOKEN_1 }
    const first = await client.createSecret(create)
    const put = { SecretId: 's', SecretString: 'two', ClientRequestToken: TOKEN_2 }
    await client.putSecretValue(put)
    expect((await client.createSecret(create)).ARN).toBe(first.ARN)
    expect((await client.putSecretValue(put)).VersionId).toBe(TOKEN_2)
    expect((await client.getSecretValue({ SecretId: 's' })).SecretString).toBe('two')
    expect((await client.listSecretVersionIds({ SecretId: 's', IncludeDeprecated: true })).Versions).toHaveLength(2)
  })

  it('refuses another value under a used token', async () => {
    const { client } = await setUp()
    const { ARN } = await client.createSecret({ Name: 's', SecretString: 'one', ClientRequestToken: TOKEN_1 })
    const put = client.putSecretValue({ SecretId: 's', SecretString: 'two', ClientRequestToken: TOKEN_1 })
    expect(await refusal(put)).toBe(
      `ResourceExistsException: You can't use ClientRequestToken ${TOKEN_1} because that value is already in use for a version of secret ${ARN}.`,
    )
  })

  it('refuses a second secret of the same name', async () => {
    const { client } = await setUp()
    await client.createSecret({ Name: 's', SecretString: 'one' })
    expect(await refusal(client.createSecret({ Name: 's', SecretString: 'one' }))).toBe(
      'ResourceExistsException: The operation failed because the secret s already exists.',
    )
  })
})

describe('deletion', () => {
  it('refuses to use a secret that is marked, gives it back on restore, and forgets it when its time is up', async () => {
    const { client, clock } = await setUp()
    await client.createSecret({ Name: 's', SecretString: 'one' })
    const { DeletionDate } = await client.deleteSecret({ SecretId: 's', RecoveryWindowInDays: 7 })
    expect(DeletionDate?.getTime()).toBe(START + 7 * DAY)
    const marked = "You can't perform this operation on the secret because it was marked for deletion."
    for (const use of [
      client.getSecretValue({ SecretId: 's' }),
      client.putSecretValue({ SecretId: 's', SecretString: 'x' }),
      client.updateSecret({ SecretId: 's', Description: 'x' }),
      client.tagResource({ SecretId: 's', Tags: [] }),
    ])
      expect(await refusal(use)).toBe(`InvalidRequestException: ${marked}`)
    expect(await refusal(client.createSecret({ Name: 's', SecretString: 'x' }))).toBe(
      "InvalidRequestException: You can't create this secret because a secret with this name is already scheduled for deletion.",
    )
    expect((await client.describeSecret({ SecretId: 's' })).DeletedDate?.getTime()).toBe(START)
    expect((await client.listSecrets({})).SecretList).toEqual([])
    expect((await client.listSecrets({ IncludePlannedDeletion: true })).SecretList).toHaveLength(1)

    await client.restoreSecret({ SecretId: 's' })
    expect((await client.getSecretValue({ SecretId: 's' })).SecretString).toBe('one')

    await client.deleteSecret({ SecretId: 's', RecoveryWindowInDays: 7 })
    await clock.moveTo(START + 7 * DAY - 1)
    expect((await client.describeSecret({ SecretId: 's' })).Name).toBe('s')
    await clock.moveTo(START + 7 * DAY)
    expect(await refusal(client.describeSecret({ SecretId: 's' }))).toMatch(/^ResourceNotFoundException/)
    await client.createSecret({ Name: 's', SecretString: 'new' })
  })

  it('deletes at once when forced, also what is not there', async () => {
    const { client } = await setUp()
    await client.createSecret({ Name: 's', SecretString: 'one' })
    for (let times = 0; times < 2; times++)
      expect((await client.deleteSecret({ SecretId: 's', ForceDeleteWithoutRecovery: true })).Name).toBe('s')
    expect(await refusal(client.getSecretValue({ SecretId: 's' }))).toMatch(/^ResourceNotFoundException/)
    await client.createSecret({ Name: 's', SecretString: 'again' })
    expect((await client.getSecretValue({ SecretId: 's' })).SecretString).toBe('again')
  })
})

describe('lists', () => {
  it('pages through all secrets once, newest first', async () => {
    const { client, clock } = await setUp()
    for (let number = 0; number < 7; number++) {
      await clock.moveTo(START + number)
      await client.createSecret({ Name: `s${number}`, SecretString: 'x' })
    }
    const names: (string | undefined)[] = []
    let NextToken: string | undefined
    do {
      const page = await client.listSecrets({ MaxResults: 3, ...(NextToken ? { NextToken } : {}) })
      names.push(...(page.SecretList ?? []).map(({ Name }) => Name))
      NextToken = page.NextToken
    } while (NextToken)
    expect(names).toEqual(['s6', 's5', 's4', 's3', 's2', 's1', 's0'])
    expect(await refusal(client.listSecrets({ NextToken: 'nonsense' }))).toMatch(/^InvalidNextTokenException/)
  })

  it.each([
    { filter: { Key: 'name', Values: ['/punctual/dev/'] }, found: ['/punctual/dev/a', '/punctual/dev/b'] },
    { filter: { Key: 'name', Values: ['/Punctual/'] }, found: [] },
    { filter: { Key: 'name', Values: ['!/punctual/dev/'] }, found: ['/punctual/prod/a'] },
    { filter: { Key: 'tag-key', Values: ['ten'] }, found: ['/punctual/dev/a'] },
    { filter: { Key: 'tag-value', Values: ['blue'] }, found: ['/punctual/dev/a'] },
    { filter: { Key: 'description', Values: ['the gate'] }, found: ['/punctual/prod/a'] },
    { filter: { Key: 'all', Values: ['GATE'] }, found: ['/punctual/prod/a'] },
  ] as const)('finds $found by $filter', async ({ filter, found }) => {
    const { client } = await setUp()
    await client.createSecret({ Name: '/punctual/dev/a', Tags: [{ Key: 'tenant', Value: 'blue' }] })
    await client.createSecret({ Name: '/punctual/dev/b' })
    await client.createSecret({ Name: '/punctual/prod/a', Description: 'The Gateway' })
    const Filters = [{ Key: filter.Key, Values: [...filter.Values] }]
    const { SecretList = [] } = await client.listSecrets({ Filters })
    expect(SecretList.map(({ Name }) => Name).sort()).toEqual(found)
  })

  it('reads many values at once and says which it could not', async () => {
    const { client } = await setUp()
    await client.createSecret({ Name: 'a', SecretString: '1' })
    await client.createSecret({ Name: 'b', SecretString: '2' })
    const { SecretValues, Errors } = await client.batchGetSecretValue({ SecretIdList: ['a', 'no', 'b'] })
    expect(SecretValues?.map(({ SecretString }) => SecretString)).toEqual(['1', '2'])
    expect(Errors).toMatchObject([{ SecretId: 'no', ErrorCode: 'ResourceNotFoundException' }])
    const byFilter = await client.batchGetSecretValue({ Filters: [{ Key: 'name', Values: ['b'] }] })
    expect(byFilter.SecretValues?.map(({ Name }) => Name)).toEqual(['b'])
  })

  it('adds, replaces and removes tags', async () => {
    const { client } = await setUp()
    await client.createSecret({ Name: 's', Tags: [{ Key: 'a', Value: '1' }] })
    const Tags = [
      { Key: 'a', Value: '2' },
      { Key: 'b', Value: '3' },
    ]
    await client.tagResource({ SecretId: 's', Tags })
    expect((await client.describeSecret({ SecretId: 's' })).Tags).toEqual(Tags)
    await client.untagResource({ SecretId: 's', TagKeys: ['a'] })
    expect((await client.describeSecret({ SecretId: 's' })).Tags).toEqual([{ Key: 'b', Value: '3' }])
  })
})

describe('staging labels', () => {
  it('goes back to an older version', async () => {
    const { client } = await setUp()
    await client.createSecret({ Name: 's', SecretString: 'one', ClientRequestToken: TOKEN_1 })
    await client.putSecretValue({ SecretId: 's', SecretString: 'two', ClientRequestToken: TOKEN_2 })
    const move = { SecretId: 's', VersionStage: 'AWSCURRENT', MoveToVersionId: TOKEN_1 }
    expect(await refusal(client.updateSecretVersionStage(move))).toBe(
      `InvalidParameterException: The parameter RemoveFromVersionId can't be empty. Staging label AWSCURRENT is currently attached to version ${TOKEN_2}, so you must explicitly reference that version in RemoveFromVersionId.`,
    )
    await client.updateSecretVersionStage({ ...move, RemoveFromVersionId: TOKEN_2 })
    expect((await client.describeSecret({ SecretId: 's' })).VersionIdsToStages).toEqual({
      [TOKEN_1]: ['AWSCURRENT'],
      [TOKEN_2]: ['AWSPREVIOUS'],
    })
    expect((await client.getSecretValue({ SecretId: 's' })).SecretString).toBe('one')
  })

  it('adds and removes a label of the user, but never takes AWSCURRENT away', async () => {
    const { client } = await setUp()
    await client.createSecret({ Name: 's', SecretString: 'one', ClientRequestToken: TOKEN_1 })
    await client.updateSecretVersionStage({ SecretId: 's', VersionStage: 'blue', MoveToVersionId: TOKEN_1 })
    expect((await client.getSecretValue({ SecretId: 's', VersionStage: 'blue' })).SecretString).toBe('one')
    await client.updateSecretVersionStage({ SecretId: 's', VersionStage: 'blue', RemoveFromVersionId: TOKEN_1 })
    expect(await refusal(client.getSecretValue({ SecretId: 's', VersionStage: 'blue' }))).toBe(
      "ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging label: blue",
    )
    const take = { SecretId: 's', VersionStage: 'AWSCURRENT', RemoveFromVersionId: TOKEN_1 }
    expect(await refusal(client.updateSecretVersionStage(take))).toMatch(
      /^InvalidParameterException: You can only move/,
    )
  })
})

describe('refusals', () => {
  const longest = 'x'.repeat(65_536)
  it.each<[string, (client: SecretsManager) => Promise<unknown>, string]>([
    [
      'an unknown secret',
      (c) => c.getSecretValue({ SecretId: 'no' }),
      "ResourceNotFoundException: Secrets Manager can't find the specified secret.",
    ],
    [
      'a secret without a value',
      async (c) => {
        await c.createSecret({ Name: 's' })
        await c.getSecretValue({ SecretId: 's' })
      },
      "ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    ],
    [
      'a name with other characters',
      (c) => c.createSecret({ Name: 'a b' }),
      'ValidationException: Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
    ],
    [
      'a name that is too long',
      (c) => c.createSecret({ Name: 'a'.repeat(513) }),
      "ValidationException: 1 validation error detected: Value at 'name' failed to satisfy constraint: Member must have length less than or equal to 512",
    ],
    [
      'no name',
      (c) => c.createSecret({ Name: undefined }),
      "ValidationException: 1 validation error detected: Value at 'name' failed to satisfy constraint: Member must not be null",
    ],
    [
      'a short token',
      (c) => c.createSecret({ Name: 's', SecretString: 'x', ClientRequestToken: 'short' }),
      "ValidationException: 1 validation error detected: Value at 'clientRequestToken' failed to satisfy constraint: Member must have length greater than or equal to 32",
    ],
    [
      'a value that is too long',
      (c) => c.createSecret({ Name: 's', SecretString: `${longest}x` }),
      "ValidationException: 1 validation error detected: Value at 'secretString' failed to satisfy constraint: Member must have length less than or equal to 65536",
    ],
    [
      'a long value in bytes, not characters',
      (c) => c.createSecret({ Name: 's', SecretString: 'é'.repeat(32_769) }),
      "ValidationException: 1 validation error detected: Value at 'secretString' failed to satisfy constraint: Member must have length less than or equal to 65536",
    ],
    [
      'text and binary at once',
      (c) => c.createSecret({ Name: 's', SecretString: 'x', SecretBinary: new Uint8Array([1]) }),
      "InvalidParameterException: You can't specify both a binary secret value and a string secret value in the same secret.",
    ],
    [
      'no value to put',
      async (c) => {
        await c.createSecret({ Name: 's' })
        await c.putSecretValue({ SecretId: 's' })
      },
      'InvalidRequestException: You must provide either SecretString or SecretBinary.',
    ],
    [
      'a recovery window of 6 days',
      (c) => c.deleteSecret({ SecretId: 's', RecoveryWindowInDays: 6 }),
      'InvalidParameterException: The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).',
    ],
    [
      'a recovery window of 31 days',
      (c) => c.deleteSecret({ SecretId: 's', RecoveryWindowInDays: 31 }),
      'InvalidParameterException: The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).',
    ],
    [
      'force and a window at once',
      (c) => c.deleteSecret({ SecretId: 's', RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true }),
      "InvalidParameterException: You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    ],
    [
      'an unknown filter',
      (c) => c.listSecrets({ Filters: [{ Key: 'colour' as 'name', Values: ['x'] }] }),
      "ValidationException: 1 validation error detected: Value at 'filters.1.member.key' failed to satisfy constraint: Member must satisfy enum value set: [description, name, tag-key, tag-value, primary-region, owning-service, all]",
    ],
    [
      'an operation that is not here',
      (c) => c.rotateSecret({ SecretId: 's' }),
      'UnknownOperationException: There is no operation "RotateSecret" here',
    ],
  ])('refuses %s', async (_, call, expected) => {
    const { client } = await setUp()
    expect(await refusal(call(client))).toBe(expected)
  })

  it('takes the longest value', async () => {
    const { client } = await setUp()
    await client.createSecret({ Name: 's', SecretString: longest })
    expect((await client.getSecretValue({ SecretId: 's' })).SecretString).toBe(longest)
  })
})

describe('random passwords', () => {
  it('has the length asked for and one character of each kind', async () => {
    const { client } = await setUp()
    const { RandomPassword = '' } = await client.getRandomPassword({ PasswordLength: 5, IncludeSpace: true })
    expect(RandomPassword).toHaveLength(5)
    for (const kind of [/[a-z]/, /[A-Z]/, /[0-9]/, /[^a-zA-Z0-9 ]/, / /]) expect(RandomPassword).toMatch(kind)
  })

  it('leaves out what it is told to', async () => {
    const { client } = await setUp()
    const { RandomPassword } = await client.getRandomPassword({
      PasswordLength: 500,
      ExcludePunctuation: true,
      ExcludeUppercase: true,
      ExcludeCharacters: 'aeiou0',
    })
    expect(RandomPassword).toMatch(/^[b-df-hj-np-tv-z1-9]{500}$/)
  })
})

describe('the store', () => {
  it('keeps secrets over a restart and shows no value on disk', async () => {
    const folder = temporaryFolder()
    const plain = 'correct horse battery staple'
    const keyFile = join(folder, 'secrets.key')
    const first = DurableStore.inFolder(folder, 'cloud')
    const before = await setUp(first, readOrMakeKeyFile(keyFile))
    await before.client.createSecret({ Name: 's', SecretString: plain })
    first.close()

    expect(readFileSync(join(folder, 'cloud.sqlite')).includes(plain)).toBe(false)
    const second = DurableStore.inFolder(folder, 'cloud')
    onTestFinished(() => second.close())
    const after = await setUp(second, readOrMakeKeyFile(keyFile))
    expect((await after.client.getSecretValue({ SecretId: 's' })).SecretString).toBe(plain)
  })

  it('makes a key file that only its owner can read and refuses one of another length', () => {
    const path = join(temporaryFolder(), 'new', 'secrets.key')
    const made = readOrMakeKeyFile(path)
    expect(made).toHaveLength(32)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readOrMakeKeyFile(path).equals(made)).toBe(true)
    expect(() => readOrMakeKeyFile(import.meta.filename)).toThrow(/it must have 32$/)
  })
})
