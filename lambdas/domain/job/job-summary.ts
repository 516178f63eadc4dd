import * as z from 'zod/mini'
import { Desired } from './desired.ts'
import type { Job } from './job.ts'
import { secretsUsedBy } from './job-secrets.ts'

/** What lists and figures need of a job, small enough to be read a thousand at a time. */
export const JobSummary = z.object({
  id: z.string(),
  generation: z.int(),
  desired: Desired,
  disabled: z.boolean(),
  since: z.number(),
  /** Names of the secrets that it uses. */
  secrets: z.array(z.string()),
  definition: z.object({
    name: z.string(),
    cronExpression: z.string(),
    timezone: z.string(),
    startAt: z.nullable(z.string()),
    endAt: z.nullable(z.string()),
    flexMinutes: z.int(),
  }),
})
export type JobSummary = Readonly<z.infer<typeof JobSummary>>

export const summaryOf = ({ id, generation, desired, disabled, since, definition }: Job): JobSummary => {
  const { name, cronExpression, timezone, startAt, endAt, flexMinutes } = definition
  return {
    id,
    generation,
    desired,
    disabled: disabled !== undefined,
    since,
    secrets: [...secretsUsedBy(definition)],
    definition: { name, cronExpression, timezone, startAt, endAt, flexMinutes },
  }
}
