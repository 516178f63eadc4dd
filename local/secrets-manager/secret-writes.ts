import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import { operation } from '../json-rpc.ts'
import { WireError } from '../wire-service.ts'
import {
  CreateSecretInput,
  checkName,
  DeleteSecretInput,
  PutSecretValueInput,
  SecretIdInput,
  TagResourceInput,
  UntagResourceInput,
  UpdateSecretInput,
  UpdateSecretVersionStageInput,
  valueIn,
} from './secret-inputs.ts'
import { CURRENT, moveStages, removeStage, type SecretRecord, stagedVersion } from './secret-record.ts'
import type { SecretStore, SecretValue } from './secret-store.ts'
import { seconds } from './secret-views.ts'

const DAY_MS = 86_400_000

/** Tags on one secret (Secrets Manager quotas). */
const MOST_TAGS = 50

/** The operations of Secrets Manager that change something. */
export const secretWrites = (store: SecretStore) => ({
  CreateSecret: operation(CreateSecretInput, (input) => createSecret(store, input)),
  PutSecretValue: operation(PutSecretValueInput, (input) => putSecretValue(store, input)),
  UpdateSecret: operation(UpdateSecretInput, (input) => updateSecret(store, input)),
  DeleteSecret: operation(DeleteSecretInput, (input) => deleteSecret(store, input)),
  RestoreSecret: operation(SecretIdInput, (input) => restoreSecret(store, input)),
  TagResource: operation(TagResourceInput, (input) => tagResource(store, input)),
  UntagResource: operation(UntagResourceInput, (input) => untagResource(store, input)),
  UpdateSecretVersionStage: operation(UpdateSecretVersionStageInput, (input) => updateVersionStage(store, input)),
})

const named = (secret: SecretRecord) => ({ ARN: secret.arn, Name: secret.name })

function createSecret(store: SecretStore, input: z.infer<typeof CreateSecretInput>) {
  checkName(input.Name)
  const value = valueIn(input)
  const token = input.ClientRequestToken ?? randomUUID()
  const existing = store.find(input.Name)
  if (existing) return createdBefore(store, existing, token, value)
  const now = store.now()
  const secret: SecretRecord = {
    arn: store.newArn(input.Name),
    name: input.Name,
    ...(input.Description === undefined ? {} : { description: input.Description }),
    ...(input.KmsKeyId === undefined ? {} : { kmsKeyId: input.KmsKeyId }),
    tags: withTags({}, input.Tags),
    createdAtMs: now,
    changedAtMs: now,
    versions: [],
  }
  if (!value) {
    store.save(secret)
    return named(secret)
  }
  return { ...named(store.addVersion(secret, token, value, [CURRENT])), VersionId: token }
}

/** A repeated CreateSecret with the same token and value succeeds again; any other is refused. */
function createdBefore(store: SecretStore, secret: SecretRecord, token: string, value: SecretValue | undefined) {
  if (secret.deletion)
    throw new WireError(
      'InvalidRequestException',
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    )
  if (value && secret.versions.some((version) => version.id === token))
    return { ...named(store.addVersion(secret, token, value, [CURRENT])), VersionId: token }
  throw new WireError(
    'ResourceExistsException',
    `The operation failed because the secret ${secret.name} already exists.`,
  )
}

function putSecretValue(store: SecretStore, input: z.infer<typeof PutSecretValueInput>) {
  const value = valueIn(input)
  if (!value) throw new WireError('InvalidRequestException', 'You must provide either SecretString or SecretBinary.')
  const token = input.ClientRequestToken ?? randomUUID()
  const secret = store.addVersion(store.getUsable(input.SecretId), token, value, input.VersionStages)
  const stages = secret.versions.find((version) => version.id === token)?.stages
  return { ...named(secret), VersionId: token, VersionStages: stages }
}

function updateSecret(store: SecretStore, input: z.infer<typeof UpdateSecretInput>) {
  const value = valueIn(input)
  const secret = store.getUsable(input.SecretId)
  const changed: SecretRecord = {
    ...secret,
    ...(input.Description === undefined ? {} : { description: input.Description }),
    ...(input.KmsKeyId === undefined ? {} : { kmsKeyId: input.KmsKeyId }),
    changedAtMs: store.now(),
  }
  if (!value) {
    store.save(changed)
    return named(changed)
  }
  const token = input.ClientRequestToken ?? randomUUID()
  const known = secret.versions.some((version) => version.id === token)
  const updated = store.addVersion(changed, token, value, [CURRENT])
  if (known) store.save(updated)
  return { ...named(updated), VersionId: token }
}

function deleteSecret(store: SecretStore, input: z.infer<typeof DeleteSecretInput>) {
  const { SecretId, RecoveryWindowInDays: days = 30, ForceDeleteWithoutRecovery: force } = input
  if (force && input.RecoveryWindowInDays !== undefined)
    throw invalid("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.")
  if (days < 7 || days > 30) throw invalid('The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).')
  const now = store.now()
  if (force) {
    const secret = store.find(SecretId)
    if (secret) store.remove(secret)
    const gone = secret
      ? named(secret)
      : { ARN: SecretId.startsWith('arn:') ? SecretId : store.newArn(SecretId), Name: SecretId }
    return { ...gone, DeletionDate: seconds(now) }
  }
  const secret = store.get(SecretId)
  if (secret.deletion)
    throw new WireError(
      'InvalidRequestException',
      "You can't perform this operation on the secret because it was already scheduled for deletion.",
    )
  const dueAtMs = now + days * DAY_MS
  store.save({ ...secret, deletion: { askedAtMs: now, dueAtMs } })
  return { ...named(secret), DeletionDate: seconds(dueAtMs) }
}

function restoreSecret(store: SecretStore, { SecretId }: z.infer<typeof SecretIdInput>) {
  const { deletion: _, ...secret } = store.get(SecretId)
  store.save(secret)
  return named(secret)
}

function tagResource(store: SecretStore, { SecretId, Tags }: z.infer<typeof TagResourceInput>): void {
  const secret = store.getUsable(SecretId)
  store.save({ ...secret, tags: withTags(secret.tags, Tags), changedAtMs: store.now() })
}

function withTags(tags: SecretRecord['tags'], added: z.infer<typeof TagResourceInput>['Tags']): SecretRecord['tags'] {
  const all = { ...tags, ...Object.fromEntries(added.map(({ Key, Value }) => [Key, Value])) }
  if (Object.keys(all).length > MOST_TAGS)
    throw invalid(`The number of tags on a secret must be less than or equal to ${MOST_TAGS}.`)
  return all
}

function untagResource(store: SecretStore, { SecretId, TagKeys }: z.infer<typeof UntagResourceInput>): void {
  const secret = store.getUsable(SecretId)
  const tags = Object.fromEntries(Object.entries(secret.tags).filter(([name]) => !TagKeys.includes(name)))
  store.save({ ...secret, tags, changedAtMs: store.now() })
}

function updateVersionStage(store: SecretStore, input: z.infer<typeof UpdateSecretVersionStageInput>) {
  const { VersionStage: stage, MoveToVersionId: to, RemoveFromVersionId: from } = input
  const secret = store.getUsable(input.SecretId)
  for (const id of [to, from])
    if (id !== undefined && !secret.versions.some((version) => version.id === id))
      throw new WireError(
        'ResourceNotFoundException',
        `Secrets Manager can't find the specified secret value for VersionId: ${id}`,
      )
  const holder = stagedVersion(secret, stage)
  if (to === undefined && stage === CURRENT)
    throw invalid(
      "You can only move staging label AWSCURRENT to a different secret version. It can't be completely removed.",
    )
  if (holder && holder.id !== to && from === undefined)
    throw invalid(
      `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ${holder.id}, so you must explicitly reference that version in RemoveFromVersionId.`,
    )
  if (from !== undefined && holder?.id !== from)
    throw invalid(
      `You can't remove staging label ${stage} from version ${from} because it is not attached to that version.`,
    )
  const versions =
    to === undefined ? removeStage(secret.versions, stage, from ?? '') : moveStages(secret.versions, [stage], to)
  store.save({ ...secret, versions, changedAtMs: store.now() })
  return named(secret)
}

const invalid = (message: string) => new WireError('InvalidParameterException', message)
