import { Match, type Template } from 'aws-cdk-lib/assertions'
import { beforeAll, describe, expect, it } from 'vitest'
import { entries, functionOf, type Json, onlyResource, resourcesOf, templateOf } from './synthesized.ts'

describe('the stack', () => {
  let development: Template
  let production: Template

  beforeAll(async () => {
    development = await templateOf()
    production = await templateOf({
      stage: 'prod',
      mailSender: 'punctual@example.com',
      adminEmails: 'ada@example.com,bob@example.com',
      corsOrigins: 'https://app.example.com',
      retention: '90',
      alarmEmail: 'ops@example.com',
      executorReservedConcurrency: '50',
    })
  })

  it('is what it was (update the snapshot with vitest -u when a change is meant)', async () => {
    const template = JSON.parse(JSON.stringify(production.toJSON()))
    for (const { Properties } of Object.values<Json>(template.Resources)) delete Properties?.Code
    await expect(`${JSON.stringify(template, null, 2)}\n`).toMatchFileSnapshot('punctual-stack.template.snap')
  })

  it('tells where the API and the accounts are', () => {
    const outputs: Record<string, Json> = development.findOutputs('*')
    expect(Object.keys(outputs).toSorted()).toEqual(['ApiUrl', 'UserPoolClientId', 'UserPoolId'])
    const [scheme, api, ...rest] = outputs.ApiUrl!.Value['Fn::Join'][1]
    expect([scheme, api]).toEqual(['https://', { Ref: onlyResource(development, 'AWS::ApiGatewayV2::Api').id }])
    // Paths begin with a slash, so the URL must not end with one.
    expect(rest.at(-1)).toEqual({ Ref: 'AWS::URLSuffix' })
  })

  it('bakes in neither account nor region', () => {
    expect(JSON.stringify(development.toJSON())).not.toMatch(/\b\d{12}\b|(us|eu|ap)-[a-z]+-\d/)
  })

  describe('the table', () => {
    it('has the keys, indexes and TTL that the stores live by', () => {
      expect(onlyResource(development, 'AWS::DynamoDB::Table').Properties).toMatchObject({
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
        GlobalSecondaryIndexes: [
          {
            IndexName: 'byTenant',
            KeySchema: [
              { AttributeName: 'tenantPk', KeyType: 'HASH' },
              { AttributeName: 'tenantSk', KeyType: 'RANGE' },
            ],
            Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['status', 'durationMs', 'summary'] },
          },
          {
            IndexName: 'bySweep',
            KeySchema: [
              { AttributeName: 'sweepPk', KeyType: 'HASH' },
              { AttributeName: 'sweepSk', KeyType: 'RANGE' },
            ],
            Projection: { ProjectionType: 'KEYS_ONLY' },
          },
        ],
      })
    })

    it('can be restored to any second of the last 35 days, in every stage', () => {
      for (const template of [development, production]) {
        expect(onlyResource(template, 'AWS::DynamoDB::Table').Properties.PointInTimeRecoverySpecification).toEqual({
          PointInTimeRecoveryEnabled: true,
        })
      }
    })
  })

  describe('in production', () => {
    it.each(['AWS::DynamoDB::Table', 'AWS::Cognito::UserPool', 'AWS::Logs::LogGroup'])('keeps every %s', (type) => {
      for (const resource of Object.values(resourcesOf(production, type))) {
        expect(resource).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' })
      }
    })

    it('refuses to delete the table and the accounts', () => {
      expect(onlyResource(production, 'AWS::DynamoDB::Table').Properties.DeletionProtectionEnabled).toBe(true)
      expect(onlyResource(production, 'AWS::Cognito::UserPool').Properties.DeletionProtection).toBe('ACTIVE')
    })
  })

  it('leaves nothing behind in development', () => {
    const kept = Object.values<Json>(development.toJSON().Resources).filter((one) => one.DeletionPolicy === 'Retain')
    expect(kept).toEqual([])
    expect(onlyResource(development, 'AWS::DynamoDB::Table').Properties.DeletionProtectionEnabled).toBe(false)
  })

  describe('every function', () => {
    it('runs on arm64 and the newest Node.js, with a timeout, and logs as JSON without a line for each start', () => {
      for (const entry of entries) {
        const { Properties } = functionOf(development, entry)
        expect(Properties).toMatchObject({
          Runtime: 'nodejs24.x',
          Architectures: ['arm64'],
          LoggingConfig: { LogFormat: 'JSON', SystemLogLevel: 'WARN', ApplicationLogLevel: 'INFO' },
        })
        expect(Properties.Timeout).toBeGreaterThan(3)
      }
    })

    it('keeps its log for as long as the configuration says', () => {
      const days = (template: Template) =>
        Object.values(resourcesOf(template, 'AWS::Logs::LogGroup')).map(({ Properties }) => Properties.RetentionInDays)
      expect(new Set(days(development))).toEqual(new Set([30]))
      expect(new Set(days(production))).toEqual(new Set([90]))
      // One for each function, one for the access log.
      expect(days(production)).toHaveLength(entries.length + 1)
    })

    it('opens no private address to targets', () => {
      for (const entry of ['executor', 'jobs']) {
        expect(functionOf(production, entry).Properties.Environment.Variables.TARGET_ALLOW_CIDRS).toBe('')
      }
    })
  })

  describe('the accounts', () => {
    it('are signed in by a verified e-mail address, with a password of every kind of character', () => {
      expect(onlyResource(development, 'AWS::Cognito::UserPool').Properties).toMatchObject({
        UsernameAttributes: ['email'],
        UsernameConfiguration: { CaseSensitive: false },
        AutoVerifiedAttributes: ['email'],
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: false },
        Policies: {
          PasswordPolicy: {
            MinimumLength: 8,
            RequireLowercase: true,
            RequireUppercase: true,
            RequireNumbers: true,
            RequireSymbols: true,
          },
        },
      })
    })

    it('have short tokens, revocation, and a client that does not tell whether an account exists', () => {
      expect(onlyResource(development, 'AWS::Cognito::UserPoolClient').Properties).toMatchObject({
        ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
        AccessTokenValidity: 15,
        IdTokenValidity: 15,
        RefreshTokenValidity: 30 * 24 * 60,
        TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'minutes', RefreshToken: 'minutes' },
        EnableTokenRevocation: true,
        PreventUserExistenceErrors: 'ENABLED',
        GenerateSecret: false,
      })
    })

    it('can be admins: there is the group, and the function that knows who belongs to it', () => {
      expect(onlyResource(production, 'AWS::Cognito::UserPoolGroup').Properties.GroupName).toBe('admin')
      const admins = (template: Template) => functionOf(template, 'auth').Properties.Environment.Variables.ADMIN_EMAILS
      expect(admins(production)).toBe('ada@example.com,bob@example.com')
      expect(admins(development)).toBe('')
    })

    it('get their mail from the configured sender, else from Cognito', () => {
      production.hasResourceProperties('AWS::Cognito::UserPool', {
        EmailConfiguration: { EmailSendingAccount: 'DEVELOPER', From: Match.stringLikeRegexp('punctual@example.com') },
      })
      expect(onlyResource(development, 'AWS::Cognito::UserPool').Properties.EmailConfiguration).toBeUndefined()
    })
  })
})
