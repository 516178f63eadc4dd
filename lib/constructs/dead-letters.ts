import { Duration, Size, Validations } from 'aws-cdk-lib'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { DeadLettersEnvironment } from '../../lambdas/config/environment.ts'
import { type FunctionSettings, PunctualFunction } from './punctual-function.ts'
import type { PunctualTable } from './punctual-table.ts'

export interface DeadLettersProps {
  readonly settings: FunctionSettings
  readonly table: PunctualTable
}

const TIMEOUT = Duration.seconds(30)

/** Occurrences that never reached the executor, and the function that marks their runs UNDELIVERED. */
export class DeadLetters extends Construct {
  /** Where EventBridge Scheduler and Lambda put what they could not deliver. */
  readonly queue: Queue
  /** What the function could not make sense of after several tries: for a person to look at. */
  readonly unreadable: Queue
  private readonly consumer: PunctualFunction

  constructor(scope: Construct, id: string, { settings, table }: DeadLettersProps) {
    super(scope, id)
    this.unreadable = new Queue(this, 'Unreadable', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    })
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      // Six times the function's timeout, as the Lambda guide asks ("Using Lambda with Amazon SQS").
      visibilityTimeout: Duration.seconds(6 * TIMEOUT.toSeconds()),
      deadLetterQueue: { queue: this.unreadable, maxReceiveCount: 5 },
    })
    this.consumer = new PunctualFunction(this, 'Record', {
      settings,
      entry: 'dead-letters',
      description: 'Marks the runs of undelivered occurrences as UNDELIVERED',
      schema: DeadLettersEnvironment,
      environment: { STAGE: settings.configuration.stage, ...table.environment },
      timeout: TIMEOUT,
      memory: Size.mebibytes(256),
    })
    table.allow(this.consumer, ['GetItem', 'Query', 'PutItem'])
    this.feedFrom(this.queue)
    this.acknowledgeRules()
  }

  /** What `SqsEventSource` would do, but with the three permissions that polling takes and no more. */
  private feedFrom(queue: Queue): void {
    // The Lambda guide, "Creating and configuring an Amazon SQS event source mapping".
    this.consumer.allow({
      actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      resources: [queue.queueArn],
    })
    this.consumer.lambda.addEventSourceMapping('Letters', {
      eventSourceArn: queue.queueArn,
      batchSize: 10,
      reportBatchItemFailures: true,
    })
  }

  private acknowledgeRules(): void {
    Validations.of(this.consumer.lambda).acknowledge(
      {
        id: 'Serverless-LambdaDLQ',
        reason: 'Only Amazon SQS invokes this function, and synchronously; the queue keeps what fails.',
      },
      {
        id: 'Serverless-LambdaEventSourceMappingDestination',
        reason:
          'Letters that fail five times go to the queue of unreadable ones: for SQS that is the source queue’s redrive policy.',
      },
    )
    Validations.of(this.unreadable).acknowledge({
      id: 'Serverless-SQSRedrivePolicy',
      reason: 'This is the last queue: a person is called by an alarm, and has 14 days.',
    })
  }
}
