import { describe, expect, it } from 'vitest'
import { UNLIMITED, UNUSED } from '../../../bin/iam/exceptions.ts'
import { type ReviewInput, review } from '../../../bin/iam/review.ts'
import type { PermissionUse } from '../../../local/iam/permission-use.ts'

const TABLE = 'arn:aws:dynamodb:us-east-1:123456789012:table/Music'
const roleArn = (name: string) => `arn:aws:iam::123456789012:role/${name}`

const role = (logicalId: string, statements: readonly object[]) => ({
  logicalId,
  name: logicalId,
  arn: roleArn(logicalId),
  trustPolicy: {
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
  },
  managedPolicyArns: [],
  policyDocuments: [{ Version: '2012-10-17', Statement: statements }],
})

const allow = (Action: string | string[], Resource: string) => ({ Effect: 'Allow', Action, Resource })

const use = (action: string, resource = TABLE): PermissionUse => ({
  role: 'JobsRole',
  action,
  resource,
  context: {},
  allowed: true,
})

const problems = (statements: readonly object[], uses: readonly PermissionUse[], lists: Partial<ReviewInput> = {}) =>
  review({
    template: {
      roles: [role('JobsRole', statements)],
      functions: [
        {
          logicalId: 'Jobs',
          name: 'jobs',
          arn: 'arn:aws:lambda:us-east-1:123456789012:function:jobs',
          roleArn: roleArn('JobsRole'),
          codeFolder: '',
          handler: 'jobs.handler',
          environment: {},
          timeoutMs: 0,
          memoryMb: 128,
          reservedConcurrency: undefined,
          invocationsAtOnce: 1,
          asynchronous: { maxRetries: 0, maxEventAgeSeconds: 60, onFailureArn: undefined, onSuccessArn: undefined },
        },
      ],
    },
    uses,
    unused: [],
    unlimited: [],
    ...lists,
  }).problems

describe('the review of permissions', () => {
  it('has nothing to say when permissions are exactly as used', () => {
    expect(problems([allow('dynamodb:GetItem', TABLE)], [use('dynamodb:GetItem')])).toEqual([])
  })

  it('names the function that did what it may not', () => {
    expect(problems([], [use('dynamodb:PutItem')])).toEqual([
      `jobs did dynamodb:PutItem on ${TABLE}, and no policy allows it`,
    ])
  })

  it('names the function that may do what it never does', () => {
    expect(problems([allow('dynamodb:GetItem', TABLE)], [])).toEqual([
      `jobs may dynamodb:GetItem on ${TABLE}, and no test ever did`,
    ])
  })

  it('takes an excuse for one function, or for every function', () => {
    const statements = [allow('dynamodb:GetItem', TABLE)]
    const excuse = (name: string) => ({ unused: [{ function: name, actions: ['dynamodb:GetItem'], reason: 'rare' }] })
    expect(problems(statements, [], excuse('jobs'))).toEqual([])
    expect(problems(statements, [], excuse('*'))).toEqual([])
    expect(problems(statements, [], excuse('runs'))).toHaveLength(2)
  })

  it('takes no excuse for what is used after all', () => {
    const unused = [{ function: 'jobs', actions: ['dynamodb:GetItem'], reason: 'rare' }]
    expect(problems([allow('dynamodb:GetItem', TABLE)], [use('dynamodb:GetItem')], { unused })).toEqual([
      'dynamodb:GetItem of jobs is excused in bin/iam/exceptions.ts and needs no excuse',
    ])
  })

  it('wants to know why something is allowed on everything', () => {
    const statements = [allow('scheduler:ListSchedules', '*')]
    const uses = [use('scheduler:ListSchedules', 'arn:aws:scheduler:us-east-1:123456789012:schedule/*/*')]
    const unlimited = [{ action: 'scheduler:ListSchedules', source: 'a page' }]
    expect(problems(statements, uses)).toEqual([
      'jobs may scheduler:ListSchedules on everything, and nothing says why it must',
    ])
    expect(problems(statements, uses, { unlimited })).toEqual([])
    expect(problems([], [], { unlimited })).toEqual([
      'scheduler:ListSchedules on everything is excused in bin/iam/exceptions.ts and is not allowed to anyone',
    ])
  })
})

describe('the exceptions', () => {
  it('each say why', () => {
    for (const { reason } of UNUSED) expect(reason.length).toBeGreaterThan(40)
    for (const { source } of UNLIMITED) expect(source).toContain('Service Authorization Reference')
  })
})
