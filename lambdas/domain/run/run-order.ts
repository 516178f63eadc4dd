import * as z from 'zod'
import { occurrenceRunId, parseRunId } from './run-id.ts'

/**
 * What the executor is told to run. Occurrences come from EventBridge Scheduler, and again from the sweeper; manual runs
 * from the API. Both are delivered at least once.
 */
export const RunOrder = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('occurrence'), tenant: z.string(), jobId: z.string(), plannedAt: z.iso.datetime() }),
  z.object({
    kind: z.literal('manual'),
    tenant: z.string(),
    jobId: z.string(),
    runId: z.string().refine((id) => parseRunId(id) !== undefined),
  }),
])
export type RunOrder = Readonly<z.infer<typeof RunOrder>>

/** The id of the run that is ordered. */
export const runIdOf = (order: RunOrder): string =>
  order.kind === 'manual' ? order.runId : occurrenceRunId(order.jobId, Date.parse(order.plannedAt))
