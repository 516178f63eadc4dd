import { Duration, Stack, Validations } from 'aws-cdk-lib'
import { Alarm, type Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { Construct } from 'constructs'
import type { DeadLetters } from './dead-letters.ts'
import type { Executor } from './executor.ts'
import type { Sweeper } from './sweeper.ts'

export interface OperationsProps {
  readonly executor: Executor
  readonly sweeper: Sweeper
  readonly deadLetters: DeadLetters
  /** Who gets the alarms. @default nobody; subscribe to the topic by hand */
  readonly alarmEmail?: string | undefined
}

/** Five minutes, because the sweeper's period is the rhythm of repair. */
const PERIOD = Duration.minutes(5)

/** What a person is told about, and how. Each alarm names its paragraph of RUNBOOK.md. */
export class Operations extends Construct {
  private readonly topic: Topic

  constructor(scope: Construct, id: string, { executor, sweeper, deadLetters, alarmEmail }: OperationsProps) {
    super(scope, id)
    this.topic = this.alarmTopic()
    if (alarmEmail !== undefined) this.mailTo(alarmEmail)
    this.alarm('ExecutorErrors', {
      meaning: 'The executor itself failed; a target that fails is not an error of the executor.',
      paragraph: 'Executor errors',
      metric: executor.function.lambda.metricErrors({ period: PERIOD, statistic: 'Sum' }),
    })
    this.alarm('DeadLetters', {
      meaning: 'An occurrence could not be delivered to the executor; its run is UNDELIVERED.',
      paragraph: 'Dead letters',
      // What arrives, not what waits: the consumer empties the queue within seconds.
      metric: deadLetters.queue.metricNumberOfMessagesSent({ period: PERIOD, statistic: 'Sum' }),
    })
    this.alarm('UnreadableDeadLetters', {
      meaning: 'A dead letter could not be recorded after five tries and waits for a person.',
      paragraph: 'Unreadable dead letters',
      // What waits: SQS does not count what it moves here itself as sent.
      metric: deadLetters.unreadable.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: 'Maximum' }),
    })
    this.alarm('SweeperErrors', {
      meaning: 'The sweeper failed; schedules and jobs may disagree until it succeeds.',
      paragraph: 'Sweeper errors',
      metric: sweeper.function.lambda.metricErrors({ period: PERIOD, statistic: 'Sum' }),
      // Once is repaired by the next sweep.
      periods: 2,
    })
  }

  private alarmTopic(): Topic {
    const topic = new Topic(this, 'Alarms', { displayName: 'Punctual alarms', enforceSSL: true })
    const { account } = Stack.of(this)
    // A topic with a policy of its own loses the default one, by which alarms of the account could publish.
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AllowAlarmsOfThisAccount',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    )
    return topic
  }

  private mailTo(address: string): void {
    const subscription = this.topic.addSubscription(new EmailSubscription(address))
    Validations.of(subscription).acknowledge({
      id: 'Serverless-SNSRedrivePolicy',
      reason:
        'SNS retries mail for hours, and the alarm itself stays visible in CloudWatch; a queue of old alarms helps nobody.',
    })
  }

  private alarm(
    id: string,
    props: {
      readonly meaning: string
      readonly paragraph: string
      readonly metric: Metric
      /** How many periods in a row. @default 1 */
      readonly periods?: number
    },
  ): void {
    const alarm = new Alarm(this, id, {
      alarmDescription: `${props.meaning} What to do: RUNBOOK.md, "${props.paragraph}".`,
      metric: props.metric,
      threshold: 1,
      evaluationPeriods: props.periods ?? 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    })
    alarm.addAlarmAction(new SnsAction(this.topic))
  }
}
