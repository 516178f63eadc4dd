import type { z } from 'zod'
import { operation } from '../json-rpc.ts'
import { pageOf } from '../page.ts'
import { WireError } from '../wire-service.ts'
import { passesFilters } from './secret-filters.ts'
import {
  BatchGetSecretValueInput,
  GetSecretValueInput,
  ListSecretsInput,
  ListSecretVersionIdsInput,
  SecretIdInput,
} from './secret-inputs.ts'
import { CURRENT, type SecretRecord, type SecretVersion, stagedVersion } from './secret-record.ts'
import type { SecretStore } from './secret-store.ts'
import { describedSecret, listedSecret, listedVersion, seconds } from './secret-views.ts'

/** The operations of Secrets Manager that read. */
export const secretReads = (store: SecretStore) => ({
  GetSecretValue: operation(GetSecretValueInput, (input) => getSecretValue(store, input)),
  BatchGetSecretValue: operation(BatchGetSecretValueInput, (input) => batchGetSecretValue(store, input)),
  DescribeSecret: operation(SecretIdInput, ({ SecretId }) => describedSecret(store.get(SecretId))),
  ListSecrets: operation(ListSecretsInput, (input) => listSecrets(store, input)),
  ListSecretVersionIds: operation(ListSecretVersionIdsInput, (input) => listVersions(store, input)),
})

function getSecretValue(
  store: SecretStore,
  { SecretId, VersionId, VersionStage }: z.infer<typeof GetSecretValueInput>,
) {
  const secret = store.getUsable(SecretId)
  const version = chosenVersion(secret, VersionId, VersionStage)
  store.touch(secret, version.id)
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    VersionStages: version.stages.length > 0 ? version.stages : undefined,
    CreatedDate: seconds(version.createdAtMs),
    ...store.value(secret, version.id),
  }
}

function chosenVersion(secret: SecretRecord, id: string | undefined, stage: string | undefined): SecretVersion {
  const byId = id === undefined ? undefined : secret.versions.find((version) => version.id === id)
  if (id !== undefined && !byId) throw valueNotFound(`VersionId: ${id}`)
  if (byId && stage !== undefined && !byId.stages.includes(stage))
    throw new WireError(
      'InvalidRequestException',
      'You provided a VersionStage that is not associated to the provided VersionId.',
    )
  const version = byId ?? stagedVersion(secret, stage ?? CURRENT)
  if (!version) throw valueNotFound(`staging label: ${stage ?? CURRENT}`)
  return version
}

const valueNotFound = (what: string) =>
  new WireError('ResourceNotFoundException', `Secrets Manager can't find the specified secret value for ${what}`)

function batchGetSecretValue(store: SecretStore, input: z.infer<typeof BatchGetSecretValueInput>) {
  const { SecretIdList, Filters } = input
  if ((SecretIdList === undefined) === (Filters === undefined))
    throw new WireError(
      'InvalidParameterException',
      "Either 'SecretIdList' or 'Filters' must be provided, but not both.",
    )
  const ids =
    SecretIdList ?? matching(store, { Filters: Filters ?? [], IncludePlannedDeletion: false }).map(({ arn }) => arn)
  const { items, nextToken } = pageOf(ids, SecretIdList?.length ?? input.MaxResults, input.NextToken)
  const SecretValues: unknown[] = []
  const Errors: unknown[] = []
  for (const SecretId of items) {
    try {
      SecretValues.push(getSecretValue(store, { SecretId }))
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      Errors.push({ SecretId, ErrorCode: error.type, Message: error.message })
    }
  }
  return { SecretValues, Errors, NextToken: nextToken }
}

function listSecrets(store: SecretStore, input: z.infer<typeof ListSecretsInput>) {
  const direction = input.SortOrder === 'asc' ? 1 : -1
  const found = matching(store, input).sort((a, b) => direction * (a.createdAtMs - b.createdAtMs))
  const { items, nextToken } = pageOf(found, input.MaxResults, input.NextToken)
  return { SecretList: items.map(listedSecret), NextToken: nextToken }
}

type Selection = Pick<z.infer<typeof ListSecretsInput>, 'Filters' | 'IncludePlannedDeletion'>

const matching = (store: SecretStore, { Filters, IncludePlannedDeletion }: Selection): SecretRecord[] =>
  store.list().filter((secret) => (IncludePlannedDeletion || !secret.deletion) && passesFilters(secret, Filters))

function listVersions(store: SecretStore, input: z.infer<typeof ListSecretVersionIdsInput>) {
  const secret = store.get(input.SecretId)
  const listed = secret.versions.filter((version) => input.IncludeDeprecated || version.stages.length > 0)
  const { items, nextToken } = pageOf(listed, input.MaxResults, input.NextToken)
  return { ARN: secret.arn, Name: secret.name, Versions: items.map(listedVersion), NextToken: nextToken }
}
