import * as z from 'zod'
import { JobDefinition, jobLimits } from '../job/job.ts'
import type { ImportDraft } from './draft.ts'
import { importLimits } from './limits.ts'

const DeclaredName = z
  .string()
  .min(1)
  .max(jobLimits.name)
  .refine((name) => name.trim() === name, 'must not begin or end with white space')

/** All jobs that there should be, by name: the document of people who keep their jobs in git. */
export const DeclaredJobs = z.strictObject({
  jobs: z
    .record(DeclaredName, JobDefinition.omit({ name: true }))
    .refine((jobs) => Object.keys(jobs).length <= importLimits.jobs, `must have at most ${importLimits.jobs} jobs`)
    .meta({
      maxProperties: importLimits.jobs,
      examples: [{ 'KYC sync': { cronExpression: '*/5 * * * *', targetUrl: 'https://example.com/sync' } }],
    }),
  prune: z.boolean().default(false).meta({ description: 'Whether jobs that are not named here are deleted.' }),
})
export type DeclaredJobs = z.output<typeof DeclaredJobs>

export const draftDeclared = ({ jobs }: DeclaredJobs): ImportDraft => ({
  jobs: Object.entries(jobs).map(([name, fields]) => ({
    kind: 'job',
    source: {},
    name,
    warnings: [],
    definition: { name, ...fields },
  })),
  secrets: [],
  neededSecrets: [],
})
