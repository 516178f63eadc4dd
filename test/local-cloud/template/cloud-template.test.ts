import { describe, expect, it } from 'vitest'
import { readCloudAssembly } from '../../../local/template/cloud-assembly.ts'
import { readCloudTemplate } from '../../../local/template/cloud-template.ts'
import {
  functionResource,
  place,
  type Resources,
  readFixture,
  roleResource,
  writeCloudAssembly,
} from './cloud-assembly-fixture.ts'

const arn = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] })

const read = (Resources: Resources) => readFixture({ Resources: { Role: roleResource, ...Resources } })

const api = (route: object, integration: object = {}): Resources => ({
  Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'HTTP' } },
  Function: functionResource('index'),
  Integration: {
    Type: 'AWS::ApiGatewayV2::Integration',
    Properties: {
      ApiId: { Ref: 'Api' },
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: arn('Function'),
      PayloadFormatVersion: '2.0',
      ...integration,
    },
  },
  Route: {
    Type: 'AWS::ApiGatewayV2::Route',
    Properties: {
      ApiId: { Ref: 'Api' },
      RouteKey: 'GET /things/{id}',
      Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'Integration' }]] },
      ...route,
    },
  },
})

describe('readCloudTemplate', () => {
  it('reads functions with resolved environment and their asynchronous policy', () => {
    const { functions } = read({
      Queue: { Type: 'AWS::SQS::Queue' },
      Function: functionResource('index', {
        Timeout: '7',
        MemorySize: 256,
        ReservedConcurrentExecutions: 5,
        Environment: { Variables: { QUEUE_URL: { Ref: 'Queue' }, COUNT: 3 } },
      }),
      Policy: {
        Type: 'AWS::Lambda::EventInvokeConfig',
        Properties: {
          FunctionName: { Ref: 'Function' },
          Qualifier: '$LATEST',
          MaximumRetryAttempts: 0,
          MaximumEventAgeInSeconds: 60,
          DestinationConfig: { OnFailure: { Destination: arn('Queue') } },
        },
      },
    })
    expect(functions).toEqual([
      {
        logicalId: 'Function',
        name: expect.stringMatching(/^Fixture-Function-[a-z0-9]{12}$/),
        arn: expect.stringMatching(/^arn:aws:lambda:us-east-1:000000000000:function:Fixture-Function-/),
        roleArn: expect.stringMatching(/^arn:aws:iam::000000000000:role\/Fixture-Role-/),
        codeFolder: expect.stringMatching(/asset\.c0de$/),
        handler: 'index.handler',
        environment: {
          QUEUE_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:9324\/000000000000\/Fixture-Queue-/),
          COUNT: '3',
        },
        timeoutMs: 7000,
        memoryMb: 256,
        reservedConcurrency: 5,
        invocationsAtOnce: 1,
        asynchronous: {
          maxRetries: 0,
          maxEventAgeSeconds: 60,
          onFailureArn: expect.stringMatching(/^arn:aws:sqs:us-east-1:000000000000:Fixture-Queue-/),
          onSuccessArn: undefined,
        },
      },
    ])
  })

  it('gives functions that say nothing the defaults of Lambda', () => {
    const [definition] = read({ Function: functionResource('index') }).functions
    expect(definition).toMatchObject({
      timeoutMs: 3000,
      memoryMb: 128,
      environment: {},
      asynchronous: { maxRetries: 2, maxEventAgeSeconds: 21_600, onFailureArn: undefined },
    })
  })

  it('reads how many invocations an environment takes at once from the metadata of a function', () => {
    const withMetadata = (value: unknown) =>
      read({
        Function: { ...functionResource('index'), Metadata: { InvocationsAtOnce: value, 'aws:asset:path': 'x' } },
      })
    expect(withMetadata(64).functions).toMatchObject([{ invocationsAtOnce: 64 }])
    expect(() => withMetadata(0)).toThrow(/Metadata of function "Function".*InvocationsAtOnce/s)
  })

  it('reads event sources, the disabled ones left out', () => {
    const source = (properties: object) => ({
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: { FunctionName: { Ref: 'Function' }, EventSourceArn: arn('Queue'), ...properties },
    })
    const { eventSources, functions, queues } = read({
      Queue: { Type: 'AWS::SQS::Queue' },
      Function: functionResource('index'),
      Source: source({ BatchSize: 5, FunctionResponseTypes: ['ReportBatchItemFailures'] }),
      Disabled: source({ Enabled: false }),
    })
    expect(eventSources).toEqual([
      {
        functionArn: functions[0]?.arn,
        queueArn: queues[0]?.arn,
        batchSize: 5,
        batchingWindowSeconds: 0,
        reportsItemFailures: true,
      },
    ])
  })

  it('reads the HTTP API with routes, CORS and shortened integration timeouts', () => {
    const resources = api({}, { TimeoutInMillis: 60_000 })
    const { httpApis, functions } = read({
      ...resources,
      Api: {
        Type: 'AWS::ApiGatewayV2::Api',
        Properties: {
          ProtocolType: 'HTTP',
          CorsConfiguration: { AllowOrigins: ['https://app.example.com'], AllowMethods: ['*'], MaxAge: 600 },
        },
      },
    })
    expect(httpApis).toEqual([
      {
        id: expect.stringMatching(/^[a-z0-9]{10}$/),
        routes: [{ routeKey: 'GET /things/{id}', functionArn: functions[0]?.arn, timeoutMs: 30_000 }],
        cors: {
          allowOrigins: ['https://app.example.com'],
          allowMethods: ['*'],
          allowHeaders: [],
          exposeHeaders: [],
          allowCredentials: false,
          maxAgeSeconds: 600,
        },
      },
    ])
  })

  it('takes the function out of an integration that names its invocation', () => {
    const uri = { 'Fn::Sub': 'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/$' }
    const invocation = { 'Fn::Sub': [`${uri['Fn::Sub']}{arn}/invocations`, { arn: arn('Function') }] }
    const { httpApis, functions } = read(api({}, { IntegrationUri: invocation }))
    expect(httpApis[0]?.routes[0]?.functionArn).toBe(functions[0]?.arn)
  })

  it('reads schedules in the words of CreateSchedule, and rules as schedules', () => {
    const { schedules, scheduleGroups, functions } = read({
      Function: functionResource('index'),
      Group: { Type: 'AWS::Scheduler::ScheduleGroup', Properties: { Name: 'jobs' } },
      Schedule: {
        Type: 'AWS::Scheduler::Schedule',
        Properties: {
          GroupName: { Ref: 'Group' },
          ScheduleExpression: 'rate(5 minutes)',
          StartDate: '2026-01-01T00:00:00Z',
          FlexibleTimeWindow: { Mode: 'OFF' },
          Target: { Arn: arn('Function'), RoleArn: arn('Role') },
        },
      },
      Rule: {
        Type: 'AWS::Events::Rule',
        Properties: { ScheduleExpression: 'rate(1 hour)', Targets: [{ Id: 'Target0', Arn: arn('Function') }] },
      },
      Pattern: { Type: 'AWS::Events::Rule', Properties: { EventPattern: {}, Targets: [] } },
    })
    expect(scheduleGroups).toEqual(['jobs'])
    expect(schedules).toHaveLength(2)
    expect(schedules[0]).toMatchObject({
      group: 'jobs',
      body: { ScheduleExpression: 'rate(5 minutes)', StartDate: 1_767_225_600, FlexibleTimeWindow: { Mode: 'OFF' } },
    })
    const target = schedules[1]?.body.Target
    expect(schedules[1]).toMatchObject({
      group: 'default',
      body: { ScheduleExpression: 'rate(1 hour)', State: 'ENABLED' },
    })
    expect(target).toMatchObject({ Arn: functions[0]?.arn, Input: expect.stringContaining('"Scheduled Event"') })
  })

  it('reads tables in the words of CreateTable, with their time to live', () => {
    const key = [{ AttributeName: 'pk', KeyType: 'HASH' }]
    const index = { IndexName: 'byTenant', KeySchema: key, Projection: { ProjectionType: 'KEYS_ONLY' } }
    const { tables } = read({
      Table: {
        Type: 'AWS::DynamoDB::GlobalTable',
        Properties: {
          TableName: 'things',
          KeySchema: key,
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
          GlobalSecondaryIndexes: [index],
          TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
          Replicas: [{ Region: { Ref: 'AWS::Region' } }],
        },
      },
    })
    expect(tables).toEqual([
      {
        name: 'things',
        keySchema: key,
        attributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        globalIndexes: [index],
        localIndexes: [],
        stream: undefined,
        timeToLiveAttribute: 'expiresAt',
      },
    ])
  })

  it('reads queues with redrive, topics with both kinds of subscription', () => {
    const { queues, topics } = read({
      Dead: { Type: 'AWS::SQS::Queue' },
      Queue: {
        Type: 'AWS::SQS::Queue',
        Properties: {
          VisibilityTimeout: 90,
          RedrivePolicy: { deadLetterTargetArn: arn('Dead'), maxReceiveCount: 3 },
        },
      },
      Topic: {
        Type: 'AWS::SNS::Topic',
        Properties: { TopicName: 'alarms', Subscription: [{ Protocol: 'email', Endpoint: 'a@example.com' }] },
      },
      Subscription: {
        Type: 'AWS::SNS::Subscription',
        Properties: { TopicArn: { Ref: 'Topic' }, Protocol: 'email', Endpoint: 'b@example.com' },
      },
    })
    expect(queues[1]).toMatchObject({
      visibilityTimeoutSeconds: 90,
      redrive: { deadLetterArn: queues[0]?.arn, maxReceiveCount: 3 },
    })
    expect(topics).toEqual([
      {
        name: 'alarms',
        arn: 'arn:aws:sns:us-east-1:000000000000:alarms',
        subscriptions: [
          { protocol: 'email', endpoint: 'a@example.com' },
          { protocol: 'email', endpoint: 'b@example.com' },
        ],
      },
    ])
  })

  it('reads user pools with clients, token lifetimes in their units and groups', () => {
    const { userPools } = read({
      Pool: {
        Type: 'AWS::Cognito::UserPool',
        Properties: {
          AutoVerifiedAttributes: ['email'],
          Policies: { PasswordPolicy: { MinimumLength: 12, RequireNumbers: true } },
        },
      },
      Client: {
        Type: 'AWS::Cognito::UserPoolClient',
        Properties: {
          UserPoolId: { Ref: 'Pool' },
          ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
          AccessTokenValidity: 15,
          RefreshTokenValidity: 1440,
          TokenValidityUnits: { AccessToken: 'minutes', RefreshToken: 'minutes' },
          PreventUserExistenceErrors: 'ENABLED',
        },
      },
      Admins: { Type: 'AWS::Cognito::UserPoolGroup', Properties: { UserPoolId: { Ref: 'Pool' }, GroupName: 'admin' } },
    })
    expect(userPools).toEqual([
      {
        id: expect.stringMatching(/^us-east-1_[a-z0-9]{9}$/),
        passwordPolicy: {
          minimumLength: 12,
          requireLowercase: false,
          requireUppercase: false,
          requireNumbers: true,
          requireSymbols: false,
        },
        autoVerified: ['email'],
        caseSensitive: false,
        groups: ['admin'],
        clients: [
          {
            id: expect.stringMatching(/^[a-z0-9]{26}$/),
            authFlows: ['ALLOW_USER_PASSWORD_AUTH'],
            accessTokenMinutes: 15,
            idTokenMinutes: 60,
            refreshTokenDays: 1,
            preventUserExistenceErrors: true,
            revocation: true,
          },
        ],
      },
    ])
  })

  it('reads roles with the policies of both forms', () => {
    const document = (action: string) => ({ Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] })
    const { roles } = readFixture({
      Resources: {
        Role: {
          Type: 'AWS::IAM::Role',
          Properties: {
            AssumeRolePolicyDocument: {},
            Policies: [{ PolicyName: 'inline', PolicyDocument: document('sqs:SendMessage') }],
          },
        },
        Other: roleResource,
        Policy: {
          Type: 'AWS::IAM::Policy',
          Properties: { PolicyDocument: document('sns:Publish'), Roles: [{ Ref: 'Role' }] },
        },
      },
    })
    expect(roles.map(({ logicalId, policyDocuments }) => [logicalId, policyDocuments])).toEqual([
      ['Role', [document('sqs:SendMessage'), document('sns:Publish')]],
      ['Other', []],
    ])
  })

  it('decides conditions by parameters, mappings and pseudo parameters', () => {
    const folder = writeCloudAssembly({
      Parameters: { Stage: { Type: 'String', Default: 'dev' }, Hosts: { Type: 'CommaDelimitedList', Default: 'a,b' } },
      Mappings: { Stages: { dev: { replicas: 'one' } } },
      Conditions: {
        IsProduction: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] },
        IsHere: {
          'Fn::And': [
            { 'Fn::Not': [{ Condition: 'IsProduction' }] },
            { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] },
          ],
        },
      },
      Resources: {
        Never: { Type: 'AWS::SQS::Queue', Condition: 'IsProduction' } as Resources[string],
        Always: { Type: 'AWS::SQS::Queue', Condition: 'IsHere' } as Resources[string],
      },
      Outputs: {
        Replicas: { Value: { 'Fn::FindInMap': ['Stages', { Ref: 'Stage' }, 'replicas'] } },
        Hosts: { Value: { 'Fn::Join': ['+', { Ref: 'Hosts' }] } },
        Hidden: { Value: 'x', Condition: 'IsProduction' },
      },
    })
    const template = readCloudTemplate(readCloudAssembly(folder), place)
    expect(template.queues.map(({ name }) => name)).toEqual([expect.stringContaining('Always')])
    expect(template.outputs).toEqual({ Replicas: 'one', Hosts: 'a+b' })
  })

  it('gives the same ids at every start, others to another stack', () => {
    const folder = writeCloudAssembly({ Resources: { Pool: { Type: 'AWS::Cognito::UserPool' } } })
    const idIn = (stackName: string) =>
      readCloudTemplate(readCloudAssembly(folder), { ...place, stackName }).userPools[0]?.id
    expect(idIn('one')).toBe(idIn('one'))
    expect(idIn('one')).not.toBe(idIn('two'))
  })

  it('keeps long logical ids within the limit of names', () => {
    const { functions } = read({ ['Long'.repeat(30)]: functionResource('index') })
    expect(functions[0]?.name).toHaveLength(64)
  })

  it('lists resources that have no counterpart, but not those that nobody misses', () => {
    const { unsupported } = read({ Bucket: { Type: 'AWS::S3::Bucket' }, Group: { Type: 'AWS::Logs::LogGroup' } })
    expect(unsupported).toEqual([{ logicalId: 'Bucket', type: 'AWS::S3::Bucket' }])
  })

  it.each<[what: string, resources: Resources, message: string]>([
    ['a JWT authorizer', api({ AuthorizationType: 'JWT' }), 'Route "Route" wants JWT authorization'],
    ['payload format 1.0', api({}, { PayloadFormatVersion: '1.0' }), 'payload format 2.0'],
    ['an HTTP proxy', api({}, { IntegrationType: 'HTTP_PROXY' }), 'not a Lambda proxy'],
    ['a FIFO queue', { Queue: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } } }, 'Queue "Queue" is FIFO'],
    ['another runtime', { F: functionResource('index', { Runtime: 'python3.13' }) }, 'has runtime python3.13'],
    ['code that is not there', { F: functionResource('index', { Code: { ZipFile: '' } }) }, 'The code of function "F"'],
    ['a missing property', { T: { Type: 'AWS::DynamoDB::Table', Properties: {} } }, 'AWS::DynamoDB::Table "T"'],
    ['an unknown reference', { Q: { Type: 'AWS::SQS::Queue', Properties: { DelaySeconds: { Ref: 'X' } } } }, '"X"'],
  ])('refuses %s, which would run otherwise than deployed', (_what, resources, message) => {
    expect(() => read(resources)).toThrow(message)
  })
})
