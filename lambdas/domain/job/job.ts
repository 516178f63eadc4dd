import * as z from 'zod'
import { Plan } from '../account/plan.ts'
import { type Target, targetFields } from '../target/target.ts'

/** Longest and largest that a job's own fields may be; the target's limits are in `targetLimits`. */
export const jobLimits = {
  name: 128,
  description: 512,
  tags: 10,
  tag: 64,
  flexMinutes: 1440,
  maxRetries: 10,
  retryDelaySeconds: 86_400,
  afterFailures: 1000,
  emails: 10,
} as const

/** An instant as the API takes it: ISO 8601 in UTC with `Z`. */
const Instant = z.iso.datetime({ error: 'must be an instant in UTC such as 2027-01-31T08:00:00Z' })

const WebUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).max(2048)

const Notify = z
  .strictObject({
    onFailure: z.boolean().default(true),
    afterFailures: z.int().min(1).max(jobLimits.afterFailures).default(3),
    onRecovery: z.boolean().default(true),
    onSuccess: z.boolean().default(false),
    onDisable: z.boolean().default(true),
    emails: z.array(z.email().max(254)).max(jobLimits.emails).default([]),
    webhookUrl: WebUrl.nullable().default(null),
  })
  .prefault({})

const scheduleFields = {
  cronExpression: z
    .string()
    .min(1)
    .max(256)
    .meta({
      description:
        'Unix cron with five fields, `@hourly` and the like, or `cron(…)`, `rate(…)` or `at(…)` of EventBridge Scheduler.',
      examples: ['*/5 * * * *'],
    }),
  timezone: z
    .string()
    .min(1)
    .max(50)
    .default('UTC')
    .meta({ description: 'An IANA time zone; the schedule goes by its clock.', examples: ['Europe/Paris'] }),
  startAt: Instant.nullable().default(null).meta({ description: 'Nothing fires before it.' }),
  endAt: Instant.nullable().default(null).meta({ description: 'Nothing fires after it.' }),
  flexMinutes: z
    .int()
    .min(0)
    .max(jobLimits.flexMinutes)
    .default(0)
    .meta({ description: 'A run may start this much later than planned.' }),
}

const policyFields = {
  maxRetries: z
    .int()
    .min(0)
    .max(jobLimits.maxRetries)
    .default(3)
    .meta({ description: 'Attempts after the first, of the same run.' }),
  retryDelaySeconds: z.int().min(1).max(jobLimits.retryDelaySeconds).default(60).meta({
    description: 'The wait before the first retry; each next one doubles it. `Retry-After` of the target is honoured.',
  }),
  retryMaxDelaySeconds: z
    .int()
    .min(1)
    .max(jobLimits.retryDelaySeconds)
    .default(3600)
    .meta({ description: 'No wait is longer.' }),
  overlap: z
    .enum(['ALLOW', 'SKIP', 'REPLACE'])
    .default('SKIP')
    .meta({ description: 'What happens when a run is due while another goes on.' }),
  delivery: z.enum(['AT_LEAST_ONCE', 'AT_MOST_ONCE']).default('AT_LEAST_ONCE').meta({
    description: 'What becomes of a run whose executor has crashed: taken over, or `LOST`.',
  }),
  notify: Notify,
  disableAfterFailures: z.int().min(1).max(jobLimits.afterFailures).nullable().default(null),
}

/** What a user says about a job: the body of create and replace. Omitted fields take their defaults. */
export const JobDefinition = z.strictObject({
  name: z.string().trim().min(1).max(jobLimits.name),
  description: z.string().max(jobLimits.description).default(''),
  tags: z.array(z.string().trim().min(1).max(jobLimits.tag)).max(jobLimits.tags).default([]),
  enabled: z.boolean().default(true),
  ...scheduleFields,
  ...targetFields,
  ...policyFields,
})
export type JobDefinition = z.output<typeof JobDefinition>

/** The part of a job that says what to call. */
export function targetOf(definition: JobDefinition): Target {
  const { targetType, targetUrl, httpMethod, headers, body, auth, sign, timeout, redirects, success, saveResponse } =
    definition
  return { targetType, targetUrl, httpMethod, headers, body, auth, sign, timeout, redirects, success, saveResponse }
}

/**
 * What should become of a job's schedules. ACTIVE has them, PAUSED and COMPLETED have none, and DELETED is a
 * tombstone that stays until its last schedule is gone.
 */
export const Desired = z.enum(['ACTIVE', 'PAUSED', 'COMPLETED', 'DELETED'])
export type Desired = z.infer<typeof Desired>

const Load = z.object({ activeJobs: z.int(), runsPerDay: z.int(), completedJobs: z.int().default(0) })

/**
 * The job row: the truth that EventBridge's schedules are a projection of.
 * `version` counts every edit and is the ETag; `generation` counts only edits that change when the job fires, and each
 * set of schedules belongs to one generation for good.
 */
export const Job = z.object({
  tenant: z.string(),
  id: z.string(),
  /** The tenant's plan: what is kept of its runs, and for how long. A change of plan is written on every job. */
  plan: Plan,
  definition: JobDefinition,
  version: z.int(),
  generation: z.int(),
  /** The version that a user's last change made: failures are counted from there. */
  editedVersion: z.int().default(1),
  desired: Desired,
  /** SYNCED once the schedules of this generation, and no others, exist. */
  syncState: z.enum(['PENDING', 'SYNCED']),
  /** When this generation began, epoch ms: occurrences before it belong to another. */
  since: z.number(),
  /** Names of this generation's schedules. */
  schedules: z.array(z.string()),
  /** Names of older generations' schedules that may still exist. */
  stale: z.array(z.string()),
  /** Why the tenant's plan paused it, unless a user has touched it since; `at` in epoch ms. */
  paused: z.object({ code: z.string(), message: z.string(), at: z.number() }).optional(),
  /** What it adds to the account now, and what the account counts for the row that it comes from. */
  load: Load.optional(),
  counted: Load.optional(),
  /** Why it was disabled, unless a user has touched it since; `at` in epoch ms. */
  disabled: z.object({ code: z.string(), message: z.string(), at: z.number() }).optional(),
  /** Its calls take one of the places that jobs of its host share; else it has a place of its own. */
  sharesHost: z.literal(true).optional(),
  /** Epoch ms. */
  createdAt: z.number(),
  updatedAt: z.number(),
})
export type Job = Readonly<z.infer<typeof Job>>
