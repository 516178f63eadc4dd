import * as z from 'zod'
import { KeyName, Scope, Scopes } from '../../domain/account/api-key.ts'
import { bare, type ContractsOf } from '../contract.ts'
import { listQuery, pageOf } from '../cursor.ts'

const key = {
  id: z.string(),
  name: z.string(),
  scopes: z.array(Scope),
  prefix: z.string().meta({ description: 'How the key begins.', examples: ['pk_3q2Xs7'] }),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().nullable(),
  lastUsedAt: z.iso.datetime().nullable().meta({ description: 'To the hour; `null` before the first use.' }),
}

const ApiKey = z.strictObject(key).meta({ id: 'ApiKey' })
const ShownKey = z.strictObject({
  ...key,
  key: z.string().meta({ description: 'Shown here and never again: `Authorization: Bearer pk_…`.' }),
})

/** An id of any form: what is none is unknown. */
const KeyId = z.string().min(1).max(64).meta({ description: "The key's id, which is not the key." })

export const keysContracts = {
  createKey: {
    ...bare,
    summary: 'Make an API key',
    description:
      'A credential for machines. `read` lets it read, `write` change jobs and secrets, `run` run jobs now; no key can manage accounts or keys.',
    body: z.strictObject({
      name: KeyName,
      scopes: Scopes.meta({ examples: [['read', 'run']] }),
      expiresAt: z.iso
        .datetime({ error: 'must be an instant in UTC such as 2027-01-31T08:00:00Z' })
        .nullable()
        .default(null)
        .meta({ description: 'From when the key opens nothing any more; `null` for never.' }),
    }),
    idempotency: 'SEALED',
    answers: { 201: { description: 'What is known of the key and, this once, the key.', schema: ShownKey } },
  },
  listKeys: {
    ...bare,
    summary: 'List API keys',
    description: 'Oldest first; never a key itself. Expired keys are listed for another 30 days.',
    query: z.strictObject(listQuery),
    answers: { 200: { description: 'One page of keys.', schema: pageOf(ApiKey) } },
  },
  revokeKey: {
    ...bare,
    summary: 'Revoke an API key',
    description: 'It opens nothing any more within a minute.',
    params: z.strictObject({ keyId: KeyId }),
    answers: { 204: { description: 'The key is gone.' } },
  },
} as const satisfies ContractsOf<'keys'>
