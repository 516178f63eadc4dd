import * as z from 'zod/mini'
import { occurrenceRunId, parseRunId } from './run-id.ts'

const job = { tenant: z.string(), jobId: z.string() }
const RunId = z.string().check(z.refine((id) => parseRunId(id) !== undefined))

/**
 * What the executor is told to run. Occurrences come from EventBridge Scheduler, and again from the sweeper; manual runs
 * from the API; resumptions of parked runs from one-off schedules; what is still to be told of a run, from the sweeper.
 * All are delivered at least once.
 */
export const RunOrder = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('occurrence'), ...job, plannedAt: z.iso.datetime() }),
  z.object({ kind: z.literal('manual'), ...job, runId: RunId }),
  z.object({ kind: z.literal('resume'), ...job, runId: RunId, attempt: z.int() }),
  z.object({ kind: z.literal('notify'), ...job, runId: RunId }),
])
export type RunOrder = Readonly<z.infer<typeof RunOrder>>

/** The id of the run that is ordered. */
export const runIdOf = (order: RunOrder): string =>
  order.kind === 'occurrence' ? occurrenceRunId(order.jobId, Date.parse(order.plannedAt)) : order.runId
