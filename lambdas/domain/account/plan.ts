import * as z from 'zod'

export const Plan = z.enum(['FREE', 'PREMIUM', 'PRO'])
export type Plan = z.infer<typeof Plan>

/** What a plan allows one tenant. */
export type PlanLimits = {
  readonly jobs: number
  readonly secrets: number
  /** API keys. */
  readonly keys: number
  /** Shortest time between two occurrences of a job. */
  readonly minimumIntervalSeconds: number
  /** How long a run can be read. */
  readonly retentionDays: number
  /** Longest timeout of one attempt. */
  readonly timeoutMs: number
  /** How much of a response is kept with its run. */
  readonly responseBytes: number
  /** Notifications by mail, to all recipients together. */
  readonly mailsPerDay: number
}

/** The one table of limits. */
export const planLimits: Readonly<Record<Plan, PlanLimits>> = {
  FREE: {
    jobs: 1_000,
    secrets: 100,
    keys: 10,
    minimumIntervalSeconds: 60,
    retentionDays: 7,
    timeoutMs: 300_000,
    responseBytes: 16 * 1024,
    mailsPerDay: 100,
  },
  PREMIUM: {
    jobs: 10_000,
    secrets: 500,
    keys: 50,
    minimumIntervalSeconds: 60,
    retentionDays: 30,
    timeoutMs: 300_000,
    responseBytes: 64 * 1024,
    mailsPerDay: 500,
  },
  PRO: {
    jobs: 100_000,
    secrets: 1_000,
    keys: 100,
    minimumIntervalSeconds: 60,
    retentionDays: 90,
    timeoutMs: 300_000,
    responseBytes: 256 * 1024,
    mailsPerDay: 2_000,
  },
}
