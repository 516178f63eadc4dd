import * as z from 'zod'
import { RunStatus } from '../../domain/run/run.ts'
import { RunView } from '../../domain/run/run-view.ts'
import { bare, type ContractsOf } from '../contract.ts'
import { listQuery, pageOf } from '../cursor.ts'
import { JobId } from './jobs.ts'

const Instant = z.iso.datetime({ error: 'must be an instant in UTC such as 2027-01-31T08:00:00Z' })
const status = z.optional(RunStatus).meta({ description: 'Only runs of this status.' })
const page = { 200: { description: 'One page of runs, newest first.', schema: pageOf(RunView) } }

const params = z.strictObject({ runId: z.string().min(1).max(64).meta({ description: "The run's id." }) })

export const runsContracts = {
  listJobRuns: {
    ...bare,
    summary: 'List the runs of a job',
    params: z.strictObject({ jobId: JobId }),
    query: z.strictObject({ ...listQuery, status }),
    answers: page,
  },
  listRuns: {
    ...bare,
    summary: 'List runs of all jobs',
    query: z.strictObject({
      ...listQuery,
      status,
      jobId: JobId.optional(),
      from: Instant.optional().meta({ description: 'Only runs planned at this instant or later.' }),
      to: Instant.optional().meta({ description: 'Only runs planned before this instant.' }),
    }),
    answers: page,
  },
  readRun: {
    ...bare,
    summary: 'Read a run',
    params,
    answers: { 200: { description: 'The run.', schema: RunView } },
  },
  cancelRun: {
    ...bare,
    summary: 'Cancel a run',
    description:
      'A call that is going on is aborted within 5 seconds, and no retry happens. The target may already have acted.',
    params,
    answers: {
      202: {
        description: 'The run is being cancelled.',
        schema: z.object({ runId: z.string(), message: z.string() }),
      },
    },
  },
} as const satisfies ContractsOf<'runs'>
