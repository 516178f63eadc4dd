import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { comparePermissions } from '../../../local/iam/compare-permissions.ts'
import { type PermissionUse, readUses, recordUses } from '../../../local/iam/permission-use.ts'

const TABLE = 'arn:aws:dynamodb:us-east-1:123456789012:table/Music'

const reader = (statements: readonly object[]) => ({
  logicalId: 'Reader',
  name: 'reader',
  arn: 'arn:aws:iam::123456789012:role/reader',
  trustPolicy: {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
  },
  managedPolicyArns: [],
  policyDocuments: [{ Version: '2012-10-17', Statement: statements }],
})

const allow = (Action: readonly string[], Resource: readonly string[], Condition = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  Condition,
})

const use = (action: string, resource = TABLE, more: Partial<PermissionUse> = {}): PermissionUse => ({
  role: 'Reader',
  action,
  resource,
  context: {},
  allowed: true,
  ...more,
})

describe('permissions and their use', () => {
  it('agree when everything allowed is used and nothing else', () => {
    const roles = [reader([allow(['dynamodb:GetItem', 'dynamodb:Query'], [TABLE])])]
    const uses = [use('dynamodb:GetItem'), use('dynamodb:Query')]
    expect(comparePermissions(roles, uses)).toEqual({ denied: [], unused: [], grants: 2 })
  })

  it('disagree about a use that no policy allows', () => {
    const denied = [
      use('dynamodb:PutItem'),
      use('dynamodb:GetItem', `${TABLE}2`),
      use('dynamodb:GetItem', TABLE, { role: 'Gone' }),
    ]
    const compared = comparePermissions(
      [reader([allow(['dynamodb:GetItem'], [TABLE])])],
      [use('dynamodb:GetItem'), ...denied],
    )
    expect(compared.denied).toEqual(denied)
  })

  it('disagree about every action on every resource that is never used', () => {
    const roles = [reader([allow(['dynamodb:GetItem', 'dynamodb:Query'], [TABLE, `${TABLE}/index/*`])])]
    const { unused, grants } = comparePermissions(roles, [
      use('dynamodb:GetItem'),
      use('dynamodb:Query', `${TABLE}/index/a`),
    ])
    expect(grants).toBe(4)
    expect(unused).toEqual([
      { role: 'Reader', action: 'dynamodb:GetItem', resource: `${TABLE}/index/*` },
      { role: 'Reader', action: 'dynamodb:Query', resource: TABLE },
    ])
  })

  it('disagree about a permission whose condition never held', () => {
    const condition = { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['SERVICE'] } }
    const roles = [
      reader([allow(['dynamodb:PutItem'], [TABLE], condition), allow(['dynamodb:PutItem'], [`${TABLE}*`])]),
    ]
    const { denied, unused } = comparePermissions(roles, [
      use('dynamodb:PutItem', TABLE, { context: { 'dynamodb:leadingkeys': ['T#1'] } }),
    ])
    expect(denied).toEqual([])
    expect(unused).toEqual([{ role: 'Reader', action: 'dynamodb:PutItem', resource: TABLE }])
  })

  it('cannot be compared when everything but something is allowed', () => {
    const open = { Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }
    expect(() => comparePermissions([reader([open])], [])).toThrow('NotAction')
  })
})

describe('a record of uses', () => {
  it('has each use once, whatever ids it is about and however many processes write it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'uses-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'uses.jsonl')
    const [first, second] = [recordUses(file), recordUses(file)]
    const secret = (tenant: string, id: string) =>
      use('secretsmanager:GetSecretValue', `arn:aws:secretsmanager:r:a:secret:/p/${tenant}/${id}-??????`, {
        context: { 'dynamodb:leadingkeys': [`T#${tenant}`] },
      })
    first(secret('0b8d2a4e-3f1c-4d5e-8a9b-1c2d3e4f5a6b', '01ARZ3NDEKTSV4RRFFQ69G5FAV'))
    first(secret('1b8d2a4e-3f1c-4d5e-8a9b-1c2d3e4f5a6b', '01BX5ZZKBKACTAV9WEVGEMMVRZ'))
    second(secret('2b8d2a4e-3f1c-4d5e-8a9b-1c2d3e4f5a6b', '01BX5ZZKBKACTAV9WEVGEMMVS0'))
    second(use('dynamodb:PutItem', TABLE, { allowed: false }))
    expect(readUses(file)).toEqual([
      use('secretsmanager:GetSecretValue', 'arn:aws:secretsmanager:r:a:secret:/p/*/*-??????', {
        context: { 'dynamodb:leadingkeys': ['T#*'] },
      }),
      use('dynamodb:PutItem', TABLE, { allowed: false }),
    ])
  })
})
