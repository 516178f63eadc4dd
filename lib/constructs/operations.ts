import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import type { Topic } from 'aws-cdk-lib/aws-sns'
import { Construct } from 'constructs'
import { Dashboard } from './dashboard.ts'
import { type AlarmRule, alarmRules } from './operations-alarms.ts'
import { operationsMetrics, type Watched } from './operations-metrics.ts'

export interface OperationsProps extends Watched {
  /** Where the alarms go. */
  readonly topic: Topic
}

/** What a person is told about, and how: alarms, each with its paragraph in RUNBOOK.md, and a dashboard. */
export class Operations extends Construct {
  private readonly stage: string
  private readonly topic: Topic

  constructor(scope: Construct, id: string, { topic, ...watched }: OperationsProps) {
    super(scope, id)
    this.stage = watched.stage
    this.topic = topic
    const metrics = operationsMetrics(watched)
    const alarms = alarmRules(metrics, watched.executor.timeout).map((rule) => this.alarm(rule))
    new Dashboard(this, 'Dashboard', { stage: this.stage, metrics, alarms })
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
