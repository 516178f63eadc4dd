import * as z from 'zod'

/** What can be done to many jobs with one request. */
export const BulkAction = z.enum(['pause', 'resume', 'delete', 'run', 'tag'])
export type BulkAction = z.infer<typeof BulkAction>

/** What became of one job. */
export const BulkResult = z.strictObject({
  jobId: z.string(),
  status: z.enum(['DONE', 'UNCHANGED', 'NOT_FOUND', 'REFUSED', 'FAILED']),
  /** Why it was not done. */
  message: z.string().optional(),
  /** The run that was started. */
  runId: z.string().optional(),
})
export type BulkResult = Readonly<z.infer<typeof BulkResult>>

/** How many jobs there are of each status. */
export const BulkCounts = z.record(BulkResult.shape.status, z.int())
export type BulkCounts = Readonly<z.infer<typeof BulkCounts>>

export const noCounts: BulkCounts = { DONE: 0, UNCHANGED: 0, NOT_FOUND: 0, REFUSED: 0, FAILED: 0 }

export const counted = (counts: BulkCounts, results: readonly BulkResult[]): BulkCounts =>
  BulkCounts.parse(
    Object.fromEntries(
      Object.entries(counts).map(([status, count]) => [
        status,
        count + results.filter((result) => result.status === status).length,
      ]),
    ),
  )

export const bulkLimits = {
  /** Ids that one request may name. */
  ids: 1000,
  /** Jobs that are worked on before what became of them is written down. */
  batch: 100,
} as const
