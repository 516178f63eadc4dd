import * as z from 'zod'
import type { Plan } from '../account/plan.ts'
import { type Target, targetFields } from '../target/target.ts'
import { definitionDefaults } from './definition-defaults.ts'
import type { Desired } from './desired.ts'

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
    onFailure: z.boolean().default(definitionDefaults.notify.onFailure),
    afterFailures: z.int().min(1).max(jobLimits.afterFailures).default(definitionDefaults.notify.afterFailures),
    onRecovery: z.boolean().default(definitionDefaults.notify.onRecovery),
    onSuccess: z.boolean().default(definitionDefaults.notify.onSuccess),
    onDisable: z.boolean().default(definitionDefaults.notify.onDisable),
    emails: z.array(z.email().max(254)).max(jobLimits.emails).default(definitionDefaults.notify.emails),
    webhookUrl: WebUrl.nullable().default(definitionDefaults.notify.webhookUrl),
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
    .default(definitionDefaults.timezone)
    .meta({ description: 'An IANA time zone; the schedule goes by its clock.', examples: ['Europe/Paris'] }),
  startAt: Instant.nullable().default(definitionDefaults.startAt).meta({ description: 'Nothing fires before it.' }),
  endAt: Instant.nullable().default(definitionDefaults.endAt).meta({ description: 'Nothing fires after it.' }),
  flexMinutes: z
    .int()
    .min(0)
    .max(jobLimits.flexMinutes)
    .default(definitionDefaults.flexMinutes)
    .meta({ description: 'A run may start this much later than planned.' }),
}

const policyFields = {
  maxRetries: z
    .int()
    .min(0)
    .max(jobLimits.maxRetries)
    .default(definitionDefaults.maxRetries)
    .meta({ description: 'Attempts after the first, of the same run.' }),
  retryDelaySeconds: z
    .int()
    .min(1)
    .max(jobLimits.retryDelaySeconds)
    .default(definitionDefaults.retryDelaySeconds)
    .meta({
      description:
        'The wait before the first retry; each next one doubles it. `Retry-After` of the target is honoured.',
    }),
  retryMaxDelaySeconds: z
    .int()
    .min(1)
    .max(jobLimits.retryDelaySeconds)
    .default(definitionDefaults.retryMaxDelaySeconds)
    .meta({ description: 'No wait is longer.' }),
  overlap: z
    .enum(['ALLOW', 'SKIP', 'REPLACE'])
    .default(definitionDefaults.overlap)
    .meta({ description: 'What happens when a run is due while another goes on.' }),
  delivery: z.enum(['AT_LEAST_ONCE', 'AT_MOST_ONCE']).default(definitionDefaults.delivery).meta({
    description: 'What becomes of a run whose executor has crashed: taken over, or `LOST`.',
  }),
  notify: Notify,
  disableAfterFailures: z
    .int()
    .min(1)
    .max(jobLimits.afterFailures)
    .nullable()
    .default(definitionDefaults.disableAfterFailures),
}

/** What a user says about a job: the body of create and replace. Omitted fields take their defaults. */
export const JobDefinition = z.strictObject({
  name: z.string().trim().min(1).max(jobLimits.name),
  description: z.string().max(jobLimits.description).default(definitionDefaults.description),
  tags: z.array(z.string().trim().min(1).max(jobLimits.tag)).max(jobLimits.tags).default(definitionDefaults.tags),
  enabled: z.boolean().default(definitionDefaults.enabled),
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

/** What of an account a job takes. */
type Load = { readonly activeJobs: number; readonly runsPerDay: number; readonly completedJobs: number }

/** Why something was done to a job without its user; `at` in epoch ms. */
type Cause = { readonly code: string; readonly message: string; readonly at: number }

/**
 * The job row: the truth that EventBridge's schedules are a projection of.
 * `version` counts every edit and is the ETag; `generation` counts only edits that change when the job fires, and each
 * set of schedules belongs to one generation for good.
 */
export type Job = {
  readonly tenant: string
  readonly id: string
  /** The tenant's plan: what is kept of its runs, and for how long. A change of plan is written on every job. */
  readonly plan: Plan
  readonly definition: JobDefinition
  readonly version: number
  readonly generation: number
  /** The version that a user's last change made: failures are counted from there. */
  readonly editedVersion: number
  readonly desired: Desired
  /** SYNCED once the schedules of this generation, and no others, exist. */
  readonly syncState: 'PENDING' | 'SYNCED'
  /** When this generation began, epoch ms: occurrences before it belong to another. */
  readonly since: number
  /** Names of this generation's schedules. */
  readonly schedules: string[]
  /** Names of older generations' schedules that may still exist. */
  readonly stale: string[]
  /** Why the tenant's plan paused it, unless a user has touched it since. */
  readonly paused?: Cause | undefined
  /** What it adds to the account now, and what the account counts for the row that it comes from. */
  readonly load?: Load | undefined
  readonly counted?: Load | undefined
  /** Why it was disabled, unless a user has touched it since. */
  readonly disabled?: Cause | undefined
  /** Its calls take one of the places that jobs of its host share; else it has a place of its own. */
  readonly sharesHost?: true | undefined
  /** Epoch ms. */
  readonly createdAt: number
  readonly updatedAt: number
}
