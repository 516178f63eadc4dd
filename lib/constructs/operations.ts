import { Stack, Validations } from 'aws-cdk-lib'
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { Construct } from 'constructs'
import { Dashboard } from './dashboard.ts'
import { type AlarmRule, alarmRules } from './operations-alarms.ts'
import { operationsMetrics, type Watched } from './operations-metrics.ts'

export interface OperationsProps extends Watched {
  /** Who gets the alarms. @default nobody; subscribe to the topic by hand */
  readonly alarmEmail?: string | undefined
}

/** What a person is told about, and how: alarms, each with its paragraph in RUNBOOK.md, and a dashboard. */
export class Operations extends Construct {
  private readonly stage: string
  private readonly topic: Topic

  constructor(scope: Construct, id: string, { alarmEmail, ...watched }: OperationsProps) {
    super(scope, id)
    this.stage = watched.stage
    this.topic = this.alarmTopic()
    if (alarmEmail !== undefined) this.mailTo(alarmEmail)
    const metrics = operationsMetrics(watched)
    const alarms = alarmRules(metrics, watched.executor.timeout).map((rule) => this.alarm(rule))
    new Dashboard(this, 'Dashboard', { stage: this.stage, metrics, alarms })
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

  private alarm({ title, meaning, metric, threshold, periods, isHeartbeat = false }: AlarmRule): Alarm {
    const alarm = new Alarm(
      this,
      title.replaceAll(/ ./g, (gap) => gap.trim().toUpperCase()),
      {
        // What the mail's subject says.
        alarmName: `punctual-${this.stage} ${title}`,
        alarmDescription: `${meaning} What to do: RUNBOOK.md, "${title}".`,
        metric,
        threshold,
        evaluationPeriods: periods,
        comparisonOperator: isHeartbeat
          ? ComparisonOperator.LESS_THAN_THRESHOLD
          : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: isHeartbeat ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
      },
    )
    alarm.addAlarmAction(new SnsAction(this.topic))
    return alarm
  }
}
