import type { Template } from 'aws-cdk-lib/assertions'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  entries,
  functionOf,
  type Permission,
  permissionsOf,
  permissionsOfRole,
  resourcesOf,
  templateOf,
} from './synthesized.ts'

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
    expect(whoMay(/^secretsmanager:(?!GetSecretValue)/)).toEqual(['jobs', 'secrets'])
    const secrets = all.filter(({ action }) => action.startsWith('secretsmanager:'))
    expect(new Set(secrets.map(({ resource }) => resource))).toEqual(
      new Set(['arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:/punctual/test/*']),
    )
  })

  it('lets only who needs it make or delete schedules, in the group of this stage', () => {
    expect(whoMay(/^scheduler:CreateSchedule$/)).toEqual(['executor', 'jobs', 'sweeper'])
    expect(whoMay(/^scheduler:DeleteSchedule$/)).toEqual(['jobs', 'sweeper'])
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
    expect(passed.map(({ entry }) => entry).toSorted()).toEqual(['executor', 'jobs', 'sweeper'])
    for (const { condition, resource } of passed) {
      expect(condition).toEqual({ StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } })
      const role = resource.slice(1, -'.Arn>'.length)
      expect(permissionsOfRole(template, role)).toContainEqual({
        action: 'lambda:InvokeFunction',
        resource: `<${functionOf(template, 'executor').id}.Arn>`,
      })
    }
  })

  it('lets jobs and the sweeper start the executor, and nobody start anything else', () => {
    const invocations = all.filter(({ action }) => action.startsWith('lambda:'))
    expect(invocations.map(({ entry, action, resource }) => [entry, action, resource])).toEqual(
      ['jobs', 'sweeper'].map((entry) => [
        entry,
        'lambda:InvokeFunction',
        `<${functionOf(template, 'executor').id}.Arn>`,
      ]),
    )
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

  it('lets only auth touch accounts, and only to look one up or make it an admin', () => {
    const accounts = all.filter(({ action }) => action.startsWith('cognito-idp:'))
    expect(accounts.map(({ entry, action }) => [entry, action])).toEqual([
      ['auth', 'cognito-idp:AdminAddUserToGroup'],
      ['auth', 'cognito-idp:AdminGetUser'],
    ])
  })

  it.each([
    ['runs', /^dynamodb:(Update|Delete|BatchWrite)/],
    ['auth', /^dynamodb:(?!GetItem$)/],
    ['executor', /^dynamodb:(Update|Delete|BatchWrite)/],
    ['service', /^dynamodb:(?!GetItem$)/],
    ['schedules', /^dynamodb:/],
  ])('lets %s do nothing like %s', (entry, forbidden) => {
    expect(all.filter((permission) => permission.entry === entry && forbidden.test(permission.action))).toEqual([])
  })

  it('lets nobody scan the table, nor change it', () => {
    expect(whoMay(/^dynamodb:(Scan|CreateTable|UpdateTable|DeleteTable)/)).toEqual([])
  })

  it('keeps the index of all tenants’ work to the sweeper', () => {
    const sweeping = all.filter(({ resource }) => resource.endsWith('/index/bySweep'))
    expect(sweeping.map(({ entry, action }) => [entry, action])).toEqual([['sweeper', 'dynamodb:Query']])
  })
})
