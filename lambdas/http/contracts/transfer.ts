import * as z from 'zod'
import { CronJobOrgDocument } from '../../domain/import/cron-job-org-document.ts'
import { CrontabDocument } from '../../domain/import/crontab/crontab-document.ts'
import { DeclaredJobs } from '../../domain/import/declared-jobs.ts'
import { importLimits } from '../../domain/import/limits.ts'
import { PunctualDocument } from '../../domain/import/punctual-document.ts'
import { TransferPlan } from '../../domain/import/transfer-plan.ts'
import { JobDefinition } from '../../domain/job/job.ts'
import { bare, type Contract } from '../contract.ts'

const dryRun = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true')
  .meta({ description: '`true` answers the plan and changes nothing.' })

const plan = { 200: { description: 'What is done, and what became of it.', schema: TransferPlan } }

const tag = 'transfer' as const

/** Operations that take or give all jobs at once; they are the jobs function's. */
export const transferContracts = {
  exportJobs: {
    ...bare,
    tag,
    summary: 'Export all jobs',
    description:
      'One document, as an import takes it: definitions exactly as they are, secrets by name only. What was typed into a header or into auth is in it as it was typed.',
    query: z.strictObject({
      cursor: z
        .string()
        .min(1)
        .max(2048)
        .optional()
        .meta({ description: '`nextCursor` of the document before, where one was not enough (1,000 jobs, 2 MiB).' }),
    }),
    answers: {
      200: {
        description: 'The document, oldest job first.',
        schema: z.strictObject({
          format: z.literal('punctual'),
          version: z.literal(1),
          exportedAt: z.iso.datetime(),
          jobs: z.array(JobDefinition),
          secrets: z.array(z.string()),
          nextCursor: z.string().nullable(),
        }),
      },
    },
  },
  importJobs: {
    ...bare,
    tag,
    summary: 'Import jobs',
    description:
      'Takes our own document, the documents of cron-job.org, or a crontab. Jobs are found by name: the same document again changes nothing.',
    query: z.strictObject({ dryRun }),
    body: z.discriminatedUnion('format', [PunctualDocument, CronJobOrgDocument, CrontabDocument]),
    idempotency: 'KEPT',
    largestBodyBytes: importLimits.bytes,
    answers: plan,
  },
  applyJobs: {
    ...bare,
    tag,
    summary: 'Make the jobs what a document says',
    description:
      'Names are keys. All of it is checked before anything is changed. With `prune`, jobs that it does not name are deleted.',
    query: z.strictObject({ dryRun }),
    body: DeclaredJobs,
    largestBodyBytes: importLimits.bytes,
    answers: plan,
  },
} as const satisfies Record<string, Contract>
