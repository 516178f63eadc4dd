import type { Template } from 'aws-cdk-lib/assertions'
import { beforeAll, describe, expect, it } from 'vitest'
import { dynamoApiKeyStore } from '../../lambdas/adapters/dynamodb/api-key-store.ts'
import { dynamoAttemptCounter } from '../../lambdas/adapters/dynamodb/attempt-counter.ts'
import { dynamoHostPlaces } from '../../lambdas/adapters/dynamodb/host-places.ts'
import { dynamoRequestCounter } from '../../lambdas/adapters/dynamodb/request-counter.ts'
import { dynamoSessionEnds } from '../../lambdas/adapters/dynamodb/session-ends.ts'
import type { Table } from '../../lambdas/adapters/dynamodb/table.ts'
import {
  entries,
  functionOf,
  type Json,
  type Permission,
  permissionsOf,
  permissionsOfRole,
  resourcesOf,
  templateOf,
} from './synthesized.ts'

/** Functions that serve callers with a credential. */
const takingKeys = ['admin', 'audit', 'auth', 'jobs', 'keys', 'runs', 'schedules', 'secrets', 'stats']

/** What a store sends to the table; every answer is empty but for a count. */
async function sentBy(use: (table: Table) => Promise<unknown>): Promise<Json[]> {
  const sent: Json[] = []
  const answer = async (input: object) => {
    sent.push(input)
    return { Attributes: { attempts: 1, reserved: 1 }, $metadata: {} }
  }
  const client = { get: answer, put: answer, update: answer, delete: answer, query: answer }
  await use({ client: { ...client, batchGet: answer, transactWrite: answer }, name: 'table' })
  return sent
}

describe('what functions may do', () => {
  let template: Template
  let all: readonly (Permission & { readonly entry: string })[]

  beforeAll(async () => {
    template = await templateOf({ stage: 'test' })
    all = entries.flatMap((entry) => permissionsOf(template, entry).map((permission) => ({ entry, ...permission })))
  })

  const whoMay = (action: RegExp) => [
    ...new Set(all.filter((permission) => action.test(permission.action)).map(({ entry }) => entry)),
  ]

  it('knows every function of the stack', () => {
    const handlers = Object.values(resourcesOf(template, 'AWS::Lambda::Function')).map(
      ({ Properties }) => Properties.Handler,
    )
    expect(handlers.toSorted()).toEqual(entries.map((entry) => `${entry}.handler`))
  })

  it('gives each function a role of its own, which only Lambda can take', () => {
    const roles = entries.map((entry) => functionOf(template, entry).Properties.Role['Fn::GetAtt'][0])
    expect(new Set(roles).size).toBe(entries.length)
    for (const role of roles) {
      const { Properties } = resourcesOf(template, 'AWS::IAM::Role')[role]!
      expect(Properties.AssumeRolePolicyDocument.Statement).toEqual([
        { Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } },
      ])
      expect(Properties.ManagedPolicyArns).toBeUndefined()
    }
  })

  it('lets no function do everything of anything', () => {
    expect(all.filter(({ action }) => action.includes('*'))).toEqual([])
  })

  it('limits every permission to a resource, but listing schedules, which cannot be limited', () => {
    expect(all.filter(({ resource }) => resource === '*')).toEqual([
      { entry: 'sweeper', action: 'scheduler:ListSchedules', resource: '*' },
    ])
  })

  it('lets a function write its own log and no other', () => {
    for (const entry of entries) {
      const ownLog = functionOf(template, entry).Properties.LoggingConfig.LogGroup.Ref
      const logs = all.filter((permission) => permission.entry === entry && permission.action.startsWith('logs:'))
      expect(logs.map(({ action, resource }) => [action, resource])).toEqual([
        ['logs:CreateLogStream', `<${ownLog}.Arn>`],
        ['logs:PutLogEvents', `<${ownLog}.Arn>`],
      ])
    }
  })

  it('lets only the executor read secrets, and only others write them, all in this stage', () => {
    expect(whoMay(/^secretsmanager:(Batch)?GetSecretValue$/)).toEqual(['executor'])
    expect(whoMay(/^secretsmanager:(?!GetSecretValue)/)).toEqual(['jobs', 'secrets', 'sweeper', 'worker'])
    const secrets = all.filter(({ action }) => action.startsWith('secretsmanager:'))
    expect(new Set(secrets.map(({ resource }) => resource))).toEqual(
      new Set(['arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:/punctual/test/*']),
    )
  })

  it('lets only who needs it make or delete schedules, in the group of this stage', () => {
    expect(whoMay(/^scheduler:CreateSchedule$/)).toEqual(['executor', 'jobs', 'sweeper', 'worker'])
    expect(whoMay(/^scheduler:DeleteSchedule$/)).toEqual(['jobs', 'sweeper', 'worker'])
    const schedules = all.filter(({ action }) => /^scheduler:(Create|Delete)/.test(action))
    expect(new Set(schedules.map(({ resource }) => resource))).toEqual(
      new Set(['arn:<AWS::Partition>:scheduler:<AWS::Region>:<AWS::AccountId>:schedule/punctual-test/*']),
    )
  })

  it('lets nobody update a schedule: schedules never change', () => {
    expect(whoMay(/^scheduler:UpdateSchedule$/)).toEqual([])
  })

  it('lets a role be passed to EventBridge Scheduler only, and only the one that starts the executor', () => {
    const passed = all.filter(({ action }) => action === 'iam:PassRole')
    expect(passed.map(({ entry }) => entry).toSorted()).toEqual(['executor', 'jobs', 'sweeper', 'worker'])
    for (const { condition, resource } of passed) {
      expect(condition).toEqual({ StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } })
      const role = resource.slice(1, -'.Arn>'.length)
      expect(permissionsOfRole(template, role)).toContainEqual({
        action: 'lambda:InvokeFunction',
        resource: `<${functionOf(template, 'executor').id}.Arn>`,
      })
    }
  })

  it('lets runs and tasks be started by those who hand them over, and nothing else be started', () => {
    const invocations = all.filter(({ action }) => action.startsWith('lambda:'))
    const starting = (entry: string) =>
      invocations
        .filter(({ action, resource }) => `${action} ${resource}` === `lambda:InvokeFunction ${arnOf(entry)}`)
        .map((permission) => permission.entry)
    const arnOf = (entry: string) => `<${functionOf(template, entry).id}.Arn>`
    expect(starting('executor').toSorted()).toEqual(['jobs', 'sweeper', 'worker'])
    expect(starting('worker').toSorted()).toEqual(['admin', 'jobs', 'sweeper'])
    expect(invocations).toHaveLength(6)
  })

  it('lets dead letters be sent by the executor and read by their function, and no queue be looked up', () => {
    const queues = all.filter(({ action }) => action.startsWith('sqs:'))
    const [{ resource } = { resource: '' }] = queues
    expect(queues.map(({ entry, action, resource }) => [entry, action, resource])).toEqual([
      ['dead-letters', 'sqs:DeleteMessage', resource],
      ['dead-letters', 'sqs:GetQueueAttributes', resource],
      ['dead-letters', 'sqs:ReceiveMessage', resource],
      ['executor', 'sqs:SendMessage', resource],
    ])
  })

  it('lets the executor publish to the topic, or mail as the sender and look up the owners, and nobody else', async () => {
    const telling = (permissions: readonly Permission[]) =>
      permissions.filter(({ action }) => /^(ses|sns|cognito-idp):/.test(action)).map(({ action }) => action)
    expect(whoMay(/^(ses|sns):/)).toEqual(['executor'])
    expect(telling(permissionsOf(template, 'executor'))).toEqual(['sns:Publish'])
    const sending = await templateOf({ stage: 'test', mailSender: 'punctual@example.com' })
    const allowed = permissionsOf(sending, 'executor')
    expect(telling(allowed)).toEqual(['cognito-idp:AdminGetUser', 'ses:SendEmail'])
    expect(allowed.find(({ action }) => action === 'ses:SendEmail')?.resource).toBe(
      'arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity/punctual@example.com',
    )
  })

  it('lets whoever takes API keys look up their users, and nobody else', () => {
    expect(whoMay(/^cognito-idp:AdminGetUser$/)).toEqual(takingKeys)
  })

  it.each([
    ['AdminAddUserToGroup', ['admin', 'auth']],
    ['AdminUserGlobalSignOut', ['admin', 'auth', 'worker']],
    ['AdminRemoveUserFromGroup', ['admin']],
    ['AdminDisableUser', ['admin', 'worker']],
    ['AdminDeleteUser', ['worker']],
    ['List.*', ['admin']],
    ['(AdminSet|AdminUpdate|AdminReset|AdminConfirm|AdminCreate|AdminInitiate|Delete|Update).*', []],
  ])('lets %s be done by %j alone', (action, who) => {
    expect(whoMay(new RegExp(`^cognito-idp:${action}$`))).toEqual(who)
  })

  it.each([
    ['runs', /^dynamodb:(Delete|BatchWrite)/],
    ['auth', /^dynamodb:(?!GetItem$|UpdateItem$)/],
    ['executor', /^dynamodb:(Delete|BatchWrite)/],
    ['service', /^dynamodb:(?!GetItem$|UpdateItem$)/],
    ['schedules', /^dynamodb:(?!GetItem$|UpdateItem$)/],
    ['keys', /^(scheduler|secretsmanager|lambda|iam):/],
    ['audit', /^(dynamodb:(?!GetItem$|Query$|PutItem$|UpdateItem$)|scheduler:|secretsmanager:|lambda:|iam:)/],
    ['admin', /^(dynamodb:Delete|scheduler:|secretsmanager:|iam:)/],
    ['stats', /^dynamodb:(Put|Delete|BatchWrite)/],
    ['run-counter', /^(scheduler|secretsmanager|lambda|iam|cognito-idp):/],
  ])('lets %s do nothing like %s', (entry, forbidden) => {
    expect(all.filter((permission) => permission.entry === entry && forbidden.test(permission.action))).toEqual([])
  })

  /** The partitions that a function may do this to; undefined for all of them. */
  const partitionsFor = (entry: string, action: string) =>
    all
      .filter((permission) => permission.entry === entry && permission.action === action)
      .map(({ condition }: Json) => condition?.['ForAllValues:StringLike']['dynamodb:LeadingKeys'])

  it('lets each function that takes API keys look them up and note their use', async () => {
    const key = `pk_${'A'.repeat(43)}`
    const [read, used] = await sentBy(async (table) => {
      const store = dynamoApiKeyStore(table)
      await store.find(key)
      await store.markUsed(key, 0)
    })
    expect(read.Key.pk).toMatch(/^KEY#/)
    expect(used.Key.pk).toBe(read.Key.pk)
    for (const entry of takingKeys) {
      expect(partitionsFor(entry, 'dynamodb:GetItem')).toContainEqual(['KEY#*'])
      expect(partitionsFor(entry, 'dynamodb:UpdateItem')).toContainEqual(['KEY#*'])
    }
  })

  it('lets those that change nothing count requests and change nothing else, and auth count attempts besides', async () => {
    for (const entry of ['runs', 'schedules', 'keys', 'audit']) {
      expect(partitionsFor(entry, 'dynamodb:UpdateItem')).toEqual([['RATE#*'], ['KEY#*']])
    }
    expect(partitionsFor('service', 'dynamodb:UpdateItem')).toEqual([['RATE#*']])
    expect(partitionsFor('schedules', 'dynamodb:GetItem')).toEqual([['KEY#*'], ['SESSION#*']])
    expect(partitionsFor('auth', 'dynamodb:UpdateItem')).toEqual([['RATE#*'], ['KEY#*'], ['SESSION#*'], ['ATTEMPTS#*']])
    expect(partitionsFor('executor', 'dynamodb:UpdateItem')).toEqual([['ATTEMPTS#*'], ['HOST#*'], ['T#*']])
    const [counted] = await sentBy(async (table) => {
      const window = { startsAt: 0, endsAt: 1 }
      const count = { attempt: 'logIn', by: 'source', value: '203.0.113.7', window } as const
      await dynamoAttemptCounter(table).add(count, 1)
    })
    expect(counted.Key.pk).toMatch(/^ATTEMPTS#/)
    const [ended, asked] = await sentBy(async (table) => {
      const sessions = dynamoSessionEnds(table)
      await sessions.end('t', { endedAt: 0, by: 'session' })
      await sessions.find('t')
    })
    for (const { Key } of [ended, asked]) expect(Key.pk).toMatch(/^SESSION#/)
    for (const requester of [{ kind: 'tenant', tenant: 't' } as const, { kind: 'source', source: '::1' } as const]) {
      const [reserved] = await sentBy((table) =>
        dynamoRequestCounter(table).reserve(requester, { startsAt: 0, isNew: true }, 1),
      )
      expect(reserved.Key.pk).toMatch(/^RATE#/)
    }
    const [taken] = await sentBy((table) =>
      dynamoHostPlaces(table).take('api.example.com', 'run', { now: 0, until: 1, most: 1 }),
    )
    expect(taken.Key.pk).toMatch(/^HOST#/)
  })

  it('lets the run counter write figures and nothing else, and whoever shows them read those and the index', () => {
    const figures = ['T#*#FIGURES', 'SERVICE#FIGURES']
    expect(partitionsFor('run-counter', 'dynamodb:PutItem')).toEqual([figures])
    expect(partitionsFor('run-counter', 'dynamodb:UpdateItem')).toEqual([['SERVICE']])
    expect(partitionsFor('run-counter', 'dynamodb:DeleteItem')).toEqual([['LATE#*']])
    expect(partitionsFor('run-counter', 'dynamodb:GetItem')).toEqual([])
    expect(partitionsFor('stats', 'dynamodb:GetItem')).toEqual([['KEY#*'], ['SESSION#*'], ['SERVICE']])
    const queried = (entry: string) =>
      all
        .filter((one) => one.entry === entry && one.action === 'dynamodb:Query')
        .map(({ resource, condition }: Json) => [
          resource.split('/index/')[1] ?? 'table',
          condition?.['ForAllValues:StringLike']['dynamodb:LeadingKeys'],
        ])
    const ofTable = ['table', [...figures, 'LATE#*']]
    expect(queried('run-counter')).toEqual([['bySweep', undefined], ['byTenant', undefined], ofTable])
    expect(queried('stats')).toEqual([ofTable, ['byTenant', undefined]])
  })

  it('lets nobody scan the table, nor change it', () => {
    expect(whoMay(/^dynamodb:(Scan|CreateTable|UpdateTable|DeleteTable)/)).toEqual([])
  })

  it('keeps the index of all tenants’ work to the sweeper, the run counter and admins', () => {
    const sweeping = all.filter(({ resource }) => resource.endsWith('/index/bySweep'))
    expect(sweeping.map(({ entry, action }) => [entry, action])).toEqual([
      ['admin', 'dynamodb:Query'],
      ['run-counter', 'dynamodb:Query'],
      ['sweeper', 'dynamodb:Query'],
    ])
  })
})
