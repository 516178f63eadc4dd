import { expect, it } from 'vitest'
import { checkHealth } from '../../lambdas/use-cases/check-health.ts'

const error = new Error('down')
const well = async () => {}
const ill = () => Promise.reject(error)

it.each([
  [{}, { status: 'ok', checks: {}, errors: {} }],
  [
    { a: well, b: well },
    { status: 'ok', checks: { a: 'ok', b: 'ok' }, errors: {} },
  ],
  [
    { a: well, b: ill },
    { status: 'degraded', checks: { a: 'ok', b: 'failed' }, errors: { b: error } },
  ],
])('checkHealth asks every part (case %#)', async (probes, health) => {
  expect(await checkHealth(probes)).toEqual(health)
})
