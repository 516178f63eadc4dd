import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import type { ConcludeRunDeps } from '../use-cases/conclude-run.ts'
import { reportUndelivered } from '../use-cases/report-undelivered.ts'
import { readDeadLetter } from './dead-letter.ts'

/** Serves the dead-letter queue: each message becomes the record of a run that was not delivered. */
export const deadLettersFunction =
  (deps: ConcludeRunDeps) =>
  async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const failed = await Promise.all(
      event.Records.map(async (record) => {
        try {
          await reportUndelivered(deps, readDeadLetter(record))
          return []
        } catch (error) {
          deps.log.error('a dead letter could not be read or recorded', { messageId: record.messageId, error })
          return [{ itemIdentifier: record.messageId }]
        }
      }),
    )
    return { batchItemFailures: failed.flat() }
  }
