import {
  AdminGetUserCommand,
  CognitoIdentityProviderClient,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ExecuteStatementCommand,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { GetFunctionCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import {
  CreateScheduleCommand,
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  DeleteScheduleGroupCommand,
  GetScheduleCommand,
  ListScheduleGroupsCommand,
  ListSchedulesCommand,
  ListTagsForResourceCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler'
import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { describe, expect, it } from 'vitest'
import type { Authorization } from '../../../local/iam/authorization.ts'
import { callPermissions } from '../../../local/iam/call-permissions.ts'
import type { WireRequest } from '../../../local/wire-service.ts'
import { sdkConfiguration, served } from '../secrets-manager/served.ts'

const permissionsOf = callPermissions({ accountId: '123456789012', region: 'us-east-1' }, [
  {
    name: 'Music',
    keySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    attributeDefinitions: [],
    globalIndexes: [
      { IndexName: 'byTenant', KeySchema: [{ AttributeName: 'tenantPk', KeyType: 'HASH' }], Projection: {} },
    ],
    localIndexes: [],
    stream: undefined,
    timeToLiveAttribute: undefined,
  },
])

/** What a real SDK client's call asks of IAM, as `action resource {context}`. */
async function asked(
  service: string,
  call: (configuration: ReturnType<typeof sdkConfiguration>) => Promise<unknown>,
): Promise<readonly string[]> {
  const requests: WireRequest[] = []
  const endpoint = await served({
    name: service,
    async handle(request) {
      requests.push(request)
      return { status: 400, headers: {}, body: '' }
    },
    async close() {},
  })
  await call(sdkConfiguration(endpoint)).catch(() => {})
  expect(requests).toHaveLength(1)
  return permissionsOf(service, requests[0]!).map(textOf)
}

const textOf = ({ action, resource, context }: Authorization): string =>
  [action, resource, ...Object.entries(context).map(([key, values]) => `${key}=${values.join('|')}`)].join(' ')

/** With the name of the command in front, for the test's own name. */
const named = (rows: readonly (readonly [object, readonly string[]])[]) =>
  rows.map(([command, expected]) => [command.constructor.name, expected, command] as const)

const TABLE = 'arn:aws:dynamodb:us-east-1:123456789012:table/Music'
const SCHEDULES = 'arn:aws:scheduler:us-east-1:123456789012:schedule'
const SECRETS = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:'
const ROLE = 'arn:aws:iam::123456789012:role/starts-things'
const passesRole = `iam:PassRole ${ROLE} iam:passedtoservice=scheduler.amazonaws.com`
const key = (pk: string) => ({ pk: { S: pk }, sk: { S: '1' } })
const leading = (...keys: string[]) => `dynamodb:leadingkeys=${keys.join('|')}`

describe('a call to DynamoDB', () => {
  const inTransaction = (operation: string) => `dynamodb:enclosingoperation=${operation}`

  it.each(
    named([
      [new GetItemCommand({ TableName: 'Music', Key: key('a') }), [`dynamodb:GetItem ${TABLE} ${leading('a')}`]],
      [new GetItemCommand({ TableName: TABLE, Key: key('a') }), [`dynamodb:GetItem ${TABLE} ${leading('a')}`]],
      [new PutItemCommand({ TableName: 'Music', Item: key('b') }), [`dynamodb:PutItem ${TABLE} ${leading('b')}`]],
      [new UpdateItemCommand({ TableName: 'Music', Key: key('c') }), [`dynamodb:UpdateItem ${TABLE} ${leading('c')}`]],
      [new DeleteItemCommand({ TableName: 'Music', Key: key('d') }), [`dynamodb:DeleteItem ${TABLE} ${leading('d')}`]],
      [
        new QueryCommand({
          TableName: 'Music',
          KeyConditionExpression: 'sk > :low AND pk = :pk',
          ExpressionAttributeValues: { ':pk': { S: 'e' }, ':low': { S: '0' } },
        }),
        [`dynamodb:Query ${TABLE} ${leading('e')}`],
      ],
      [
        new QueryCommand({
          TableName: 'Music',
          IndexName: 'byTenant',
          KeyConditionExpression: '#key = :tenant',
          ExpressionAttributeNames: { '#key': 'tenantPk' },
          ExpressionAttributeValues: { ':tenant': { S: 'f' } },
        }),
        [`dynamodb:Query ${TABLE}/index/byTenant ${leading('f')}`],
      ],
      [new ScanCommand({ TableName: 'Music' }), [`dynamodb:Scan ${TABLE}`]],
      [new ScanCommand({ TableName: 'Music', IndexName: 'byTenant' }), [`dynamodb:Scan ${TABLE}/index/byTenant`]],
      [
        new BatchGetItemCommand({ RequestItems: { Music: { Keys: [key('g'), key('h'), key('g')] } } }),
        [`dynamodb:BatchGetItem ${TABLE} ${leading('g', 'h')}`],
      ],
      [
        new BatchWriteItemCommand({
          RequestItems: { Music: [{ PutRequest: { Item: key('i') } }, { DeleteRequest: { Key: key('j') } }] },
        }),
        [`dynamodb:BatchWriteItem ${TABLE} ${leading('i', 'j')}`],
      ],
      [
        new TransactWriteItemsCommand({
          TransactItems: [
            { Put: { TableName: 'Music', Item: key('k') } },
            { Update: { TableName: 'Music', Key: key('l'), UpdateExpression: 'ADD n :one' } },
            { Delete: { TableName: 'Music', Key: key('m') } },
            { ConditionCheck: { TableName: 'Music', Key: key('n'), ConditionExpression: 'n = :one' } },
          ],
        }),
        [
          `dynamodb:PutItem ${TABLE} ${leading('k')} ${inTransaction('TransactWriteItems')}`,
          `dynamodb:UpdateItem ${TABLE} ${leading('l')} ${inTransaction('TransactWriteItems')}`,
          `dynamodb:DeleteItem ${TABLE} ${leading('m')} ${inTransaction('TransactWriteItems')}`,
          `dynamodb:ConditionCheckItem ${TABLE} ${leading('n')} ${inTransaction('TransactWriteItems')}`,
        ],
      ],
      [
        new TransactGetItemsCommand({ TransactItems: [{ Get: { TableName: 'Music', Key: key('o') } }] }),
        [`dynamodb:GetItem ${TABLE} ${leading('o')} ${inTransaction('TransactGetItems')}`],
      ],
      [new DescribeTableCommand({ TableName: 'Music' }), [`dynamodb:DescribeTable ${TABLE}`]],
      [new ListTablesCommand({}), ['dynamodb:ListTables *']],
    ]),
  )('like %s needs %j', async (_, expected, command) => {
    // biome-ignore lint/suspicious/noExplicitAny: the commands of the table have nothing in common that `send` accepts.
    expect(await asked('DYNAMODB', (options) => new DynamoDBClient(options).send(command as any))).toEqual(expected)
  })

  it('is refused when nobody knows what it needs', async () => {
    const execute = new ExecuteStatementCommand({ Statement: 'SELECT * FROM Music' })
    const call = asked('DYNAMODB', (options) => new DynamoDBClient(options).send(execute))
    await expect(call).rejects.toThrow('dynamodb ExecuteStatement')
  })

  it('is refused when it touches a table that nobody knows', async () => {
    const get = new GetItemCommand({ TableName: 'Films', Key: key('a') })
    await expect(asked('DYNAMODB', (options) => new DynamoDBClient(options).send(get))).rejects.toThrow('Films')
  })
})

describe('a call to EventBridge Scheduler', () => {
  const schedule = {
    Name: 'job.1',
    GroupName: 'group',
    ScheduleExpression: 'rate(1 minute)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: { Arn: 'arn:aws:lambda:us-east-1:123456789012:function:run', RoleArn: ROLE },
  } as const

  it.each(
    named([
      [new CreateScheduleCommand(schedule), [`scheduler:CreateSchedule ${SCHEDULES}/group/job.1`, passesRole]],
      [
        new CreateScheduleCommand({ ...schedule, GroupName: undefined }),
        [`scheduler:CreateSchedule ${SCHEDULES}/default/job.1`, passesRole],
      ],
      [new UpdateScheduleCommand(schedule), [`scheduler:UpdateSchedule ${SCHEDULES}/group/job.1`, passesRole]],
      [new GetScheduleCommand({ Name: 'job.1' }), [`scheduler:GetSchedule ${SCHEDULES}/default/job.1`]],
      [
        new DeleteScheduleCommand({ Name: 'job.1', GroupName: 'group' }),
        [`scheduler:DeleteSchedule ${SCHEDULES}/group/job.1`],
      ],
      [new ListSchedulesCommand({ GroupName: 'group' }), [`scheduler:ListSchedules ${SCHEDULES}/*/*`]],
      [new CreateScheduleGroupCommand({ Name: 'group' }), [`scheduler:CreateScheduleGroup ${SCHEDULES}-group/group`]],
      [
        new CreateScheduleGroupCommand({ Name: 'group', Tags: [{ Key: 'a', Value: 'b' }] }),
        [`scheduler:CreateScheduleGroup ${SCHEDULES}-group/group`, `scheduler:TagResource ${SCHEDULES}-group/group`],
      ],
      [
        new DeleteScheduleGroupCommand({ Name: 'group' }),
        [`scheduler:DeleteScheduleGroup ${SCHEDULES}-group/group`, `scheduler:DeleteSchedule ${SCHEDULES}/group/*`],
      ],
      [new ListScheduleGroupsCommand({}), ['scheduler:ListScheduleGroups *']],
      [
        new ListTagsForResourceCommand({ ResourceArn: `${SCHEDULES}-group/group` }),
        [`scheduler:ListTagsForResource ${SCHEDULES}-group/group`],
      ],
    ]),
  )('like %s needs %j', async (_, expected, command) => {
    // biome-ignore lint/suspicious/noExplicitAny: as above
    expect(await asked('SCHEDULER', (options) => new SchedulerClient(options).send(command as any))).toEqual(expected)
  })
})

describe('a call to Secrets Manager', () => {
  const tagged = { Name: '/p/a', SecretString: 'x', Tags: [{ Key: 'a', Value: 'b' }] }

  it.each(
    named([
      [
        new CreateSecretCommand({ Name: '/p/a', SecretString: 'x' }),
        [`secretsmanager:CreateSecret ${SECRETS}/p/a-??????`],
      ],
      [
        new CreateSecretCommand(tagged),
        [`secretsmanager:CreateSecret ${SECRETS}/p/a-??????`, `secretsmanager:TagResource ${SECRETS}/p/a-??????`],
      ],
      [new GetSecretValueCommand({ SecretId: '/p/a' }), [`secretsmanager:GetSecretValue ${SECRETS}/p/a-??????`]],
      [
        new GetSecretValueCommand({ SecretId: `${SECRETS}/p/a-AbCdEf` }),
        [`secretsmanager:GetSecretValue ${SECRETS}/p/a-AbCdEf`],
      ],
      [
        new PutSecretValueCommand({ SecretId: '/p/a', SecretString: 'y' }),
        [`secretsmanager:PutSecretValue ${SECRETS}/p/a-??????`],
      ],
      [new DeleteSecretCommand({ SecretId: '/p/a' }), [`secretsmanager:DeleteSecret ${SECRETS}/p/a-??????`]],
      [new ListSecretsCommand({}), ['secretsmanager:ListSecrets *']],
      [
        new BatchGetSecretValueCommand({ SecretIdList: ['/p/a', '/p/b'] }),
        [
          'secretsmanager:BatchGetSecretValue *',
          `secretsmanager:GetSecretValue ${SECRETS}/p/a-??????`,
          `secretsmanager:GetSecretValue ${SECRETS}/p/b-??????`,
        ],
      ],
    ]),
  )('like %s needs %j', async (_, expected, command) => {
    const call = asked('SECRETS_MANAGER', (options) =>
      // biome-ignore lint/suspicious/noExplicitAny: as above
      new SecretsManagerClient(options).send(command as any),
    )
    expect(await call).toEqual(expected)
  })
})

describe('a call to Lambda', () => {
  const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:run'

  it.each([
    [{ FunctionName: 'run' }, [`lambda:InvokeFunction ${FUNCTION}`]],
    [{ FunctionName: FUNCTION, InvocationType: 'Event' as const }, [`lambda:InvokeFunction ${FUNCTION}`]],
    [{ FunctionName: 'run', Qualifier: 'live' }, [`lambda:InvokeFunction ${FUNCTION}:live`]],
  ])('to invoke %j needs %j', async (input, expected) => {
    expect(await asked('LAMBDA', (options) => new LambdaClient(options).send(new InvokeCommand(input)))).toEqual(
      expected,
    )
  })

  it('is refused when it is no invocation', async () => {
    const get = new GetFunctionCommand({ FunctionName: 'run' })
    await expect(asked('LAMBDA', (options) => new LambdaClient(options).send(get))).rejects.toThrow('lambda GET')
  })
})

describe('a call to Cognito', () => {
  it('of an administrator needs permission on the pool', async () => {
    const get = new AdminGetUserCommand({ UserPoolId: 'us-east-1_Abc', Username: 'ada' })
    const call = asked('COGNITO_IDENTITY_PROVIDER', (options) => new CognitoIdentityProviderClient(options).send(get))
    expect(await call).toEqual([
      'cognito-idp:AdminGetUser arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_Abc',
    ])
  })

  it('that anyone may make needs no permission', async () => {
    const signUp = new SignUpCommand({ ClientId: 'client', Username: 'ada', Password: 'secret' })
    const call = asked('COGNITO_IDENTITY_PROVIDER', (options) =>
      new CognitoIdentityProviderClient(options).send(signUp),
    )
    expect(await call).toEqual([])
  })
})

describe('a call to SQS, SNS or SES', () => {
  const request = (rest: Partial<WireRequest> & { body: Uint8Array }): WireRequest => ({
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers: {},
    ...rest,
  })
  const json = (value: object) => Buffer.from(JSON.stringify(value))
  const sqs = (operation: string, input: object) =>
    request({ headers: { 'x-amz-target': `AmazonSQS.${operation}` }, body: json(input) })
  const queue = { QueueUrl: 'http://127.0.0.1:1/123456789012/letters' }

  it.each([
    ['SQS', sqs('SendMessage', queue), 'sqs:SendMessage arn:aws:sqs:us-east-1:123456789012:letters'],
    ['SQS', sqs('DeleteMessageBatch', queue), 'sqs:DeleteMessage arn:aws:sqs:us-east-1:123456789012:letters'],
    ['SQS', sqs('ListQueues', {}), 'sqs:ListQueues *'],
    [
      'SNS',
      request({ body: Buffer.from('Action=Publish&TopicArn=arn%3Aaws%3Asns%3Aus-east-1%3A123456789012%3Aalarms') }),
      'sns:Publish arn:aws:sns:us-east-1:123456789012:alarms',
    ],
    [
      'SESV2',
      request({ path: '/v2/email/outbound-emails', body: json({ FromEmailAddress: 'Ada <ada@example.com>' }) }),
      'ses:SendEmail arn:aws:ses:us-east-1:123456789012:identity/ada@example.com',
    ],
  ])('of %s is named by what it does', (service, call, expected) => {
    expect(permissionsOf(service, call).map(textOf)).toEqual([expected])
  })
})
