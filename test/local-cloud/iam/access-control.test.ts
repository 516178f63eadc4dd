import { AdminGetUserCommand, CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider'
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler'
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { describe, expect, it } from 'vitest'
import { AccessControl, type AccessControlOptions } from '../../../local/iam/access-control.ts'
import { GuardedService } from '../../../local/iam/guarded-service.ts'
import type { PermissionUse } from '../../../local/iam/permission-use.ts'
import { denialOfDestination, denialOfPolling, denialOfSchedule } from '../../../local/iam/service-roles.ts'
import { refusal, sdkConfiguration, served } from '../secrets-manager/served.ts'

const ACCOUNT = '123456789012'
const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:${ACCOUNT}:${resource}`
const roleArn = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`
const TABLE = arn('dynamodb', 'table/Music')

const trust = (service: string, condition = {}) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service }, Condition: condition }],
})

type RoleDefinition = AccessControlOptions['template']['roles'][number]

const role = (logicalId: string, trustPolicy: object, statements: readonly object[] = []): RoleDefinition => ({
  logicalId,
  name: logicalId,
  arn: roleArn(logicalId),
  trustPolicy: { ...trustPolicy },
  managedPolicyArns: [],
  policyDocuments: [{ Version: '2012-10-17', Statement: statements }],
})

const allow = (Action: string | string[], Resource: string) => ({ Effect: 'Allow', Action, Resource })

function control(roles: readonly RoleDefinition[], options: Partial<AccessControlOptions> = {}) {
  const lines: string[] = []
  const uses: PermissionUse[] = []
  const made = new AccessControl({
    template: {
      roles,
      functions: roles.map(({ logicalId, arn }) => ({
        logicalId: `${logicalId}Function`,
        name: logicalId,
        arn,
        roleArn: arn,
        codeFolder: '',
        handler: '',
        environment: {},
        timeoutMs: 0,
        memoryMb: 128,
        reservedConcurrency: undefined,
        invocationsAtOnce: 1,
        asynchronous: { maxRetries: 0, maxEventAgeSeconds: 60, onFailureArn: undefined, onSuccessArn: undefined },
      })),
      tables: [
        {
          name: 'Music',
          keySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
          attributeDefinitions: [],
          globalIndexes: [],
          localIndexes: [],
          stream: undefined,
          timeToLiveAttribute: undefined,
        },
      ],
    },
    home: { accountId: ACCOUNT, region: 'us-east-1' },
    enforce: true,
    onUse: (use) => uses.push(use),
    log: (line) => lines.push(line),
    ...options,
  })
  return { access: made, lines, uses }
}

/** A service that answers every call, behind the guard, as a client of one function sees it. */
async function guarded(access: AccessControl, service: string, caller = 'ReaderFunction') {
  const endpoint = await served(
    new GuardedService(
      {
        name: service,
        handle: async () => ({ status: 200, headers: {}, body: '{}' }),
        close: async () => {},
      },
      access,
    ),
  )
  return { ...sdkConfiguration(endpoint), credentials: { accessKeyId: caller, secretAccessKey: 'local' } }
}

const getItem = new GetItemCommand({ TableName: 'Music', Key: { pk: { S: 'a' } } })

describe('a function', () => {
  const powerless = role('Reader', trust('lambda.amazonaws.com'))
  const schedule = {
    Name: 'job.1',
    ScheduleExpression: 'rate(1 minute)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: { Arn: arn('lambda', 'function:run'), RoleArn: roleArn('Starter') },
  } as const
  const user = `arn:aws:sts::${ACCOUNT}:assumed-role/Reader/local`
  const refused = (action: string, resource: string) =>
    `AccessDeniedException: User: ${user} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`

  it.each([
    ['DYNAMODB', 'dynamodb:GetItem', TABLE, DynamoDBClient, getItem],
    [
      'SCHEDULER',
      'scheduler:CreateSchedule',
      arn('scheduler', 'schedule/default/job.1'),
      SchedulerClient,
      new CreateScheduleCommand(schedule),
    ],
    [
      'SECRETS_MANAGER',
      'secretsmanager:GetSecretValue',
      arn('secretsmanager', 'secret:/p/a-??????'),
      SecretsManagerClient,
      new GetSecretValueCommand({ SecretId: '/p/a' }),
    ],
    [
      'LAMBDA',
      'lambda:InvokeFunction',
      arn('lambda', 'function:run'),
      LambdaClient,
      new InvokeCommand({ FunctionName: 'run' }),
    ],
    [
      'COGNITO_IDENTITY_PROVIDER',
      'cognito-idp:AdminGetUser',
      arn('cognito-idp', 'userpool/us-east-1_A'),
      CognitoIdentityProviderClient,
      new AdminGetUserCommand({ UserPoolId: 'us-east-1_A', Username: 'ada' }),
    ],
    // biome-ignore lint/suspicious/noExplicitAny: clients and commands of several services in one table.
  ] as any[])('is refused by %s what its role does not allow', async (service, action, resource, Client, command) => {
    const { access, lines } = control([powerless])
    const client = new Client(await guarded(access, service))
    expect(await refusal(client.send(command))).toBe(refused(action, resource))
    expect(lines[0]).toContain(user)
  })

  it('may do what its role allows', async () => {
    const { access, lines } = control([
      role('Reader', trust('lambda.amazonaws.com'), [allow('dynamodb:GetItem', TABLE)]),
    ])
    const answer = await new DynamoDBClient(await guarded(access, 'DYNAMODB')).send(getItem)
    expect(answer.$metadata.httpStatusCode).toBe(200)
    expect(lines).toEqual([])
  })

  it('needs all permissions of a call that takes several', async () => {
    const create = allow('scheduler:CreateSchedule', arn('scheduler', 'schedule/default/*'))
    const { access } = control([role('Reader', trust('lambda.amazonaws.com'), [create])])
    const client = new SchedulerClient(await guarded(access, 'SCHEDULER'))
    expect(await refusal(client.send(new CreateScheduleCommand(schedule)))).toBe(
      refused('iam:PassRole', roleArn('Starter')),
    )
  })

  it('is refused a call whose permissions nobody knows', async () => {
    const { access } = control([role('Reader', trust('lambda.amazonaws.com'), [allow('*', '*')])])
    const client = new DynamoDBClient(await guarded(access, 'DYNAMODB'))
    const unknown = new GetItemCommand({ TableName: 'Films', Key: { pk: { S: 'a' } } })
    expect(await refusal(client.send(unknown))).toContain('unknown table Films')
  })

  it('hears of an explicit deny', async () => {
    const { access } = control([
      role('Reader', trust('lambda.amazonaws.com'), [
        allow('*', '*'),
        { Effect: 'Deny', Action: 'dynamodb:*', Resource: '*' },
      ]),
    ])
    const client = new DynamoDBClient(await guarded(access, 'DYNAMODB'))
    expect(await refusal(client.send(getItem))).toContain('with an explicit deny in an identity-based policy')
  })

  it('is not refused, only told of, where nothing is enforced', async () => {
    const { access, lines, uses } = control([powerless], { enforce: false })
    await new DynamoDBClient(await guarded(access, 'DYNAMODB')).send(getItem)
    expect(lines).toEqual([expect.stringMatching(/^IAM would refuse this: .*dynamodb:GetItem/)])
    expect(uses).toEqual([
      {
        role: 'Reader',
        action: 'dynamodb:GetItem',
        resource: TABLE,
        context: { 'dynamodb:leadingkeys': ['a'] },
        allowed: false,
      },
    ])
  })
})

it('lets callers that are no function do everything', async () => {
  const { access, uses } = control([role('Reader', trust('lambda.amazonaws.com'))])
  await new DynamoDBClient(await guarded(access, 'DYNAMODB', 'AKIAADMIN')).send(getItem)
  expect(uses).toEqual([])
})

describe('EventBridge Scheduler', () => {
  const group = arn('scheduler', 'schedule-group/jobs')
  const condition = { StringEquals: { 'aws:SourceAccount': ACCOUNT, 'aws:SourceArn': group } }
  const target = arn('lambda', 'function:run')
  const starter = role('Starter', trust('scheduler.amazonaws.com', condition), [allow('lambda:InvokeFunction', target)])
  const denial = (schedule: string, target: string, name = 'Starter') =>
    denialOfSchedule(
      control([starter]).access,
      { roleArn: roleArn(name), scheduleArn: arn('scheduler', `schedule/${schedule}`) },
      target,
    )

  it('may start what the role of a schedule allows', () => {
    expect(denial('jobs/a.1', target)).toBeUndefined()
  })

  it('may not start anything else', () => {
    expect(denial('jobs/a.1', arn('lambda', 'function:other'))).toContain('lambda:InvokeFunction')
  })

  it('may not send dead letters by a role that does not allow it', () => {
    expect(denial('jobs/a.1', arn('sqs', 'letters'))).toContain('sqs:SendMessage')
  })

  it('may not take on a role for a schedule of another group', () => {
    expect(denial('others/a.1', target)).toBe(`scheduler.amazonaws.com is unable to assume role ${roleArn('Starter')}`)
  })

  it('may not take on a role that is not there', () => {
    expect(denial('jobs/a.1', target, 'Nobody')).toBe(`There is no role ${roleArn('Nobody')}`)
  })
})

describe('Lambda', () => {
  const queue = arn('sqs', 'letters')
  const polling = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']

  it('may poll a queue when the function’s role allows all that it takes', () => {
    const { access } = control([role('Reader', trust('lambda.amazonaws.com'), [allow(polling, queue)])])
    expect(denialOfPolling(access, { roleArn: roleArn('Reader') }, queue)).toBeUndefined()
  })

  it.each(polling)('may not poll a queue without %s', (missing) => {
    const others = polling.filter((action) => action !== missing)
    const { access } = control([role('Reader', trust('lambda.amazonaws.com'), [allow(others, queue)])])
    expect(denialOfPolling(access, { roleArn: roleArn('Reader') }, queue)).toContain(missing)
  })

  it('may not take on a role of another service', () => {
    const { access } = control([role('Reader', trust('ec2.amazonaws.com'), [allow('*', '*')])])
    expect(denialOfDestination(access, { roleArn: roleArn('Reader') }, queue)).toContain('unable to assume role')
  })

  it('may send the record of an invocation only where the function’s role allows it', () => {
    const { access } = control([role('Reader', trust('lambda.amazonaws.com'), [allow('sqs:SendMessage', queue)])])
    expect(denialOfDestination(access, { roleArn: roleArn('Reader') }, queue)).toBeUndefined()
    expect(denialOfDestination(access, { roleArn: roleArn('Reader') }, `${queue}2`)).toContain('sqs:SendMessage')
  })
})

it('does not start with a policy that it does not understand', () => {
  const odd = role('Odd', trust('lambda.amazonaws.com'), [
    { ...allow('*', '*'), Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } },
  ])
  expect(() => control([odd])).toThrow('Role "Odd": The condition key aws:PrincipalOrgID is not known here')
})

it('does not start with a managed policy, whose words it does not have', () => {
  const managed = { ...role('Odd', trust('lambda.amazonaws.com')), managedPolicyArns: ['arn:aws:iam::aws:policy/X'] }
  expect(() => control([managed])).toThrow('managed policy arn:aws:iam::aws:policy/X')
})
