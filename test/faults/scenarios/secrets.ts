import { isDeepStrictEqual } from 'node:util'
import { discardLooseValues } from '../../../lambdas/use-cases/discard-value.ts'
import { TENANT } from '../../support/world.ts'
import { callOperation } from '../real-api.ts'
import type { RealGround } from '../real-ground.ts'
import type { Simulation } from '../simulation.ts'
import { calling, unless } from './calling.ts'
import { byKey } from './keys.ts'
import { MINUTE_MS, type Scenario } from './scenario.ts'

const NAME = 'API_TOKEN'
const OLD = 'correct horse'
const NEW = 'battery staple'

const put = (simulation: Simulation, ground: RealGround, value: string) =>
  callOperation(simulation, ground, 'putSecret', { params: { name: NAME }, body: { value } })

/** And a job that uses it. */
const used: Scenario['prepare'] = async (simulation, ground) => {
  await put(simulation, ground, OLD)
  await simulation.create({ cronExpression: '7 3 * * *', headers: { 'x-key': `{{secrets.${NAME}}}` } })
  return NAME
}

const saved: Scenario['prepare'] = async (simulation, ground) => {
  await put(simulation, ground, OLD)
  return NAME
}

/** As a run would find it. */
const storedValue = async (ground: RealGround): Promise<string | undefined> =>
  (await ground.services?.().secrets?.resolve(TENANT, [NAME]))?.values.get(NAME)

/** Once the sweeper has been there, Secrets Manager has the value of the one secret that there is, and nothing else. */
async function looseValues(simulation: Simulation, ground: RealGround): Promise<readonly string[]> {
  await simulation.advance(17 * MINUTE_MS)
  await simulation.asApi(undefined, (deps) => discardLooseValues(deps))
  const secret = await ground.services?.().catalog?.read(TENANT, NAME)
  const meant = secret ? [`/punctual/test/${TENANT}/${secret.secretId}`] : []
  const values = await ground.values()
  return unless({ 'every value has a name': isDeepStrictEqual(values, meant) })
}

/** What the function of secrets does. */
export const secrets: readonly Scenario[] = [
  ...([undefined, saved] as const).map((prepare) =>
    calling('putSecret', {
      when: prepare ? 'that is there' : 'that is new',
      ...(prepare ? { prepare } : {}),
      call: () => ({ params: { name: NAME }, body: { value: NEW } }),
      answers: prepare ? [200] : [201],
      again: [200, 201],
      judge: async ({ simulation, ground }) => [
        ...unless({ 'runs get the new value': (await storedValue(ground)) === NEW }),
        ...(await looseValues(simulation, ground)),
      ],
    }),
  ),
  calling('generateSecret', {
    call: () => ({ params: { name: NAME }, body: {} }),
    answers: [201],
    judge: async ({ ground, last }) =>
      unless({ 'runs get the value that was shown': (await storedValue(ground)) === last.body.value }),
  }),
  calling('listSecrets', { prepare: used, call: () => ({}), answers: [200] }),
  calling('deleteSecret', {
    when: 'that a job uses',
    prepare: used,
    call: () => ({ params: { name: NAME } }),
    answers: [409],
    judge: async ({ ground }) => unless({ 'runs get its value': (await storedValue(ground)) === OLD }),
  }),
  calling('deleteSecret', {
    prepare: saved,
    call: () => ({ params: { name: NAME } }),
    answers: [204],
    again: [204, 404],
    async judge({ simulation, ground }) {
      const isGone = (await storedValue(ground)) === undefined
      const again = await put(simulation, ground, NEW)
      const isFree = again?.status === 201 && (await storedValue(ground)) === NEW
      return [
        ...unless({ 'runs get nothing': isGone, 'its name is free again': isFree }),
        ...(await looseValues(simulation, ground)),
      ]
    },
  }),
  byKey('listSecrets', {}, [200]),
]
