import { anyJob, calling, unless } from './calling.ts'
import { byKey } from './keys.ts'
import type { Scenario } from './scenario.ts'

/** What the function of schedules does: it calculates. */
export const schedules: readonly Scenario[] = [
  calling('previewSchedule', { call: () => ({ body: { cronExpression: '*/5 * * * *' } }), answers: [200] }),
  byKey('previewSchedule', { body: { cronExpression: '*/5 * * * *' } }, [200]),
]

/** What the function that tells of the service does. */
export const service: readonly Scenario[] = [calling('readHealth', { call: () => ({}), answers: [200] })]

/** What the function of the audit does. */
export const audit: readonly Scenario[] = [
  calling('listAudit', {
    prepare: anyJob,
    call: () => ({}),
    answers: [200],
    judge: async ({ last }) => unless({ 'the job has its entry': last.body.items[0]?.action === 'job.created' }),
  }),
  byKey('listAudit', {}, [200]),
]
