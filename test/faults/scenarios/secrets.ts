import { TENANT } from '../../support/world.ts'
import { callOperation } from '../real-api.ts'
import type { RealGround } from '../real-ground.ts'
import type { Simulation } from '../simulation.ts'
import { calling, unless } from './calling.ts'
import { byKey } from './keys.ts'
import type { Scenario } from './scenario.ts'

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

/** What the function of secrets does. */
export const secrets: readonly Scenario[] = [
  ...([undefined, saved] as const).map((prepare) =>
    calling('putSecret', {
      when: prepare ? 'that is there' : 'that is new',
      ...(prepare ? { prepare } : {}),
      call: () => ({ params: { name: NAME }, body: { value: NEW } }),
      answers: prepare ? [200] : [201],
      again: [200, 201],
      judge: async ({ ground }) => unless({ 'runs get the new value': (await storedValue(ground)) === NEW }),
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
      return unless({
        'runs get nothing': isGone,
        'its name is free again': again?.status === 201 && (await storedValue(ground)) === NEW,
      })
    },
  }),
  byKey('listSecrets', {}, [200]),
]
