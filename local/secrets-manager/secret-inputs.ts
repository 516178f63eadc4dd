import { z } from 'zod'
import { WireError } from '../wire-service.ts'
import { SecretFilter } from './secret-filters.ts'
import type { SecretValue } from './secret-store.ts'

/** Largest value, in bytes, as text or as binary. */
const LARGEST_VALUE_BYTES = 65_536

const SecretId = z.string().min(1).max(2048)
const ClientRequestToken = z.string().min(32).max(64).exactOptional()
const VersionId = z.string().min(32).max(64)
const VersionStage = z.string().min(1).max(256)
const Description = z.string().max(2048).exactOptional()
const KmsKeyId = z.string().max(2048).exactOptional()
const Tags = z.array(z.object({ Key: z.string().min(1).max(128), Value: z.string().max(256) }))
const MaxResults = z.int().min(1).max(100).default(100)
const NextToken = z.string().min(1).max(4096).exactOptional()
const Value = { SecretString: z.string().exactOptional(), SecretBinary: z.base64().exactOptional() }

export const CreateSecretInput = z.object({
  Name: z.string().min(1).max(512),
  ClientRequestToken,
  Description,
  KmsKeyId,
  Tags: Tags.default([]),
  ...Value,
})
export const PutSecretValueInput = z.object({
  SecretId,
  ClientRequestToken,
  VersionStages: z.array(VersionStage).min(1).max(20).default(['AWSCURRENT']),
  ...Value,
})
export const UpdateSecretInput = z.object({ SecretId, ClientRequestToken, Description, KmsKeyId, ...Value })
export const GetSecretValueInput = z.object({
  SecretId,
  VersionId: VersionId.exactOptional(),
  VersionStage: VersionStage.exactOptional(),
})
export const BatchGetSecretValueInput = z.object({
  SecretIdList: z.array(SecretId).min(1).max(20).exactOptional(),
  Filters: z.array(SecretFilter).max(10).exactOptional(),
  MaxResults: z.int().min(1).max(20).default(20),
  NextToken,
})
export const SecretIdInput = z.object({ SecretId })
export const ListSecretsInput = z.object({
  Filters: z.array(SecretFilter).max(10).default([]),
  IncludePlannedDeletion: z.boolean().default(false),
  SortOrder: z.enum(['asc', 'desc']).default('desc'),
  MaxResults,
  NextToken,
})
export const ListSecretVersionIdsInput = z.object({
  SecretId,
  IncludeDeprecated: z.boolean().default(false),
  MaxResults,
  NextToken,
})
export const DeleteSecretInput = z.object({
  SecretId,
  RecoveryWindowInDays: z.int().exactOptional(),
  ForceDeleteWithoutRecovery: z.boolean().default(false),
})
export const TagResourceInput = z.object({ SecretId, Tags })
export const UntagResourceInput = z.object({ SecretId, TagKeys: z.array(z.string().min(1).max(128)) })
export const UpdateSecretVersionStageInput = z.object({
  SecretId,
  VersionStage,
  MoveToVersionId: VersionId.exactOptional(),
  RemoveFromVersionId: VersionId.exactOptional(),
})
export const GetRandomPasswordInput = z.object({
  PasswordLength: z.int().min(1).max(4096).default(32),
  ExcludeCharacters: z.string().max(4096).default(''),
  ExcludeNumbers: z.boolean().default(false),
  ExcludePunctuation: z.boolean().default(false),
  ExcludeUppercase: z.boolean().default(false),
  ExcludeLowercase: z.boolean().default(false),
  IncludeSpace: z.boolean().default(false),
  RequireEachIncludedType: z.boolean().default(true),
})

type ValueInput = { readonly SecretString?: string; readonly SecretBinary?: string }

/** The value in a request, if there is one. Throws for both kinds at once and for one that is empty or over 64 KiB. */
export function valueIn({ SecretString, SecretBinary }: ValueInput): SecretValue | undefined {
  if (SecretString !== undefined && SecretBinary !== undefined)
    throw new WireError(
      'InvalidParameterException',
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    )
  const value =
    SecretString !== undefined ? { SecretString } : SecretBinary !== undefined ? { SecretBinary } : undefined
  if (value) {
    const bytes = Buffer.byteLength(SecretString ?? SecretBinary ?? '', SecretString === undefined ? 'base64' : 'utf8')
    const bound =
      bytes < 1
        ? 'greater than or equal to 1'
        : bytes > LARGEST_VALUE_BYTES
          ? `less than or equal to ${LARGEST_VALUE_BYTES}`
          : undefined
    const member = SecretString === undefined ? 'secretBinary' : 'secretString'
    if (bound)
      throw new WireError(
        'ValidationException',
        `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must have length ${bound}`,
      )
  }
  return value
}

/** Throws unless the name has only the characters that Secrets Manager takes. */
export function checkName(name: string): void {
  if (/^[A-Za-z0-9/_+=.@!-]+$/.test(name)) return
  throw new WireError(
    'ValidationException',
    'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
  )
}
