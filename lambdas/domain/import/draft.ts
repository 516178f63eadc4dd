import type * as z from 'zod'
import { JobDefinition } from '../job/job.ts'

/** Where in an imported document a job comes from. */
export type DraftSource = {
  /** Its line in a crontab, from 1, and the line itself. */
  readonly line?: number
  readonly text?: string
  /** Its id at cron-job.org. */
  readonly jobId?: number
  /** Its place in a list of jobs, from 0. */
  readonly index?: number
}

type DraftBasis = {
  readonly source: DraftSource
  readonly name: string
  /** What is different from the original, in sentences. */
  readonly warnings: readonly string[]
}

/** A job as an import proposes it, or why there can be none. */
export type Draft =
  | (DraftBasis & { readonly kind: 'job'; readonly definition: JobDefinition })
  | (DraftBasis & { readonly kind: 'refused'; readonly reasons: readonly string[] })

/** A value that an import moves out of a job into a secret. */
export type SecretDraft = {
  readonly name: string
  readonly value: string
  /** Says where the value came from; a secret with the very same description came from the same import. */
  readonly description: string
}

/** What became of one line of a crontab. */
export type LineAccount = {
  /** From 1. */
  readonly line: number
  readonly kind: 'JOB' | 'REFUSED' | 'SETTING' | 'COMMENT' | 'BLANK'
  /** Empty when there is nothing to say. */
  readonly note: string
}

/** Everything that a document proposes. */
export type ImportDraft = {
  readonly jobs: readonly Draft[]
  readonly secrets: readonly SecretDraft[]
  /** Names that the document says its jobs need, whose values it does not have. */
  readonly neededSecrets: readonly string[]
  /** Of a crontab, every one of them. */
  readonly lines?: readonly LineAccount[]
}

type Proposal = Pick<DraftBasis, 'source' | 'warnings'> & { readonly fields: z.input<typeof JobDefinition> }

/** A draft of these fields, each checked on its own as in a request that creates a job. */
export function draftOf({ source, warnings, fields }: Proposal): Draft {
  const parsed = JobDefinition.safeParse(fields)
  if (parsed.success) {
    return { kind: 'job', source, name: parsed.data.name, warnings, definition: parsed.data }
  }
  const reasons = parsed.error.issues.map(({ path, message }) => `/${path.map(String).join('/')}: ${message}`)
  return { kind: 'refused', source, name: fields.name, warnings, reasons }
}
