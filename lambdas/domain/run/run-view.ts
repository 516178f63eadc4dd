import * as z from 'zod'
import { Delivery } from '../notification/delivery.ts'
import { Attempt, durationOf, KeptResponse, type Run, RunReason, RunStatus, SentRequest } from './run.ts'
import { parseRunId } from './run-id.ts'

const iso = (instant: number): string => new Date(instant).toISOString()
const isoOrNull = (instant: number | null): string | null => (instant === null ? null : iso(instant))

/** A run as the API shows it. */
export const RunView = z
  .object({
    id: z.string(),
    jobId: z.string(),
    jobName: z.string(),
    trigger: z.enum(['SCHEDULE', 'MANUAL']),
    status: RunStatus,
    plannedAt: z.string(),
    startedAt: z.string().nullable(),
    finishedAt: z.string().nullable(),
    takenOverAt: z.string().optional().meta({
      description:
        'When the run was taken over, because whatever carried it out had crashed; the target may have been called before. Absent otherwise.',
    }),
    nextAttemptAt: z.string().optional().meta({
      description: 'When the next attempt is due, while the run waits for it. Absent otherwise.',
    }),
    latenessMs: z.number().nullable(),
    durationMs: z.number().nullable(),
    httpStatus: z.number().nullable(),
    reason: z.nullable(RunReason),
    attempts: z.array(z.object({ ...Attempt.shape, startedAt: z.string() })),
    request: z.nullable(SentRequest),
    response: z.nullable(KeptResponse),
    /** Whom it was told, and how that went. */
    notifications: z.array(z.object({ ...Delivery.shape, lastAttemptAt: z.string().nullable() })),
    expiresAt: z.string(),
  })
  .meta({ id: 'Run' })
export type RunView = z.infer<typeof RunView>

/** @param now epoch ms: an attempt that is due has begun, or is about to. */
export function runView(run: Run, now: number): RunView {
  const { jobId, plannedAt, trigger } = partsOf(run.id)
  const { startedAt, finishedAt } = run
  return {
    id: run.id,
    jobId,
    jobName: run.jobName,
    trigger,
    status: run.status,
    plannedAt: iso(plannedAt),
    startedAt: isoOrNull(startedAt),
    finishedAt: isoOrNull(finishedAt),
    ...(run.takenOverAt === undefined ? {} : { takenOverAt: iso(run.takenOverAt) }),
    ...(run.nextAttemptAt !== undefined && run.nextAttemptAt > now ? { nextAttemptAt: iso(run.nextAttemptAt) } : {}),
    latenessMs: startedAt === null ? null : Math.max(0, startedAt - plannedAt),
    durationMs: durationOf(run),
    httpStatus: run.attempts.at(-1)?.httpStatus ?? null,
    reason: run.reason,
    attempts: run.attempts.map((attempt) => ({ ...attempt, startedAt: iso(attempt.startedAt) })),
    request: run.request,
    response: run.response,
    notifications: (run.notifications ?? []).map((delivery) => ({
      ...delivery,
      lastAttemptAt: isoOrNull(delivery.lastAttemptAt),
    })),
    expiresAt: iso(run.expiresAt),
  }
}

/** The short form that a job shows of its newest run. */
export const LastRun = RunView.pick({
  id: true,
  status: true,
  httpStatus: true,
  startedAt: true,
  nextAttemptAt: true,
  durationMs: true,
})
export type LastRun = z.infer<typeof LastRun>

export function lastRunView(run: Run, now: number): LastRun {
  const { id, status, httpStatus, startedAt, nextAttemptAt, durationMs } = runView(run, now)
  return { id, status, httpStatus, startedAt, ...(nextAttemptAt === undefined ? {} : { nextAttemptAt }), durationMs }
}

function partsOf(id: string) {
  const parts = parseRunId(id)
  if (!parts) throw new Error(`A stored run has the id "${id}", which is not a run's id`)
  return parts
}
