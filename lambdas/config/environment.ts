import * as z from 'zod/mini'

const Text = z.string().check(z.minLength(1))

/**
 * What each function reads from its environment. The schema is the single source: lib/ types a function's
 * environment by it, `readEnvironment` parses it, and no other file touches `process.env`.
 */
const table = {
  TABLE_NAME: Text,
  /** How long entries of the audit are kept, in days. */
  AUDIT_RETENTION_DAYS: z.pipe(
    z.string().check(z.regex(/^[1-9]\d{0,4}$/, 'must be a number of days')),
    z.transform(Number),
  ),
}
const stage = { STAGE: Text }
const userPool = { USER_POOL_ID: Text, USER_POOL_CLIENT_ID: Text }
/** Where schedules live, and what happens to what they cannot deliver. */
const postponing = {
  SCHEDULE_GROUP: Text,
  SCHEDULER_ROLE_ARN: Text,
  DEAD_LETTER_QUEUE_ARN: Text,
}
/** And what they start. The executor itself learns its ARN when it is invoked: a function cannot name itself. */
const scheduling = { ...postponing, EXECUTOR_ARN: Text }
/** Which function goes on with tasks in the background. */
const working = { WORKER_ARN: Text }
/** Comma-separated e-mail addresses whose accounts become admins once verified; may be empty. */
const admins = { ADMIN_EMAILS: z.string() }
/** Comma-separated address ranges that targets may reach although they are not public; empty allows none. */
const targets = { TARGET_ALLOW_CIDRS: z.string() }
/**
 * How people are told: mail comes from a sender that is verified in SES or, where that is empty, goes to the topic; it
 * links to the API.
 */
const notifying = {
  MAIL_SENDER: z.string(),
  TOPIC_ARN: Text,
  API_URL: Text,
  USER_POOL_ID: userPool.USER_POOL_ID,
}
/** How many calls are made to one host at the same time; 0 for as many as there are. */
const hosts = {
  HOST_PARALLELISM: z.pipe(z.string().check(z.regex(/^\d{1,4}$/)), z.transform(Number)),
}

export const AdminEnvironment = z.object({ ...stage, ...table, ...userPool, ...working })
export const AuditEnvironment = z.object({ ...stage, ...table, ...userPool })
export const AuthEnvironment = z.object({ ...stage, ...table, ...userPool, ...admins })
export const JobsEnvironment = z.object({
  ...stage,
  ...table,
  ...userPool,
  ...scheduling,
  ...working,
  ...targets,
  ...hosts,
})
export const KeysEnvironment = z.object({ ...stage, ...table, ...userPool })
export const RunsEnvironment = z.object({ ...stage, ...table, ...userPool })
export const SchedulesEnvironment = z.object({ ...stage, ...table, ...userPool })
export const SecretsEnvironment = z.object({ ...stage, ...table, ...userPool })
export const ServiceEnvironment = z.object({ ...stage, ...table })
export const StatsEnvironment = z.object({ ...stage, ...table, ...userPool })
export const RunCounterEnvironment = z.object({ ...table })
export const ExecutorEnvironment = z.object({
  ...stage,
  ...table,
  ...targets,
  ...hosts,
  ...postponing,
  ...notifying,
})
export const SweeperEnvironment = z.object({ ...stage, ...table, ...scheduling, ...working, ...hosts })
export const DeadLettersEnvironment = z.object({ ...stage, ...table })
export const WorkerEnvironment = z.object({ ...stage, ...table, ...userPool, ...scheduling })

export type AdminEnvironment = z.infer<typeof AdminEnvironment>
export type AuditEnvironment = z.infer<typeof AuditEnvironment>
export type AuthEnvironment = z.infer<typeof AuthEnvironment>
export type JobsEnvironment = z.infer<typeof JobsEnvironment>
export type KeysEnvironment = z.infer<typeof KeysEnvironment>
export type RunsEnvironment = z.infer<typeof RunsEnvironment>
export type SchedulesEnvironment = z.infer<typeof SchedulesEnvironment>
export type SecretsEnvironment = z.infer<typeof SecretsEnvironment>
export type ServiceEnvironment = z.infer<typeof ServiceEnvironment>
export type ExecutorEnvironment = z.infer<typeof ExecutorEnvironment>
export type SweeperEnvironment = z.infer<typeof SweeperEnvironment>
export type StatsEnvironment = z.infer<typeof StatsEnvironment>
export type RunCounterEnvironment = z.infer<typeof RunCounterEnvironment>
export type DeadLettersEnvironment = z.infer<typeof DeadLettersEnvironment>
export type WorkerEnvironment = z.infer<typeof WorkerEnvironment>
