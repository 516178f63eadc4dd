import { z } from 'zod'
import type { PasswordPolicy, UserPoolClientDefinition, UserPoolDefinition } from '../cognito/user-pools.ts'
import { booleanProperty, numberProperty } from './properties.ts'
import type { ResolvedTemplate } from './resolved-template.ts'

const words = z.array(z.string()).default([])

const PoolProperties = z.object({
  UserPoolName: z.string().optional(),
  AutoVerifiedAttributes: words,
  UsernameConfiguration: z.object({ CaseSensitive: booleanProperty.default(true) }).default({ CaseSensitive: false }),
  Policies: z
    .object({
      PasswordPolicy: z
        .object({
          MinimumLength: numberProperty.default(8),
          RequireLowercase: booleanProperty.default(false),
          RequireUppercase: booleanProperty.default(false),
          RequireNumbers: booleanProperty.default(false),
          RequireSymbols: booleanProperty.default(false),
        })
        .optional(),
    })
    .default({}),
})

const unit = z.enum(['seconds', 'minutes', 'hours', 'days'])

const ClientProperties = z.object({
  UserPoolId: z.string(),
  ExplicitAuthFlows: words,
  AccessTokenValidity: numberProperty.optional(),
  IdTokenValidity: numberProperty.optional(),
  RefreshTokenValidity: numberProperty.optional(),
  TokenValidityUnits: z
    .object({ AccessToken: unit.default('hours'), IdToken: unit.default('hours'), RefreshToken: unit.default('days') })
    .default({ AccessToken: 'hours', IdToken: 'hours', RefreshToken: 'days' }),
  PreventUserExistenceErrors: z.string().default('LEGACY'),
  EnableTokenRevocation: booleanProperty.default(true),
})

const GroupProperties = z.object({ UserPoolId: z.string() })

const MINUTES = { seconds: 1 / 60, minutes: 1, hours: 60, days: 24 * 60 } as const

/** What Cognito asks of passwords when a pool says nothing. */
const DEFAULT_PASSWORD_POLICY: PasswordPolicy = {
  minimumLength: 8,
  requireLowercase: true,
  requireUppercase: true,
  requireNumbers: true,
  requireSymbols: true,
}

export function readUserPools(template: ResolvedTemplate): readonly UserPoolDefinition[] {
  const clients = readClients(template)
  const groups = template.read(['AWS::Cognito::UserPoolGroup'], GroupProperties)
  return template.read(['AWS::Cognito::UserPool'], PoolProperties).map(({ name: id, properties }) => ({
    id,
    ...(properties.UserPoolName === undefined ? {} : { name: properties.UserPoolName }),
    passwordPolicy: readPasswordPolicy(properties.Policies.PasswordPolicy),
    autoVerified: properties.AutoVerifiedAttributes,
    caseSensitive: properties.UsernameConfiguration.CaseSensitive,
    clients: clients.filter(({ poolId }) => poolId === id).map(({ client }) => client),
    groups: groups.filter(({ properties }) => properties.UserPoolId === id).map(({ name }) => name),
  }))
}

function readClients(
  template: ResolvedTemplate,
): readonly { readonly poolId: string; readonly client: UserPoolClientDefinition }[] {
  return template.read(['AWS::Cognito::UserPoolClient'], ClientProperties).map(({ name: id, properties }) => {
    const { AccessToken, IdToken, RefreshToken } = properties.TokenValidityUnits
    const client = {
      id,
      authFlows: properties.ExplicitAuthFlows,
      accessTokenMinutes: (properties.AccessTokenValidity ?? 60 / MINUTES[AccessToken]) * MINUTES[AccessToken],
      idTokenMinutes: (properties.IdTokenValidity ?? 60 / MINUTES[IdToken]) * MINUTES[IdToken],
      refreshTokenDays: properties.RefreshTokenValidity
        ? (properties.RefreshTokenValidity * MINUTES[RefreshToken]) / MINUTES.days
        : 30,
      preventUserExistenceErrors: properties.PreventUserExistenceErrors === 'ENABLED',
      revocation: properties.EnableTokenRevocation,
    }
    return { poolId: properties.UserPoolId, client }
  })
}

function readPasswordPolicy(policy: z.infer<typeof PoolProperties>['Policies']['PasswordPolicy']): PasswordPolicy {
  if (!policy) return DEFAULT_PASSWORD_POLICY
  return {
    minimumLength: policy.MinimumLength,
    requireLowercase: policy.RequireLowercase,
    requireUppercase: policy.RequireUppercase,
    requireNumbers: policy.RequireNumbers,
    requireSymbols: policy.RequireSymbols,
  }
}
