import type { SecretRecord, SecretVersion } from './secret-record.ts'

/** Instants in the JSON 1.1 protocol are seconds since the epoch. */
export const seconds = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : ms / 1000)

const tagList = (tags: SecretRecord['tags']) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))

const stagesByVersion = (versions: readonly SecretVersion[]) =>
  Object.fromEntries(versions.filter(({ stages }) => stages.length > 0).map(({ id, stages }) => [id, stages]))

const common = (secret: SecretRecord) => ({
  ARN: secret.arn,
  Name: secret.name,
  Description: secret.description,
  KmsKeyId: secret.kmsKeyId,
  LastChangedDate: seconds(secret.changedAtMs),
  LastAccessedDate: seconds(secret.accessedDayMs),
  DeletedDate: seconds(secret.deletion?.askedAtMs),
  CreatedDate: seconds(secret.createdAtMs),
  Tags: tagList(secret.tags),
})

/** A secret as DescribeSecret answers it. */
export const describedSecret = (secret: SecretRecord) => ({
  ...common(secret),
  VersionIdsToStages: stagesByVersion(secret.versions),
})

/** A secret as an entry of ListSecrets. */
export const listedSecret = (secret: SecretRecord) => ({
  ...common(secret),
  SecretVersionsToStages: stagesByVersion(secret.versions),
})

/** A version as an entry of ListSecretVersionIds. */
export const listedVersion = (version: SecretVersion) => ({
  VersionId: version.id,
  VersionStages: version.stages.length > 0 ? version.stages : undefined,
  LastAccessedDate: seconds(version.accessedDayMs),
  CreatedDate: seconds(version.createdAtMs),
})
