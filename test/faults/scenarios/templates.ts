import { callOperation } from '../real-api.ts'
import type { RealGround } from '../real-ground.ts'
import { type Simulation, whatIsWrong } from '../simulation.ts'
import { calling, unless } from './calling.ts'
import type { Scenario } from './scenario.ts'

const params = { templateId: 'mine' }
const fields = {
  name: 'Mine',
  variables: [
    { type: 'text', name: 'name' },
    { type: 'secret', name: 'token' },
  ],
  secrets: [{ name: 'TOKEN', variable: 'token' }],
  jobs: [
    {
      name: 'Job of {{variables.name}}',
      cronExpression: '7 3 * * *',
      targetUrl: 'https://example.com/',
      auth: { type: 'bearer', token: '{{secrets.TOKEN}}' },
    },
  ],
}
const body = { id: params.templateId, ...fields }
const form = { variables: { name: 'Ada', token: 'correct horse' } }

const made: Scenario['prepare'] = async (simulation, ground) => {
  await callOperation(simulation, ground, 'createTemplate', { body })
  return ''
}

const stored = async (simulation: Simulation, ground: RealGround) =>
  (await callOperation(simulation, ground, 'readTemplate', { params }))?.body

/** What the function of jobs does with templates. */
export const templates: readonly Scenario[] = [
  calling('createTemplate', {
    call: () => ({ body }),
    answers: [201],
    judge: async ({ simulation, ground }) =>
      unless({ 'it is there': (await stored(simulation, ground))?.name === fields.name }),
  }),
  calling('replaceTemplate', {
    prepare: made,
    call: () => ({ params, body: { ...fields, name: 'Changed' } }),
    answers: [200],
    judge: async ({ simulation, ground }) =>
      unless({ 'it is changed': (await stored(simulation, ground))?.name === 'Changed' }),
  }),
  calling('deleteTemplate', {
    prepare: made,
    call: () => ({ params }),
    answers: [204],
    again: [204, 404],
    judge: async ({ simulation, ground }) =>
      unless({ 'it is gone': (await stored(simulation, ground))?.status === 404 }),
  }),
  calling('applyTemplate', {
    prepare: made,
    call: () => ({ params, body: form }),
    answers: [200],
    async judge({ simulation, ground, last }) {
      const again = await callOperation(simulation, ground, 'applyTemplate', { params, body: form })
      const { unchanged, create, change, refused } = again?.body.summary ?? {}
      return [
        ...unless({
          'nothing is left to do': unchanged === 1 && create + change + refused === 0,
          'the secret is there': last.body.secrets[0]?.name === 'TOKEN',
        }),
        ...(await whatIsWrong(simulation)),
      ]
    },
  }),
  calling('listTemplates', { prepare: made, call: () => ({}), answers: [200] }),
  calling('readTemplate', { prepare: made, call: () => ({ params }), answers: [200] }),
]
