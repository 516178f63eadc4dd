import { describe, expect, it } from 'vitest'
import type { RequestContext } from '../../../local/iam/authorization.ts'
import { decide, readPolicy } from '../../../local/iam/policy.ts'

const policy = (...statements: object[]) => readPolicy({ Version: '2012-10-17', Statement: statements })
const allow = (rest: object) => ({ Effect: 'Allow', ...rest })
const deny = (rest: object) => ({ Effect: 'Deny', ...rest })
const ask = (action: string, resource: string, context: RequestContext = {}) => ({ action, resource, context })

const TABLE = 'arn:aws:dynamodb:us-west-2:123456789012:table/GameScores'
const everything = allow({ Action: '*', Resource: '*' })

describe('a decision', () => {
  const table04 = 'arn:aws:dynamodb:us-west-2:123456789012:table/table04'
  /** DynamoDB Developer Guide, "Using IAM with DynamoDB transactions", example 3. */
  const noTransactions = policy(
    deny({
      Action: ['dynamodb:ConditionCheckItem', 'dynamodb:PutItem', 'dynamodb:GetItem'],
      Resource: ['arn:aws:dynamodb:*:*:table/table04'],
      Condition: {
        'ForAnyValue:StringEquals': { 'dynamodb:EnclosingOperation': ['TransactWriteItems', 'TransactGetItems'] },
      },
    }),
    allow({ Action: ['dynamodb:PutItem', 'dynamodb:GetItem'], Resource: ['arn:aws:dynamodb:*:*:table/table04'] }),
  )
  const transaction = { 'dynamodb:enclosingoperation': ['TransactWriteItems'] }

  it.each([
    ['nobody speaks of', policy(), ask('dynamodb:GetItem', TABLE), 'implicit-deny'],
    ['one statement allows', policy(everything), ask('dynamodb:GetItem', TABLE), 'allowed'],
    [
      'one statement allows and another denies',
      policy(everything, deny({ Action: 'dynamodb:*', Resource: TABLE })),
      ask('dynamodb:GetItem', TABLE),
      'explicit-deny',
    ],
    [
      'only statements about other resources allow',
      policy(allow({ Action: '*', Resource: `${TABLE}/index/*` })),
      ask('dynamodb:GetItem', TABLE),
      'implicit-deny',
    ],
    ['is written alone', noTransactions, ask('dynamodb:PutItem', table04), 'allowed'],
    ['is written in a transaction', noTransactions, ask('dynamodb:PutItem', table04, transaction), 'explicit-deny'],
  ] as const)('about what %s is made as documented', (_, statements, authorization, expected) => {
    expect(decide(statements, authorization)).toBe(expected)
  })
})

describe('Action', () => {
  // IAM User Guide, "IAM JSON policy elements: Action" and "NotAction".
  it.each([
    [{ Action: 'sqs:SendMessage' }, 'sqs:SendMessage', true],
    [{ Action: 'SQS:sendmessage' }, 'sqs:SendMessage', true],
    [{ Action: 's3:*' }, 's3:GetObject', true],
    [{ Action: 's3:*' }, 'sqs:SendMessage', false],
    [{ Action: 'iam:*AccessKey*' }, 'iam:UpdateAccessKey', true],
    [{ Action: 'iam:*AccessKey*' }, 'iam:GetUser', false],
    [{ Action: ['sqs:SendMessage', 'sqs:ReceiveMessage'] }, 'sqs:ReceiveMessage', true],
    [{ Action: 'sqs:SendMessageBatc?' }, 'sqs:SendMessageBatch', true],
    [{ Action: 'sqs:Send' }, 'sqs:SendMessage', false],
    [{ NotAction: 's3:DeleteBucket' }, 's3:GetObject', true],
    [{ NotAction: 's3:DeleteBucket' }, 's3:DeleteBucket', false],
    [{ NotAction: ['iam:*', 'sts:*'] }, 'iam:PassRole', false],
  ] as const)('%j covers %s: %s', (element, action, expected) => {
    const statements = policy(allow({ ...element, Resource: '*' }))
    expect(decide(statements, ask(action, '*'))).toBe(expected ? 'allowed' : 'implicit-deny')
  })
})

describe('Resource', () => {
  // IAM User Guide, "IAM JSON policy elements: Resource" and "NotResource".
  it.each([
    [{ Resource: '*' }, TABLE, true],
    [{ Resource: '*' }, '*', true],
    [{ Resource: TABLE }, TABLE, true],
    [{ Resource: TABLE }, `${TABLE}2`, false],
    [{ Resource: TABLE }, `${TABLE}/index/byTenant`, false],
    [{ Resource: `${TABLE}/index/*` }, `${TABLE}/index/byTenant`, true],
    [{ Resource: `${TABLE}/index/*` }, TABLE, false],
    [
      { Resource: 'arn:aws:iam::123456789012:user/accounting/*' },
      'arn:aws:iam::123456789012:user/accounting/a/b',
      true,
    ],
    [{ Resource: 'arn:aws:dynamodb:*:*:table/GameScores' }, TABLE, true],
    [{ Resource: 'arn:aws:dynamodb:*:table/GameScores' }, TABLE, true],
    [{ Resource: 'arn:aws:dynamodb:us-*-2:123456789012:table/GameScores' }, TABLE, true],
    [{ Resource: 'arn:aws:dynamodb:us*2:table/GameScores' }, TABLE, false],
    [{ Resource: 'arn:aws:logs:*:*:log-group:a:*' }, 'arn:aws:logs:us-east-1:1:log-group:a:log-stream:b', true],
    [
      { Resource: 'arn:aws:logs:*:*:log-group:a*:log-stream:b' },
      'arn:aws:logs:us-east-1:1:log-group:ax:log-stream:b',
      true,
    ],
    [
      { Resource: 'arn:aws:secretsmanager:*:*:secret:key-??????' },
      'arn:aws:secretsmanager:r:a:secret:key-AbC123',
      true,
    ],
    [
      { Resource: 'arn:aws:secretsmanager:*:*:secret:key-??????' },
      'arn:aws:secretsmanager:r:a:secret:key-AbC12',
      false,
    ],
    [{ Resource: 'arn:aws:s3:::bucket.name' }, 'arn:aws:s3:::bucketXname', false],
    [{ Resource: [`${TABLE}1`, TABLE] }, TABLE, true],
    [{ NotResource: `${TABLE}*` }, TABLE, false],
    [{ NotResource: `${TABLE}*` }, 'arn:aws:dynamodb:us-west-2:123456789012:table/Other', true],
  ] as const)('%j covers %s: %s', (element, resource, expected) => {
    const statements = policy(allow({ Action: '*', ...element }))
    expect(decide(statements, ask('dynamodb:GetItem', resource))).toBe(expected ? 'allowed' : 'implicit-deny')
  })
})

describe('Condition', () => {
  const GROUP = 'arn:aws:scheduler:us-east-1:123456789012:schedule-group/punctual'
  const leading = (...values: string[]) => ({ 'dynamodb:leadingkeys': values })
  const source = (arn: string) => ({ 'aws:sourcearn': [arn] })

  // IAM User Guide, "IAM JSON policy elements: Condition operators", "Multivalued context keys".
  it.each([
    [
      { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
      { 'iam:passedtoservice': ['scheduler.amazonaws.com'] },
      true,
    ],
    [
      { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
      { 'iam:passedtoservice': ['ec2.amazonaws.com'] },
      false,
    ],
    [{ StringEquals: { 'IAM:PASSEDTOSERVICE': 'a' } }, { 'iam:passedtoservice': ['a'] }, true],
    [{ StringEquals: { 'iam:PassedToService': 'a' } }, {}, false],
    [{ StringEquals: { 'iam:PassedToService': ['a', 'b'] } }, { 'iam:passedtoservice': ['b'] }, true],
    [{ StringEquals: { 'iam:PassedToService': 'A' } }, { 'iam:passedtoservice': ['a'] }, false],
    [{ StringEquals: { 'iam:PassedToService': 'a*' } }, { 'iam:passedtoservice': ['ab'] }, false],
    [{ StringEqualsIgnoreCase: { 'iam:PassedToService': 'A' } }, { 'iam:passedtoservice': ['a'] }, true],
    [{ StringEqualsIfExists: { 'iam:PassedToService': 'a' } }, {}, true],
    [{ StringEqualsIfExists: { 'iam:PassedToService': 'a' } }, { 'iam:passedtoservice': ['b'] }, false],
    [{ StringNotEquals: { 'aws:SourceAccount': '1' } }, { 'aws:sourceaccount': ['1'] }, false],
    [{ StringNotEquals: { 'aws:SourceAccount': '1' } }, { 'aws:sourceaccount': ['2'] }, true],
    [{ StringNotEquals: { 'aws:SourceAccount': ['1', '2'] } }, { 'aws:sourceaccount': ['2'] }, false],
    [{ StringNotEquals: { 'aws:SourceAccount': '1' } }, {}, true],
    [{ StringLike: { 'iam:PassedToService': 'a*c?' } }, { 'iam:passedtoservice': ['abbcd'] }, true],
    [{ StringLike: { 'iam:PassedToService': 'a*c?' } }, { 'iam:passedtoservice': ['abbc'] }, false],
    [{ StringNotLike: { 'iam:PassedToService': 'a*' } }, { 'iam:passedtoservice': ['ab'] }, false],
    [{ ArnLike: { 'aws:SourceArn': 'arn:aws:scheduler:*:123456789012:schedule-group/*' } }, source(GROUP), true],
    [{ ArnEquals: { 'aws:SourceArn': 'arn:aws:scheduler:*:123456789012:schedule-group/*' } }, source(GROUP), true],
    [{ ArnLike: { 'aws:SourceArn': 'arn:aws:scheduler:*:schedule-group/*' } }, source(GROUP), false],
    [{ ArnLike: { 'aws:SourceArn': 'arn:aws:scheduler:*:*:schedule/*' } }, source(GROUP), false],
    [{ ArnNotLike: { 'aws:SourceArn': 'arn:aws:scheduler:*:*:*' } }, source(GROUP), false],
    [{ ArnNotEquals: { 'aws:SourceArn': 'arn:aws:scheduler:*:*:schedule/*' } }, source(GROUP), true],
    [{ Bool: { 'aws:SecureTransport': false } }, { 'aws:securetransport': ['false'] }, true],
    [{ Bool: { 'aws:SecureTransport': 'true' } }, { 'aws:securetransport': ['false'] }, false],
    [{ Bool: { 'aws:SecureTransport': 'false' } }, {}, false],
    [{ Null: { 'aws:SourceArn': 'true' } }, {}, true],
    [{ Null: { 'aws:SourceArn': 'true' } }, source(GROUP), false],
    [{ Null: { 'aws:SourceArn': false } }, source(GROUP), true],
    [{ 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['a', 'b'] } }, leading('a', 'b'), true],
    [{ 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['a', 'b'] } }, leading('a', 'c'), false],
    [{ 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['a'] } }, {}, true],
    [{ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': 'T#*' } }, leading('T#1', 'T#2#J#3'), true],
    [{ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': 'T#*' } }, leading('T#1', 'SERVICE'), false],
    [{ 'ForAllValues:StringNotEquals': { 'dynamodb:LeadingKeys': 'a' } }, leading('b', 'a'), false],
    [{ 'ForAnyValue:StringEquals': { 'dynamodb:LeadingKeys': ['a'] } }, leading('b', 'a'), true],
    [{ 'ForAnyValue:StringEquals': { 'dynamodb:LeadingKeys': ['a'] } }, leading('b'), false],
    [{ 'ForAnyValue:StringEquals': { 'dynamodb:LeadingKeys': ['a'] } }, {}, false],
    [{ 'ForAnyValue:StringNotEquals': { 'dynamodb:LeadingKeys': ['a'] } }, leading('a', 'b'), true],
    [{ StringEquals: { 'aws:SourceAccount': '1' }, ArnLike: { 'aws:SourceArn': GROUP } }, source(GROUP), false],
    [
      { StringEquals: { 'aws:SourceAccount': '1', 'aws:SourceArn': GROUP } },
      { 'aws:sourceaccount': ['1'], ...source(GROUP) },
      true,
    ],
  ] as const)('%j of %j is %s', (condition, context, expected) => {
    const statements = policy(allow({ Action: '*', Resource: '*', Condition: condition }))
    expect(decide(statements, ask('a:b', '*', context))).toBe(expected ? 'allowed' : 'implicit-deny')
  })
})

describe('a policy that is not understood', () => {
  const refusal = (statement: object) => () => policy(allow({ Action: '*', Resource: '*', ...statement }))

  it.each([
    ['condition operator', { Condition: { NumericEquals: { 'aws:SourceAccount': '1' } } }, 'operator NumericEquals'],
    ['operator of Object itself', { Condition: { toString: { 'aws:SourceAccount': '1' } } }, 'operator toString'],
    ['set operator', { Condition: { 'ForSome:StringEquals': { 'aws:SourceAccount': '1' } } }, 'ForSome:StringEquals'],
    ['condition key', { Condition: { StringEquals: { 'aws:PrincipalTag/team': 'a' } } }, 'key aws:PrincipalTag/team'],
    ['value of Null', { Condition: { Null: { 'aws:SourceArn': 'maybe' } } }, 'Null of aws:sourcearn'],
    ['variable', { Resource: `arn:aws:s3:::bucket/${'$'}{aws:username}` }, 'aws:username'],
    [
      'variable in a condition',
      { Condition: { StringLike: { 'dynamodb:LeadingKeys': `${'$'}{aws:userid}` } } },
      'aws:userid',
    ],
    ['element', { Actoin: 's3:*' }, 'Actoin'],
    ['effect', { Effect: 'allow' }, 'Effect'],
    ['pair of elements', { NotAction: 's3:*' }, 'Action or NotAction'],
  ])('is refused for its unknown %s', (_, statement, message) => {
    expect(refusal(statement)).toThrow(message)
  })

  it('is refused without a version that has all elements', () => {
    expect(() => readPolicy({ Version: '2008-10-17', Statement: [] })).toThrow('Version')
  })
})
