import * as z from 'zod/mini'
import { Delivery } from '../notification/delivery.ts'

/** RUNNING is the only state that changes; every other is final. */
export const RunStatus = z.enum([
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
  'TIMED_OUT',
  'CANCELLED',
  'SKIPPED',
  'MISSED',
  'UNDELIVERED',
  'LOST',
])
export type RunStatus = z.infer<typeof RunStatus>

/** Why an attempt or a run ended as it did, in words for the job's owner; redacted. */
export const RunReason = z.object({ code: z.string(), message: z.string(), hint: z.nullable(z.string()) })
export type RunReason = Readonly<z.infer<typeof RunReason>>

const Milliseconds = z.nullable(z.number())
export const Timings = z.object({
  dnsMs: Milliseconds,
  connectMs: Milliseconds,
  tlsMs: Milliseconds,
  firstByteMs: Milliseconds,
  downloadMs: Milliseconds,
  totalMs: Milliseconds,
})

export const Attempt = z.object({
  number: z.int(),
  /** Epoch ms. */
  startedAt: z.number(),
  httpStatus: z.nullable(z.number()),
  reason: z.nullable(RunReason),
  timings: Timings,
  /** How long it waited, before it started, for other calls to the same host to end, in ms. Absent where it did not. */
  waitedMs: z.optional(z.number()),
})
export type Attempt = Readonly<z.infer<typeof Attempt>>

/** What was sent, redacted. */
export const SentRequest = z.object({
  method: z.string(),
  url: z.string(),
  headers: z.record(z.string(), z.string()),
})
export type SentRequest = Readonly<z.infer<typeof SentRequest>>

/** What came back, redacted; `body` is null where it is not kept. */
export const KeptResponse = z.object({
  status: z.number(),
  headers: z.record(z.string(), z.string()),
  body: z.nullable(z.string()),
  bodyBytes: z.number(),
  truncated: z.boolean(),
})
export type KeptResponse = Readonly<z.infer<typeof KeptResponse>>

/** What happened for one occurrence or one manual trigger. Instants are epoch ms; job, trigger and planned instant are in the id. */
export const Run = z.object({
  tenant: z.string(),
  id: z.string(),
  jobName: z.string(),
  status: RunStatus,
  startedAt: z.nullable(z.number()),
  finishedAt: z.nullable(z.number()),
  /** Since when another executor is at it; absent unless the first one crashed, which may have called the target. */
  takenOverAt: z.optional(z.number()),
  /** When the next attempt is due, while the run waits for it. */
  nextAttemptAt: z.optional(z.number()),
  reason: z.nullable(RunReason),
  attempts: z.array(Attempt),
  request: z.nullable(SentRequest),
  response: z.nullable(KeptResponse),
  /** Whom it was told, and how that went; absent while nobody is to be told of it. */
  notifications: z.optional(z.readonly(z.array(Delivery))),
  /** When the record is deleted, epoch ms. */
  expiresAt: z.number(),
})
export type Run = Readonly<z.infer<typeof Run>>

/** The status by which a target says that it is gone for good (RFC 9110, section 15.5.11). */
const GONE = 410

/** Whether a status is for good. */
export const isFinal = (status: RunStatus): boolean => status !== 'RUNNING'

/** The run once it waits no longer: its next attempt begins, or there is none. */
export function waited({ nextAttemptAt: _, ...run }: Run): Run {
  return run
}

/** Whether a run counts as a failure of its job. */
export const isFailure = (status: RunStatus): boolean =>
  status === 'FAILED' || status === 'TIMED_OUT' || status === 'LOST'

/** Whether a run failed because its target is gone for good; a job may call that status a success. */
export const hasFoundGone = ({ status, reason, attempts }: Pick<Run, 'status' | 'reason' | 'attempts'>): boolean =>
  isFailure(status) && reason?.code === 'HTTP_STATUS' && attempts.at(-1)?.httpStatus === GONE

/** How long a run took with all its attempts and the waits between them, in ms; null for one that has not started or ended. */
export const durationOf = ({ startedAt, finishedAt }: Pick<Run, 'startedAt' | 'finishedAt'>): number | null =>
  startedAt === null || finishedAt === null ? null : finishedAt - startedAt
