import * as z from 'zod/mini'

export const Plan = z.enum(['FREE', 'PREMIUM', 'PRO'])
export type Plan = z.infer<typeof Plan>

/** What a plan allows one tenant. */
export type PlanLimits = {
  /** Jobs in all when one is created, and active ones at any time. */
  readonly jobs: number
  readonly secrets: number
  /** API keys. */
  readonly keys: number
  /** Shortest time between two occurrences of a job. */
  readonly minimumIntervalSeconds: number
  /** Planned runs of all active jobs together, each counted by the busiest day of its schedule. */
  readonly runsPerDay: number
  /** How long a run can be read. */
  readonly retentionDays: number
  /** Longest timeout of one attempt. */
  readonly timeoutMs: number
  /** How much of a response is kept with its run; six bytes of JSON for each must fit into an item of 400 KB. */
  readonly responseBytes: number
  /** Calls of the API. */
  readonly requestsPerMinute: number
  /** Notifications by mail, to all recipients together. */
  readonly mailsPerDay: number
}

/** What no plan can widen: EventBridge counts in minutes, and a job's timeout ends at five of them. */
const SAME_FOR_ALL = { minimumIntervalSeconds: 60, timeoutMs: 300_000 } as const

/** The one table of limits. */
export const planLimits: Readonly<Record<Plan, PlanLimits>> = {
  FREE: {
    ...SAME_FOR_ALL,
    jobs: 1_000,
    secrets: 100,
    keys: 10,
    runsPerDay: 720_000,
    retentionDays: 7,
    responseBytes: 16 * 1024,
    requestsPerMinute: 3_000,
    mailsPerDay: 100,
  },
  PREMIUM: {
    ...SAME_FOR_ALL,
    jobs: 10_000,
    secrets: 500,
    keys: 50,
    runsPerDay: 7_200_000,
    retentionDays: 30,
    responseBytes: 32 * 1024,
    requestsPerMinute: 6_000,
    mailsPerDay: 500,
  },
  PRO: {
    ...SAME_FOR_ALL,
    jobs: 100_000,
    secrets: 1_000,
    keys: 100,
    runsPerDay: 72_000_000,
    retentionDays: 90,
    responseBytes: 48 * 1024,
    requestsPerMinute: 12_000,
    mailsPerDay: 2_000,
  },
}
