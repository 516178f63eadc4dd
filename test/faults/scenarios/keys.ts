import { KEY_BYTES, prefixOf, writeKey } from '../../../lambdas/domain/account/api-key.ts'
import type { Operation } from '../../../lambdas/http/routes.ts'
import type { Call } from '../../support/call-api.ts'
import { TENANT } from '../../support/world.ts'
import { callOperation } from '../real-api.ts'
import type { RealGround } from '../real-ground.ts'
import type { Simulation } from '../simulation.ts'
import { calling, unless } from './calling.ts'
import type { Scenario } from './scenario.ts'
import { newUser } from './users.ts'

/** Makes a key that can do everything, of a user of its own. @returns its text. */
async function newKey(simulation: Simulation, ground: RealGround): Promise<string> {
  const { email: username } = await newUser(ground)
  const text = writeKey(crypto.getRandomValues(new Uint8Array(KEY_BYTES)))
  const made = {
    id: `key-${prefixOf(text)}`,
    tenant: TENANT,
    username,
    name: 'a key',
    scopes: ['read', 'write', 'run'],
    prefix: prefixOf(text),
    createdAt: new Date(simulation.now).toISOString(),
    expiresAt: null,
    lastUsedAt: null,
  } as const
  await ground.apiServices().keys.add(made, text)
  return text
}

/** A call by API key, whose function finds out whose it is. */
export const byKey = (
  operation: Operation,
  call: Omit<Call, 'route'>,
  answers: readonly [number, ...number[]],
): Scenario =>
  calling(operation, { when: 'by API key', prepare: newKey, call: (token) => ({ ...call, token }), answers })

const listed = async (simulation: Simulation, ground: RealGround): Promise<readonly { id: string }[]> =>
  (await callOperation(simulation, ground, 'listKeys', {}))?.body.items ?? []

/** What the function of API keys does. */
export const keys: readonly Scenario[] = [
  calling('createKey', {
    call: () => ({ body: { name: 'deploy', scopes: ['read'] } }),
    answers: [201],
    async judge({ simulation, ground, last }) {
      const items = await listed(simulation, ground)
      return unless({ 'the key is listed': items.some(({ id }) => id === last.body.id) })
    },
  }),
  calling('listKeys', { prepare: newKey, call: () => ({}), answers: [200] }),
  calling('revokeKey', {
    prepare: newKey,
    call: (text) => ({ params: { keyId: `key-${prefixOf(text)}` } }),
    answers: [204],
    again: [204, 404],
    async judge({ simulation, ground, subject }) {
      const services = ground.apiServices()
      return unless({
        'the key opens nothing': (await services.keys.find(subject)) === undefined,
        'the key is not listed': (await listed(simulation, ground)).length === 0,
      })
    },
  }),
  // Keys are no credentials here; whose they are is found out all the same.
  byKey('listKeys', {}, [403]),
]
