import * as z from 'zod'
import { jobLimits } from '../../domain/job/job.ts'
import { BulkAction, BulkCounts, BulkResult, bulkLimits } from '../../domain/task/bulk.ts'
import { bare, type Contract } from '../contract.ts'
import { listQuery } from '../cursor.ts'
import { jobFilter } from './job-filter.ts'

const Tags = z.array(z.string().trim().min(1).max(jobLimits.tag)).max(jobLimits.tags)

const Bulk = z
  .strictObject({
    bulkId: z.string(),
    action: BulkAction,
    state: z.enum(['RUNNING', 'DONE']),
    counts: BulkCounts.meta({ description: 'How many jobs there are so far of each result.' }),
    results: z.array(BulkResult).meta({ description: 'In order of work.' }),
    nextCursor: z.string().nullable().meta({
      description: 'For the results behind these; while it is RUNNING there may be more although it is `null`.',
    }),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Bulk' })

const JobIds = z.array(z.string().min(1).max(64)).min(1).max(bulkLimits.ids)

const BulkBody = z
  .strictObject({
    action: BulkAction,
    jobIds: JobIds.optional().meta({ description: 'Which jobs; what is none of yours is told, and stops no other.' }),
    filter: z
      .strictObject(jobFilter)
      .optional()
      .meta({ description: 'Or all jobs that the list shows with it; `{}` for all jobs.' }),
    tags: Tags.optional().meta({ description: 'Tags to add.' }),
    removeTags: Tags.optional().meta({ description: 'Tags to take away.' }),
  })
  .superRefine(({ action, jobIds, filter, tags, removeTags }, context) => {
    const fault = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message })
    if (jobIds && filter) fault('filter', 'must not be given together with jobIds')
    if (!jobIds && !filter) fault('jobIds', 'must be given, or filter instead')
    const given = [...(tags ?? []), ...(removeTags ?? [])]
    if (action === 'tag' && given.length === 0) fault('tags', 'must name a tag, or removeTags must, for the action tag')
    if (action !== 'tag' && (tags || removeTags)) fault(tags ? 'tags' : 'removeTags', 'goes with the action tag only')
  })
  .meta({ examples: [{ action: 'pause', filter: { tag: 'prod' } }] })
export type BulkBody = z.output<typeof BulkBody>

/** Operations that do the same to many jobs; they are the jobs function's. */
export const bulkContracts = {
  bulkJobs: {
    ...bare,
    summary: 'Do the same to many jobs',
    description:
      'Up to a hundred jobs are done when the answer comes (200), if that takes no more than 15 seconds. More go on in the background, whether or not anybody waits (202): `Location` tells how far it is. Each job stands for itself. The action `run` takes a key with the scope `run`.',
    body: BulkBody,
    idempotency: 'KEPT',
    answers: {
      200: { description: 'All is done.', schema: Bulk },
      202: { description: 'It goes on in the background.', schema: Bulk },
    },
  },
  readBulk: {
    ...bare,
    summary: 'How far a bulk request is',
    description: 'And what became of each job; to be read for 30 days.',
    params: z.strictObject({ bulkId: z.string().min(1).max(64).meta({ description: 'As the request was answered.' }) }),
    query: z.strictObject(listQuery),
    answers: { 200: { description: 'As it is now, with one page of results.', schema: Bulk } },
  },
} as const satisfies Record<string, Contract>
