import type { Json } from '../json-schemas.ts'
import type { Operation } from '../routes.ts'
import { accountExamples } from './accounts.ts'
import { adminExamples } from './admin.ts'
import answers from './answers.json' with { type: 'json' }
import type { ExampleRequest } from './example.ts'
import { jobExamples } from './jobs.ts'
import { movingExamples } from './moving.ts'

/** A request of every operation. An end-to-end test sends each of them, and fails when an operation has none. */
export const exampleRequests: Partial<Record<Operation, ExampleRequest>> = {
  ...accountExamples,
  ...jobExamples,
  ...movingExamples,
  ...adminExamples,
}

/** What was answered to a request. */
export type ExampleAnswer = { readonly status: number; readonly body?: Json }

/**
 * What the requests were answered with, by operation: recorded from a running service (`npm run examples`), with samples in place
 * of what was made up. The test fails when a service answers otherwise.
 */
export const exampleAnswers: Readonly<Record<string, ExampleAnswer>> = answers
