import type { Unauthored } from '../domain/audit/author.ts'
import type { JobReference, Secret } from '../domain/secret/secret.ts'
import { SecretName } from '../domain/secret/secret.ts'
import { noContent, ok } from '../http/answer.ts'
import { type ApiFunctionDeps, apiFunction } from '../http/api-function.ts'
import { secretsContracts } from '../http/contracts/secrets.ts'
import { decodeCursor, encodeCursor } from '../http/cursor.ts'
import { userEndpoint } from '../http/endpoint.ts'
import type { SigningKey } from '../ports/signing-key.ts'
import { deleteSecret } from '../use-cases/delete-secret.ts'
import { type GenerateSecretDeps, generateSecret } from '../use-cases/generate-secret.ts'
import { listSecrets } from '../use-cases/list-secrets.ts'
import { putSecret } from '../use-cases/put-secret.ts'

export type SecretsDeps = ApiFunctionDeps & Unauthored<GenerateSecretDeps> & { readonly signingKey: SigningKey }

const toBody = (secret: Secret, usedBy: readonly JobReference[]) => ({
  name: secret.name,
  description: secret.description,
  version: secret.versions,
  createdAt: secret.createdAt,
  updatedAt: secret.updatedAt,
  usedBy,
})

async function list(
  deps: SecretsDeps,
  tenant: string,
  query: { readonly limit: number; readonly cursor?: string | undefined },
) {
  const key = await deps.signingKey.read()
  const scope = { tenant, route: 'listSecrets' }
  const after = query.cursor === undefined ? undefined : decodeCursor(scope, query.cursor, SecretName, key)
  const { items, next } = await listSecrets(deps, tenant, { after, limit: query.limit })
  return {
    items: items.map(({ secret, usedBy }) => toBody(secret, usedBy)),
    nextCursor: next === undefined ? null : encodeCursor(scope, next, key),
  }
}

/** Serves `/api/secrets`: saves values and tells everything about them but the values. */
export const secretsFunction = (deps: SecretsDeps) =>
  apiFunction(
    'secrets',
    {
      listSecrets: userEndpoint(secretsContracts.listSecrets, async ({ query }, { tenant }) =>
        ok(await list(deps, tenant, query)),
      ),
      putSecret: userEndpoint(secretsContracts.putSecret, async ({ params, body, author }, { tenant }) => {
        const { secret, created, usedBy } = await putSecret({ ...deps, author }, tenant, { ...params, ...body })
        return { status: created ? 201 : 200, body: toBody(secret, usedBy) }
      }),
      deleteSecret: userEndpoint(secretsContracts.deleteSecret, async ({ params, query, author }, { tenant }) => {
        await deleteSecret({ ...deps, author }, tenant, params.name, query.force)
        return noContent
      }),
      generateSecret: userEndpoint(secretsContracts.generateSecret, async ({ params, body, author }, { tenant }) => {
        const { secret, usedBy, value } = await generateSecret({ ...deps, author }, tenant, { ...params, ...body })
        return { status: 201, body: { ...toBody(secret, usedBy), value } }
      }),
    },
    deps,
  )
