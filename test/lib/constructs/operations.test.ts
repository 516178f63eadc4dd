import type { Template } from 'aws-cdk-lib/assertions'
import { beforeAll, describe, expect, it } from 'vitest'
import { targetLimits } from '../../../lambdas/domain/target/target-limits.ts'
import { alarmsOf, dashboardMetrics, identityOf, type WatchedAlarm, widgetsOf } from '../alarms.ts'
import { functionOf, onlyResource, permissionsOf, resourcesOf, templateOf, text } from '../synthesized.ts'

const STAGE = 'test'

/** What an alarm computes and when it rings, in a line. */
function describeRule({ properties: alarm }: WatchedAlarm): string {
  const expression = alarm.Metrics?.find(({ Expression }: { Expression?: string }) => Expression)?.Expression
  const of = expression ?? `${alarm.Statistic ?? alarm.ExtendedStatistic} of ${alarm.MetricName}`
  const sign = { GreaterThanOrEqualToThreshold: '≥', LessThanThreshold: '<' }[alarm.ComparisonOperator as string]
  const seconds = alarm.Period ?? alarm.Metrics.find((one: { MetricStat?: object }) => one.MetricStat).MetricStat.Period
  return `${of} ${sign} ${alarm.Threshold}, ${alarm.EvaluationPeriods} × ${seconds / 60} min`
}

describe('operations', () => {
  let template: Template
  let alarms: readonly WatchedAlarm[]
  beforeAll(async () => {
    template = await templateOf({ stage: STAGE, alarmEmail: 'ops@example.com' })
    alarms = alarmsOf(template, STAGE)
  })
  const alarm = (title: string) => alarms.find((one) => one.title === title)!
  const watchedBy = (title: string) => alarm(title).metrics.map(identityOf)

  it('rings at once for what is lost, and after a quarter of an hour for what may mend itself', () => {
    const fill = (metric: string) =>
      ['GetItem', 'PutItem', 'Query', 'UpdateItem'].map((operation) => `FILL(${metric}Of${operation}, 0)`).join(' + ')
    expect(Object.fromEntries(alarms.map((one) => [one.title, describeRule(one)]))).toEqual({
      'Failed runs': 'IF(runs >= 20, 100 * FILL(failed, 0) / runs, 0) ≥ 50, 3 × 5 min',
      'Late runs': 'p99 of StartLateness ≥ 120000, 3 × 5 min',
      'Scheduler target errors': 'Sum of TargetErrorCount ≥ 1, 3 × 5 min',
      'Scheduler target throttles': 'Sum of TargetErrorThrottledCount ≥ 1, 3 × 5 min',
      'Scheduler invocation throttles': 'Sum of InvocationThrottleCount ≥ 1, 3 × 5 min',
      'Scheduler dropped invocations': 'Sum of InvocationDroppedCount ≥ 1, 1 × 5 min',
      'Sent to dead letters': 'Sum of InvocationsSentToDeadLetterCount ≥ 1, 1 × 5 min',
      'Not sent to dead letters': 'Sum of InvocationsFailedToBeSentToDeadLetterCount ≥ 1, 1 × 5 min',
      'Executor errors': 'Sum of Errors ≥ 1, 1 × 5 min',
      'Executor throttles': 'Sum of Throttles ≥ 1, 3 × 5 min',
      'Executor duration': 'p99 of Duration ≥ 320000, 3 × 5 min',
      'Executor events dropped': 'Sum of AsyncEventsDropped ≥ 1, 1 × 5 min',
      'Executor destination failures': 'Sum of DestinationDeliveryFailures ≥ 1, 1 × 5 min',
      'Dead letters waiting': 'Maximum of ApproximateAgeOfOldestMessage ≥ 900, 1 × 5 min',
      'Unreadable dead letters': 'Maximum of ApproximateNumberOfMessagesVisible ≥ 1, 1 × 5 min',
      'API errors': 'Sum of 5xx ≥ 1, 1 × 5 min',
      'API latency': 'p99 of Latency ≥ 5000, 3 × 5 min',
      'Table throttles': `${fill('throttledRequests')} ≥ 1, 3 × 5 min`,
      'Table system errors': `${fill('systemErrors')} ≥ 1, 3 × 5 min`,
      'Sweeper silent': 'FILL(sweeps, 0) < 1, 3 × 5 min',
      'Sweeper repairs': 'Sum of SweepRepairs ≥ 5, 1 × 15 min',
      'Sweeper failures': 'Minimum of SweepFailures ≥ 1, 1 × 15 min',
      'Oldest pending job': 'Maximum of OldestPendingSeconds ≥ 900, 1 × 5 min',
      'Oldest task': 'Maximum of OldestTaskSeconds ≥ 10800, 1 × 5 min',
      'Runs uncounted': 'Sum of Errors ≥ 3, 1 × 60 min',
    })
  })

  it('takes silence for well, except of the sweeper', () => {
    for (const { title, properties } of alarms) {
      expect(properties.TreatMissingData, title).toBe(title === 'Sweeper silent' ? 'breaching' : 'notBreaching')
    }
  })

  it('watches the schedules of this stage, the executor, its queues, the API and the table', () => {
    const executor = functionOf(template, 'executor').id
    const queues = Object.entries(resourcesOf(template, 'AWS::SQS::Queue'))
    const [deadLetters] = queues.find(([, { Properties }]) => Properties.RedrivePolicy)!
    const [unreadable] = queues.find(([, { Properties }]) => !Properties.RedrivePolicy)!
    const group = onlyResource(template, 'AWS::Scheduler::ScheduleGroup').Properties.Name
    const api = onlyResource(template, 'AWS::ApiGatewayV2::Api').id
    for (const { title } of alarms.filter((one) => one.title.startsWith('Scheduler') || / to dead/.test(one.title))) {
      expect(watchedBy(title), title).toEqual([expect.stringMatching(`^AWS/Scheduler .* {ScheduleGroup=${group}}$`)])
    }
    for (const { title } of alarms.filter((one) => one.title.startsWith('Executor'))) {
      expect(watchedBy(title), title).toEqual([expect.stringMatching(`^AWS/Lambda .* {FunctionName=<${executor}>}$`)])
    }
    expect(watchedBy('Dead letters waiting')).toEqual([
      `AWS/SQS ApproximateAgeOfOldestMessage {QueueName=<${deadLetters}.QueueName>}`,
    ])
    expect(watchedBy('Unreadable dead letters')).toEqual([
      `AWS/SQS ApproximateNumberOfMessagesVisible {QueueName=<${unreadable}.QueueName>}`,
    ])
    expect(watchedBy('API errors')).toEqual([`AWS/ApiGateway 5xx {ApiId=<${api}>}`])
    expect(watchedBy('API latency')).toEqual([`AWS/ApiGateway Latency {ApiId=<${api}>}`])
  })

  it('watches every operation that a run may make on the table', () => {
    const table = onlyResource(template, 'AWS::DynamoDB::Table').id
    const actions = permissionsOf(template, 'executor').map(({ action }) => action)
    const operations = [...new Set(actions.filter((action) => action.startsWith('dynamodb:')))].map((action) =>
      action.replace('dynamodb:', ''),
    )
    expect(operations).not.toEqual([])
    for (const [title, metric] of [
      ['Table throttles', 'ThrottledRequests'],
      ['Table system errors', 'SystemErrors'],
    ] as const) {
      expect(watchedBy(title).toSorted()).toEqual(
        operations
          .toSorted()
          .map((operation) => `AWS/DynamoDB ${metric} {Operation=${operation}, TableName=<${table}>}`),
      )
    }
  })

  it('takes no call that a job may ask for as too long, and warns before a run is cut off', () => {
    const { Threshold } = alarm('Executor duration').properties
    expect(Threshold).toBeGreaterThan(targetLimits.timeoutMs.max)
    expect(Threshold).toBe(functionOf(template, 'executor').Properties.Timeout * 1000 * 0.8)
  })

  it('sends every alarm to the topic, and the topic to the configured address', () => {
    const topic = onlyResource(template, 'AWS::SNS::Topic')
    for (const { title, properties } of alarms) expect(properties.AlarmActions, title).toEqual([{ Ref: topic.id }])
    expect(onlyResource(template, 'AWS::SNS::Subscription').Properties).toEqual({
      Protocol: 'email',
      Endpoint: 'ops@example.com',
      TopicArn: { Ref: topic.id },
    })
  })

  it('lets alarms of this account publish to the topic, and nobody without TLS', () => {
    const { Statement } = onlyResource(template, 'AWS::SNS::TopicPolicy').Properties.PolicyDocument
    expect(Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      }),
    )
    expect(Statement).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    )
  })

  it('subscribes nobody unless told to', async () => {
    const quiet = await templateOf()
    expect(resourcesOf(quiet, 'AWS::SNS::Subscription')).toEqual({})
    expect(functionOf(quiet, 'executor')).toBeDefined()
  })

  describe('the dashboard', () => {
    it('is named after stage and region, and shows every alarm first', () => {
      const { DashboardName } = onlyResource(template, 'AWS::CloudWatch::Dashboard').Properties
      expect(text(DashboardName)).toBe(`punctual-${STAGE}-<AWS::Region>`)
      const [first] = widgetsOf(template).filter(({ type }) => type !== 'text')
      expect(first.type).toBe('alarm')
      expect(first.properties.alarms).toEqual(
        Object.keys(resourcesOf(template, 'AWS::CloudWatch::Alarm')).map((id) => `<${id}.Arn>`),
      )
    })

    it('shows what runs came to, for the whole time that is looked at', () => {
      const figures = widgetsOf(template).filter(({ properties }) => properties.view === 'singleValue')
      expect(figures.map(({ properties }) => properties.metrics[0].at(-1).label)).toEqual([
        'Runs',
        'Failed runs',
        'Start lateness p99',
        'Run duration p50',
        'API requests',
        'Sweeps',
      ])
      for (const { properties } of figures) expect(properties.setPeriodToTimeRange).toBe(true)
    })

    it('stays within the 50 metrics up to which a dashboard may be free', () => {
      const shown = new Set(dashboardMetrics(template).map(identityOf))
      expect(shown.size).toBeGreaterThan(25)
      expect(shown.size).toBeLessThanOrEqual(50)
    })
  })
})
