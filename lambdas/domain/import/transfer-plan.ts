import * as z from 'zod'
import { JobDefinition } from '../job/job.ts'

const Source = z
  .strictObject({
    line: z.int().optional(),
    text: z.string().optional(),
    jobId: z.int().optional(),
    index: z.int().optional(),
  })
  .meta({
    description: 'Where it comes from: a line of a crontab, a job id of cron-job.org, or a place in a list from 0.',
  })

const sentences = (description: string) => z.array(z.string()).meta({ description })

/** What happens to one job. */
export const PlanItem = z.strictObject({
  action: z.enum(['create', 'change', 'delete', 'skip']),
  /** Why nothing is done. */
  skipped: z.enum(['UNCHANGED', 'REFUSED']).optional().meta({ description: 'Why nothing is done; only with `skip`.' }),
  name: z.string(),
  jobId: z.string().optional().meta({ description: 'Of the job that exists, or that was created.' }),
  source: Source.optional(),
  changes: z.array(z.string()).optional().meta({ description: 'JSON pointers to what changes.' }),
  reasons: sentences('Why it is done, or why it is not.'),
  warnings: sentences('What is different from the original, and what deserves a second thought.'),
  definition: JobDefinition.optional().meta({ description: 'The job as it will be; only with `create` and `change`.' }),
  result: z.enum(['DONE', 'FAILED', 'LEFT']).optional().meta({
    description: 'What became of it. LEFT: there was no time; send the same request again. None in a dry run.',
  }),
})
export type PlanItem = Readonly<z.output<typeof PlanItem>>

/** What happens to one secret. Values never show. */
export const PlanSecret = z.strictObject({
  name: z.string(),
  action: z.enum(['create', 'keep', 'missing']),
  reasons: sentences('Why.'),
  result: z.enum(['DONE', 'FAILED', 'LEFT']).optional(),
})
export type PlanSecret = Readonly<z.output<typeof PlanSecret>>

const PlanLine = z.strictObject({
  line: z.int(),
  kind: z.enum(['JOB', 'REFUSED', 'SETTING', 'COMMENT', 'BLANK']),
  note: z.string(),
})

/** What an import or a declarative document comes to, and what became of it unless it was a dry run. */
export const TransferPlan = z
  .strictObject({
    dryRun: z.boolean(),
    items: z.array(PlanItem),
    secrets: z.array(PlanSecret),
    lines: z.array(PlanLine).optional().meta({ description: 'Every line of a crontab.' }),
    summary: z.strictObject({
      create: z.int(),
      change: z.int(),
      delete: z.int(),
      unchanged: z.int(),
      refused: z.int(),
      done: z.int(),
      failed: z.int(),
      left: z.int(),
    }),
  })
  .meta({ id: 'TransferPlan' })
export type TransferPlan = z.output<typeof TransferPlan>

/** Counts what happens and what became of it. */
export function summaryOf(items: readonly PlanItem[]): TransferPlan['summary'] {
  const count = (test: (item: PlanItem) => boolean) => items.filter(test).length
  return {
    create: count(({ action }) => action === 'create'),
    change: count(({ action }) => action === 'change'),
    delete: count(({ action }) => action === 'delete'),
    unchanged: count(({ skipped }) => skipped === 'UNCHANGED'),
    refused: count(({ skipped }) => skipped === 'REFUSED'),
    done: count(({ result }) => result === 'DONE'),
    failed: count(({ result }) => result === 'FAILED'),
    left: count(({ result }) => result === 'LEFT'),
  }
}
