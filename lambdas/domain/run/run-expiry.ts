import { planLimits } from '../account/plan.ts'
import type { Job } from '../job/job.ts'

const DAY_MS = 86_400_000

/** When the record of a run that begins or is written down `now` may be deleted, epoch ms. */
export const expiryOf = (job: Job, now: number): number => now + planLimits[job.plan].retentionDays * DAY_MS
