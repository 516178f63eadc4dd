import { dynamoAttemptCounter } from '../adapters/dynamodb/attempt-counter.ts'
import { dynamoJobStore } from '../adapters/dynamodb/dynamo-job-store.ts'
import { dynamoHostPlaces } from '../adapters/dynamodb/host-places.ts'
import { dynamoSecretCatalog } from '../adapters/dynamodb/secret-catalog.ts'
import type { Table } from '../adapters/dynamodb/table.ts'
import { cognitoOwnerDirectory } from '../adapters/identity/cognito-owner-directory.ts'
import { sesMailer } from '../adapters/mail/ses-mailer.ts'
import { topicMailer } from '../adapters/mail/topic-mailer.ts'
import { eventBridgePostponer } from '../adapters/scheduler/eventbridge-postponer.ts'
import { cachedSecretReader } from '../adapters/secrets/cached-secret-reader.ts'
import { secretsManagerValues } from '../adapters/secrets/secrets-manager-values.ts'
import type { ExecutorEnvironment } from '../config/environment.ts'
import type { RareAdapters } from './loaded-later.ts'

/** @param ownArn of the executor itself, known once it is invoked. */
export function openRareAdapters(environment: ExecutorEnvironment, table: Table, ownArn: () => string): RareAdapters {
  const catalog = dynamoSecretCatalog(table)
  return {
    jobs: dynamoJobStore(table),
    postponer: eventBridgePostponer({
      groupName: environment.SCHEDULE_GROUP,
      roleArn: environment.SCHEDULER_ROLE_ARN,
      deadLetterQueueArn: environment.DEAD_LETTER_QUEUE_ARN,
      executorArn: ownArn,
    }),
    catalog,
    secrets: cachedSecretReader({ catalog, values: secretsManagerValues(environment.STAGE), clock: Date.now }),
    mailer: environment.MAIL_SENDER === '' ? topicMailer(environment.TOPIC_ARN) : sesMailer(environment.MAIL_SENDER),
    mails: dynamoAttemptCounter(table),
    owners: cognitoOwnerDirectory(environment.USER_POOL_ID),
    hostPlaces: dynamoHostPlaces(table),
  }
}
