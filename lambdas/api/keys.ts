import * as z from 'zod'
import type { ApiKey } from '../domain/account/api-key.ts'
import type { Unauthored } from '../domain/audit/author.ts'
import { noContent, ok } from '../http/answer.ts'
import { type ApiFunctionDeps, apiFunction } from '../http/api-function.ts'
import { keysContracts } from '../http/contracts/keys.ts'
import { decodeCursor, encodeCursor } from '../http/cursor.ts'
import { accountEndpoint } from '../http/endpoint.ts'
import type { SigningKey } from '../ports/signing-key.ts'
import { type CreateKeyDeps, createKey } from '../use-cases/create-key.ts'
import { listKeys } from '../use-cases/list-keys.ts'
import { revokeKey } from '../use-cases/revoke-key.ts'

export type KeysDeps = ApiFunctionDeps & Unauthored<CreateKeyDeps> & { readonly signingKey: SigningKey }

const toBody = ({ tenant: _tenant, username: _username, ...shown }: ApiKey) => shown

async function list(
  deps: KeysDeps,
  tenant: string,
  query: { readonly limit: number; readonly cursor?: string | undefined },
) {
  const key = await deps.signingKey.read()
  const scope = { tenant, route: 'listKeys' }
  const after = query.cursor === undefined ? undefined : decodeCursor(scope, query.cursor, z.string(), key)
  const { items, next } = await listKeys(deps, tenant, { after, limit: query.limit })
  return { items: items.map(toBody), nextCursor: next === undefined ? null : encodeCursor(scope, next, key) }
}

/** Serves `/api/keys`: the credentials of machines. */
export const keysFunction = (deps: KeysDeps) =>
  apiFunction(
    'keys',
    {
      createKey: accountEndpoint(keysContracts.createKey, async ({ body, author, claimed }, caller) => {
        const { key, text } = await createKey({ ...deps, author }, caller, body, claimed)
        return { status: 201, body: { ...toBody(key), key: text } }
      }),
      listKeys: accountEndpoint(keysContracts.listKeys, async ({ query }, { tenant }) =>
        ok(await list(deps, tenant, query)),
      ),
      revokeKey: accountEndpoint(keysContracts.revokeKey, async ({ params, author }, { tenant }) => {
        await revokeKey({ ...deps, author }, tenant, params.keyId)
        return noContent
      }),
    },
    deps,
  )
