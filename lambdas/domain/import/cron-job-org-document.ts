import * as z from 'zod'
import { importLimits } from './limits.ts'

/**
 * Documents of cron-job.org's REST API v1 ("REST API", "Data Types"). Members that do not matter here are passed over: the
 * documents are taken as they come.
 */
const values = z.array(z.int()).max(100)

const JobSchedule = z.object({
  timezone: z.string().max(64).default('UTC'),
  /** YYYYMMDDhhmmss in the job's zone; 0 never. */
  expiresAt: z.int().min(0).default(0),
  hours: values.default([-1]),
  mdays: values.default([-1]),
  minutes: values.default([-1]),
  months: values.default([-1]),
  wdays: values.default([-1]),
})
export type JobSchedule = z.output<typeof JobSchedule>

const MOST_HEADERS = 100

/** PHP writes an empty dictionary as an empty list. */
const Dictionary = z.union([
  z
    .record(z.string().max(256), z.union([z.string().max(8192), z.number()]).transform(String))
    .refine((headers) => Object.keys(headers).length <= MOST_HEADERS, `must have at most ${MOST_HEADERS} headers`)
    .meta({ maxProperties: MOST_HEADERS }),
  z
    .array(z.never())
    .max(0)
    .transform((): Record<string, string> => ({})),
])

const text = (longest: number) => z.string().max(longest).nullish()

/** A member of the list; with the last three it is what the details of a job have. */
const OneJob = z.object({
  jobId: z.int().min(0),
  enabled: z.boolean().default(false),
  title: text(1024),
  url: z.string().max(4096),
  saveResponses: z.boolean().default(false),
  type: z.int().default(0),
  /** Seconds; -1 for the default. */
  requestTimeout: z.int().default(-1),
  redirectSuccess: z.boolean().default(false),
  folderId: z.int().nullish(),
  schedule: JobSchedule,
  requestMethod: z.int().default(0),
  auth: z.object({ enable: z.boolean().default(false), user: text(1024), password: text(8192) }).optional(),
  notification: z
    .object({
      onFailure: z.boolean().default(false),
      onFailureCount: z.int().nullish(),
      onSuccess: z.boolean().default(false),
      onDisable: z.boolean().default(false),
      onSslCertExpiry: z.boolean().nullish(),
    })
    .optional(),
  extendedData: z.object({ headers: Dictionary.nullish(), body: text(1024 * 1024) }).optional(),
})
export type CronJobOrgJob = z.output<typeof OneJob>

/** The list (`GET /jobs`), the details of jobs (`GET /jobs/{id}`), or both: details tell more and win. */
export const CronJobOrgDocument = z
  .object({
    format: z.literal('cron-job.org'),
    jobs: z.array(OneJob).max(importLimits.jobs).default([]).meta({ description: 'The list, as `GET /jobs` has it.' }),
    details: z
      .array(z.object({ jobDetails: OneJob }))
      .max(importLimits.jobs)
      .default([])
      .meta({ description: 'The details documents, as `GET /jobs/{jobId}` answers them.' }),
    jobDetails: OneJob.optional().meta({ description: 'A single details document.' }),
  })
  .refine(({ jobs, details, jobDetails }) => jobs.length + details.length > 0 || jobDetails !== undefined, {
    error: 'must have jobs, details or jobDetails',
  })
export type CronJobOrgDocument = z.output<typeof CronJobOrgDocument>
