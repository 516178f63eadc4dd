import { expect, it } from 'vitest'
import { checkHealth, type HealthProbes } from '../../lambdas/use-cases/check-health.ts'

const error = new Error('down')
let now = 0
const clock = () => now
const after = (ms: number) => async () => {
  now += ms
}
const ill = () => Promise.reject(error)

it.each<[string, HealthProbes, Awaited<ReturnType<typeof checkHealth>>]>([
  ['nothing', {}, { status: 'ok', checks: {}, errors: {} }],
  ['what is well', { a: after(2000) }, { status: 'ok', checks: { a: 'ok' }, errors: {} }],
  ['what is slow', { a: after(2001) }, { status: 'ok', checks: { a: 'slow' }, errors: {} }],
  [
    'what is ill',
    { a: ill, b: after(0) },
    { status: 'degraded', checks: { a: 'failed', b: 'ok' }, errors: { a: error } },
  ],
])('finds %s', async (_what, probes, health) => {
  expect(await checkHealth({ probes, clock })).toEqual(health)
})
