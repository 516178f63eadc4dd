import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ManualClock } from '../../local/clock.ts'
import { type Cloud, type CloudOptions, startCloud } from '../../local/cloud.ts'
import { eventually } from './eventually.ts'
import {
  functionResource,
  type Resources,
  roleResource,
  temporaryFolder,
  writeCloudAssembly,
} from './template/cloud-assembly-fixture.ts'

const START = Date.parse('2026-03-01T12:00:00Z')
const MINUTE = 60_000

const arn = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] })

/** Speaks to DynamoDB and SQS the way that the SDK would, through the endpoints in its environment. */
const aws = `
  const aws = async (endpoint, target, input) => {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': target,
        'x-amz-date': '20260301T120000Z',
        authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID +
          '/20260301/us-east-1/x/aws4_request, SignedHeaders=host, Signature=0',
      },
      body: JSON.stringify(input),
    })
    if (!response.ok) throw new Error(await response.text())
    return response.json()
  }
  const dynamodb = (operation, input) =>
    aws(process.env.AWS_ENDPOINT_URL_DYNAMODB, 'DynamoDB_20120810.' + operation, { TableName: process.env.TABLE, ...input })
  const put = (pk) => dynamodb('PutItem', { Item: { pk: { S: pk } } })`

const code = {
  'api.mjs': `${aws}
    export const handler = async ({ routeKey, pathParameters, body }) => {
      if (routeKey === 'POST /notes/{note}') {
        await put('note ' + pathParameters.note)
        return { statusCode: 201 }
      }
      if (routeKey === 'POST /messages') {
        await aws(process.env.QUEUE, 'AmazonSQS.SendMessage', { QueueUrl: process.env.QUEUE, MessageBody: body })
        return { statusCode: 202 }
      }
      const { Items } = await dynamodb('Scan', {})
      return Items.map(({ pk }) => pk.S).sort()
    }`,
  'tick.mjs': `${aws}
    export const handler = async ({ planned }) => { await put('tick ' + planned) }`,
  'read.mjs': `${aws}
    export const handler = async ({ Records }) => { for (const { body } of Records) await put('message ' + body) }`,
}

const Variables = { TABLE: { Ref: 'Table' }, QUEUE: { Ref: 'Queue' }, SETTING: 'from the template' }

const routes = (...routeKeys: readonly string[]): Resources =>
  Object.fromEntries(
    routeKeys.map((RouteKey, index) => [
      `Route${index}`,
      {
        Type: 'AWS::ApiGatewayV2::Route',
        Properties: {
          ApiId: { Ref: 'Api' },
          RouteKey,
          Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'Integration' }]] },
        },
      },
    ]),
  )

const scheduled = (ScheduleExpression: string): Resources => ({
  Schedule: {
    Type: 'AWS::Scheduler::Schedule',
    Properties: {
      ScheduleExpression,
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: arn('Tick'),
        RoleArn: arn('Role'),
        Input: '{"planned":"<aws.scheduler.scheduled-time>"}',
        RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 3600 },
      },
    },
  },
})

const everyMinute = scheduled('cron(* * * * ? *)')

const stack: Resources = {
  Role: {
    ...roleResource,
    Properties: {
      AssumeRolePolicyDocument: {
        Statement: ['lambda', 'scheduler'].map((service) => ({
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: { Service: `${service}.amazonaws.com` },
        })),
      },
      Policies: [
        {
          PolicyName: 'all',
          PolicyDocument: {
            Statement: [{ Effect: 'Allow', Action: ['dynamodb:*', 'sqs:*', 'lambda:*', 'scheduler:*'], Resource: '*' }],
          },
        },
      ],
    },
  },
  Table: {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    },
  },
  Queue: { Type: 'AWS::SQS::Queue' },
  Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'HTTP' } },
  Integration: {
    Type: 'AWS::ApiGatewayV2::Integration',
    Properties: {
      ApiId: { Ref: 'Api' },
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: arn('ApiFunction'),
      PayloadFormatVersion: '2.0',
    },
  },
  ...routes('POST /notes/{note}', 'POST /messages', 'GET /notes'),
  ApiFunction: functionResource('api', { Environment: { Variables } }),
  Tick: functionResource('tick', { Environment: { Variables } }),
  Read: functionResource('read', { Environment: { Variables } }),
  Source: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: { FunctionName: { Ref: 'Read' }, EventSourceArn: arn('Queue') },
  },
}

async function start(options: Partial<CloudOptions> = {}): Promise<Cloud> {
  const cloud = await startCloud({
    cdkOut: writeCloudAssembly({ Resources: stack }, code),
    dataDir: join(temporaryFolder(), 'data'),
    port: 0,
    log: () => {},
    ...options,
  })
  onTestFinished(() => cloud.close())
  return cloud
}

const notes = async ({ url }: Cloud): Promise<unknown> => (await fetch(`${url}/notes`)).json()

/** The expressions of all schedules. */
async function schedulesOf({ endpoints }: Cloud): Promise<readonly string[]> {
  const url = endpoints.get('SCHEDULER')
  const { Schedules } = Object(await (await fetch(`${url}/schedules`)).json()) as { Schedules: { Name: string }[] }
  const read = async (name: string) => Object(await (await fetch(`${url}/schedules/${name}`)).json())
  return Promise.all(Schedules.map(async ({ Name }) => (await read(Name)).ScheduleExpression))
}

const post = (cloud: Cloud, path: string, body = '') => fetch(`${cloud.url}${path}`, { method: 'POST', body })

describe('a template on the local cloud', () => {
  it('runs: API to function to table, and queue to function to table', async () => {
    const cloud = await start()
    expect((await post(cloud, '/notes/one')).status).toBe(201)
    expect((await post(cloud, '/messages', 'hello')).status).toBe(202)
    await eventually(() => notes(cloud)).toEqual(['message hello', 'note one'])
  })

  it('fires the schedules of the template by the clock it is given', async () => {
    const clock = new ManualClock(START)
    const cloud = await start({ clock, cdkOut: writeCloudAssembly({ Resources: { ...stack, ...everyMinute } }, code) })
    await clock.moveTo(START + 2 * MINUTE)
    await eventually(() => notes(cloud)).toEqual(['tick 2026-03-01T12:01:00Z', 'tick 2026-03-01T12:02:00Z'])
  })

  it('has everything after a restart, catches up on schedules, and drops those that the template no longer has', async () => {
    const clock = new ManualClock(START)
    const dataDir = join(temporaryFolder(), 'data')
    const withSchedule = writeCloudAssembly({ Resources: { ...stack, ...everyMinute } }, code)
    const first = await start({ clock, dataDir, cdkOut: withSchedule })
    await post(first, '/notes/kept')
    await first.close()

    const later = new ManualClock(START + MINUTE)
    const second = await start({ clock: later, dataDir, cdkOut: withSchedule })
    await later.moveTo(START + MINUTE)
    await eventually(() => notes(second)).toEqual(['note kept', 'tick 2026-03-01T12:01:00Z'])
    await second.close()

    const third = await start({ clock: new ManualClock(START + MINUTE), dataDir })
    expect(await schedulesOf(third)).toEqual([])
    expect(await notes(third)).toEqual(['note kept', 'tick 2026-03-01T12:01:00Z'])
  })

  it('follows a schedule that the template has changed', async () => {
    const dataDir = join(temporaryFolder(), 'data')
    for (const expression of ['rate(1 hour)', 'rate(1 hour)', 'cron(0 5 * * ? *)']) {
      const cdkOut = writeCloudAssembly({ Resources: { ...stack, ...scheduled(expression) } }, code)
      const cloud = await start({ dataDir, cdkOut, clock: new ManualClock(START) })
      expect(await schedulesOf(cloud)).toEqual([expression])
      await cloud.close()
    }
  })

  it('tells an observer of every call and its caller, DynamoDB included', async () => {
    const calls: string[] = []
    const cloud = await start({
      onCall: ({ service, caller, request }) => calls.push(`${caller} ${service} ${request.headers['x-amz-target']}`),
    })
    await post(cloud, '/notes/seen')
    expect(calls).toContain('ApiFunction DYNAMODB DynamoDB_20120810.PutItem')
  })

  it('serves the mailbox beside the API', async () => {
    const cloud = await start()
    cloud.mailbox.deliver({ to: 'a@example.com', subject: 'One', text: 'first' })
    cloud.mailbox.deliver({ to: 'b@example.com', subject: 'Two', text: 'second' })
    const list = async (query = '') => (await fetch(`${cloud.url}/_local/mailbox${query}`)).json()
    const message = { to: 'a@example.com', subject: 'One', text: 'first', sentAt: expect.any(String) }
    expect(await list('?to=a@example.com')).toEqual({ messages: [message] })
    expect(await list()).toMatchObject({ messages: [{ subject: 'Two' }, { subject: 'One' }] })
    expect((await fetch(`${cloud.url}/_local/other`)).status).toBe(404)
    expect((await post(cloud, '/_local/mailbox')).status).toBe(405)
  })

  it('leaves data directory and port free again when the template cannot be run', async () => {
    const dataDir = join(temporaryFolder(), 'data')
    const cdkOut = writeCloudAssembly(
      { Resources: { ...stack, Queue: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } } } },
      code,
    )
    await expect(start({ dataDir, cdkOut })).rejects.toThrow('is FIFO')
    await start({ dataDir })
  })

  it('refuses a data directory that another one holds', async () => {
    const dataDir = join(temporaryFolder(), 'data')
    await start({ dataDir })
    await expect(start({ dataDir })).rejects.toThrow('is in use by process')
  })
})
