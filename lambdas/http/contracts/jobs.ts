import * as z from 'zod'
import { JobDefinition } from '../../domain/job/job.ts'
import { JobView } from '../../domain/job/job-view.ts'
import { bare, type ContractsOf } from '../contract.ts'
import { listQuery, pageOf } from '../cursor.ts'
import { bulkContracts } from './bulk.ts'
import { jobFilter } from './job-filter.ts'
import { planContracts } from './plans.ts'
import { templatesContracts } from './templates.ts'
import { transferContracts } from './transfer.ts'

export const JobId = z
  .string()
  .min(1)
  .max(64)
  .meta({ description: "The job's id.", examples: ['01JXAMPLE0000000000000000J'] })

const params = z.strictObject({ jobId: JobId })

const FIELDS = Object.keys(JobDefinition.shape)
const LONGEST_FIELD = Math.max(...FIELDS.map((field) => field.length))

const job = (description: string) => ({ description, schema: JobView })
/** The row is stored, and EventBridge will follow. */
const pending = job('The job is stored (PENDING); its schedules follow within minutes.')

export const jobsContracts = {
  createJob: {
    ...bare,
    summary: 'Create a job',
    description: 'Names `Location` and `ETag` in the headers.',
    body: JobDefinition,
    idempotency: 'KEPT',
    answers: { 201: job('The job, its schedules made.'), 202: pending },
  },
  listJobs: {
    ...bare,
    summary: 'List jobs',
    description: 'Newest first. With filters, a page may have fewer jobs than `limit` and still a `nextCursor`.',
    query: z.strictObject({ ...listQuery, ...jobFilter }),
    answers: { 200: { description: 'One page of jobs.', schema: pageOf(JobView) } },
  },
  readJob: { ...bare, summary: 'Read a job', params, answers: { 200: job('The job.') } },
  replaceJob: {
    ...bare,
    summary: 'Replace a job',
    description: 'Omitted fields take their defaults. Honours `If-Match`.',
    params,
    body: JobDefinition,
    answers: { 200: job('The job, its schedules in step.'), 202: pending },
  },
  patchJob: {
    ...bare,
    summary: 'Change a job',
    description: 'JSON merge patch (RFC 7396): null sets a field back to its default. Honours `If-Match`.',
    params,
    // Fields that no job has are refused by name when the patch is applied.
    body: z
      .record(z.string().meta({ maxLength: LONGEST_FIELD }), z.unknown())
      .meta({ maxProperties: FIELDS.length, examples: [{ enabled: false }] }),
    mediaTypes: ['application/json', 'application/merge-patch+json'],
    answers: { 200: job('The job, its schedules in step.'), 202: pending },
  },
  deleteJob: {
    ...bare,
    summary: 'Delete a job',
    description: 'Nothing fires any more from the moment of the answer; recorded runs expire. Honours `If-Match`.',
    params,
    answers: { 204: { description: 'The job is deleted.' } },
  },
  pauseJob: { ...bare, summary: 'Pause a job', params, answers: { 200: job('The job, paused.'), 202: pending } },
  resumeJob: { ...bare, summary: 'Resume a job', params, answers: { 200: job('The job, active.'), 202: pending } },
  runJob: {
    ...bare,
    summary: 'Run a job now',
    description: 'Works on paused jobs, too.',
    params,
    idempotency: 'KEPT',
    answers: { 202: { description: 'The run is on its way.', schema: z.object({ runId: z.string() }) } },
  },
  readNext: {
    ...bare,
    summary: 'Next planned instants of a job',
    params,
    query: z.strictObject({
      count: z
        .string()
        .regex(/^([1-9]\d?|100)$/, 'must be a whole number from 1 to 100')
        .default('10')
        .meta({
          description: 'How many instants.',
          ...{ type: 'integer', minimum: 1, maximum: 100, default: 10, pattern: undefined },
        })
        .transform(Number),
    }),
    answers: {
      200: {
        description: 'Ascending; none while the job is paused or when nothing is left to fire.',
        schema: z.object({ next: z.array(z.string()), timezone: z.string() }),
      },
    },
  },
  ...bulkContracts,
  ...transferContracts,
  ...planContracts,
  ...templatesContracts,
} as const satisfies ContractsOf<'jobs'>
