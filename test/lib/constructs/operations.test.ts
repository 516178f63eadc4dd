import type { Template } from 'aws-cdk-lib/assertions'
import { beforeAll, describe, expect, it } from 'vitest'
import { functionOf, type Json, onlyResource, resourcesOf, templateOf } from '../synthesized.ts'

describe('operations', () => {
  let template: Template
  beforeAll(async () => {
    template = await templateOf({ alarmEmail: 'ops@example.com' })
  })

  const alarms = () =>
    Object.values(resourcesOf(template, 'AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties)

  /** What an alarm watches, as `metric of what`. */
  function watched(alarm: Json): string {
    const [{ Value }] = alarm.Dimensions
    const [id, attribute] = Value.Ref ? [Value.Ref] : Value['Fn::GetAtt']
    const resource = template.toJSON().Resources[id]
    const name =
      attribute === 'QueueName'
        ? resource.Properties.RedrivePolicy
          ? 'dead letters'
          : 'unreadable'
        : resource.Properties.Handler
    return `${alarm.MetricName} of ${name}`
  }

  it('alarms when the executor fails, an occurrence is not delivered, a dead letter is not understood, the sweeper fails', () => {
    expect(alarms().map(watched).toSorted()).toEqual([
      'ApproximateNumberOfMessagesVisible of unreadable',
      'Errors of executor.handler',
      'Errors of sweeper.handler',
      'NumberOfMessagesSent of dead letters',
    ])
  })

  it('alarms at the first one, except for the sweeper, whose next sweep repairs what one has missed', () => {
    for (const alarm of alarms()) {
      expect(alarm).toMatchObject({
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        TreatMissingData: 'notBreaching',
        EvaluationPeriods: watched(alarm) === 'Errors of sweeper.handler' ? 2 : 1,
      })
    }
  })

  it('tells for each alarm which paragraph of RUNBOOK.md helps', () => {
    const paragraphs = alarms().map(({ AlarmDescription }) => /RUNBOOK\.md, "(.+)"\.$/.exec(AlarmDescription)?.[1])
    expect(paragraphs.toSorted()).toEqual([
      'Dead letters',
      'Executor errors',
      'Sweeper errors',
      'Unreadable dead letters',
    ])
  })

  it('sends every alarm to the topic, and the topic to the configured address', () => {
    const topic = onlyResource(template, 'AWS::SNS::Topic')
    for (const alarm of alarms()) expect(alarm.AlarmActions).toEqual([{ Ref: topic.id }])
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
})
