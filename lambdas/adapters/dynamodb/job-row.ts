import * as z from 'zod/mini'
import { Plan } from '../../domain/account/plan.ts'
import { definitionDefaults as defaults } from '../../domain/job/definition-defaults.ts'
import { Desired } from '../../domain/job/desired.ts'
import type { Job, JobDefinition } from '../../domain/job/job.ts'

/**
 * A job as the table holds it. What a user may say about a job is checked before it is written (`JobDefinition`); here is
 * only what its fields are, so that a job is still read after a limit has become stricter, and by less code. Fields that
 * rows of an earlier version lack take the values that those jobs have gone by.
 */
const Definition = z.object({
  name: z.string(),
  description: z._default(z.string(), defaults.description),
  tags: z._default(z.array(z.string()), defaults.tags),
  enabled: z._default(z.boolean(), defaults.enabled),
  cronExpression: z.string(),
  timezone: z._default(z.string(), defaults.timezone),
  startAt: z._default(z.nullable(z.string()), defaults.startAt),
  endAt: z._default(z.nullable(z.string()), defaults.endAt),
  flexMinutes: z._default(z.int(), defaults.flexMinutes),
  targetType: z._default(z.literal('HTTP'), defaults.targetType),
  targetUrl: z.string(),
  httpMethod: z._default(z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']), defaults.httpMethod),
  headers: z._default(z.record(z.string(), z.string()), defaults.headers),
  body: z._default(z.nullable(z.string()), defaults.body),
  auth: z._default(
    z.discriminatedUnion('type', [
      z.object({ type: z.literal('none') }),
      z.object({ type: z.literal('basic'), username: z.string(), password: z.string() }),
      z.object({ type: z.literal('bearer'), token: z.string() }),
    ]),
    defaults.auth,
  ),
  sign: z._default(z.boolean(), defaults.sign),
  timeout: z._default(z.int(), defaults.timeout),
  redirects: z._default(z.enum(['NONE', 'FOLLOW']), defaults.redirects),
  success: z._default(
    z.object({
      status: z._default(z.array(z.string()), defaults.success.status),
      bodyIncludes: z._default(z.nullable(z.string()), defaults.success.bodyIncludes),
      bodyExcludes: z._default(z.nullable(z.string()), defaults.success.bodyExcludes),
      json: z._default(
        z.array(z.object({ path: z.string(), equals: z.union([z.string(), z.number(), z.boolean(), z.null()]) })),
        defaults.success.json,
      ),
    }),
    defaults.success,
  ),
  saveResponse: z._default(z.enum(['ALWAYS', 'ON_FAILURE', 'NEVER']), defaults.saveResponse),
  maxRetries: z._default(z.int(), defaults.maxRetries),
  retryDelaySeconds: z._default(z.int(), defaults.retryDelaySeconds),
  retryMaxDelaySeconds: z._default(z.int(), defaults.retryMaxDelaySeconds),
  overlap: z._default(z.enum(['ALLOW', 'SKIP', 'REPLACE']), defaults.overlap),
  delivery: z._default(z.enum(['AT_LEAST_ONCE', 'AT_MOST_ONCE']), defaults.delivery),
  notify: z.prefault(
    z.object({
      onFailure: z._default(z.boolean(), defaults.notify.onFailure),
      afterFailures: z._default(z.int(), defaults.notify.afterFailures),
      onRecovery: z._default(z.boolean(), defaults.notify.onRecovery),
      onSuccess: z._default(z.boolean(), defaults.notify.onSuccess),
      onDisable: z._default(z.boolean(), defaults.notify.onDisable),
      emails: z._default(z.array(z.string()), defaults.notify.emails),
      webhookUrl: z._default(z.nullable(z.string()), defaults.notify.webhookUrl),
    }),
    {},
  ),
  disableAfterFailures: z._default(z.nullable(z.int()), defaults.disableAfterFailures),
}) satisfies z.ZodMiniType<JobDefinition>

const Load = z.object({ activeJobs: z.int(), runsPerDay: z.int(), completedJobs: z._default(z.int(), 0) })
const Cause = z.object({ code: z.string(), message: z.string(), at: z.number() })

const JobRow = z.object({
  job: z.object({
    tenant: z.string(),
    id: z.string(),
    plan: Plan,
    definition: Definition,
    version: z.int(),
    generation: z.int(),
    editedVersion: z._default(z.int(), 1),
    desired: Desired,
    syncState: z.enum(['PENDING', 'SYNCED']),
    since: z.number(),
    schedules: z.array(z.string()),
    stale: z.array(z.string()),
    paused: z.optional(Cause),
    load: z.optional(Load),
    counted: z.optional(Load),
    disabled: z.optional(Cause),
    sharesHost: z.optional(z.literal(true)),
    createdAt: z.number(),
    updatedAt: z.number(),
  }) satisfies z.ZodMiniType<Job>,
})

export const parseJob = (item: unknown): Job => JobRow.parse(item).job
