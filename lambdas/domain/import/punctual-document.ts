import * as z from 'zod'
import { JobDefinition } from '../job/job.ts'
import { SecretName, SecretValue } from '../secret/secret.ts'
import type { ImportDraft } from './draft.ts'
import { importLimits } from './limits.ts'

/** Our own document: what an export answers and an import takes. Definitions are in it exactly as they are stored. */
export const PunctualDocument = z.strictObject({
  format: z.literal('punctual'),
  version: z.literal(1),
  exportedAt: z.iso.datetime().optional(),
  jobs: z.array(JobDefinition).max(importLimits.jobs),
  secrets: z
    .array(SecretName)
    .max(importLimits.secrets)
    .default([])
    .meta({ description: 'Names of secrets; their values are never exported.' }),
  nextCursor: z.string().max(2048).nullable().optional(),
  secretValues: z
    .record(SecretName, SecretValue)
    .refine(
      (values) => Object.keys(values).length <= importLimits.secrets,
      `must have at most ${importLimits.secrets} values`,
    )
    .optional()
    .meta({
      maxProperties: importLimits.secrets,
      description: 'Values to save under names that do not exist yet. No export has them.',
    }),
})
export type PunctualDocument = z.output<typeof PunctualDocument>

export const draftPunctual = ({ jobs, secrets, secretValues = {} }: PunctualDocument): ImportDraft => ({
  jobs: jobs.map((definition, index) => ({
    kind: 'job',
    source: { index },
    name: definition.name,
    warnings: [],
    definition,
  })),
  secrets: Object.entries(secretValues).map(([name, value]) => ({ name, value, description: 'From an import' })),
  neededSecrets: secrets,
})
