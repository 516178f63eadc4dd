import { isDeepStrictEqual } from 'node:util'
import type { Template } from 'aws-cdk-lib/assertions'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  functionOf,
  type Json,
  type LogicalId,
  onlyResource,
  permissionsOfRole,
  resourcesOf,
  templateOf,
} from '../synthesized.ts'

const arnOf = (id: LogicalId) => ({ 'Fn::GetAtt': [id, 'Arn'] })

describe('the way of an occurrence: schedule, executor, dead letters', () => {
  let template: Template
  let executor: LogicalId
  let deadLetters: LogicalId
  let unreadable: LogicalId

  beforeAll(async () => {
    template = await templateOf({ stage: 'test' })
    executor = functionOf(template, 'executor').id
    const queues = Object.entries(resourcesOf(template, 'AWS::SQS::Queue'))
    deadLetters = queues.find(([, { Properties }]) => Properties.RedrivePolicy)![0]
    unreadable = queues.find(([, { Properties }]) => !Properties.RedrivePolicy)![0]
  })

  function schedulerRole(id: LogicalId) {
    return resourcesOf(template, 'AWS::IAM::Role')[id]!.Properties.AssumeRolePolicyDocument.Statement
  }

  it('has one schedule group for each stage', () => {
    expect(onlyResource(template, 'AWS::Scheduler::ScheduleGroup').Properties).toEqual({ Name: 'punctual-test' })
  })

  it('gives jobs and sweeper the same group, role, executor and queue', () => {
    const group = onlyResource(template, 'AWS::Scheduler::ScheduleGroup')
    for (const entry of ['jobs', 'sweeper']) {
      const { Variables } = functionOf(template, entry).Properties.Environment
      expect(Variables).toMatchObject({
        SCHEDULE_GROUP: group.Properties.Name,
        EXECUTOR_ARN: arnOf(executor),
        DEAD_LETTER_QUEUE_ARN: arnOf(deadLetters),
      })
      const role = Variables.SCHEDULER_ROLE_ARN['Fn::GetAtt'][0]
      expect(schedulerRole(role)).toEqual([
        {
          Action: 'sts:AssumeRole',
          Effect: 'Allow',
          Principal: { Service: 'scheduler.amazonaws.com' },
          Condition: {
            StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' }, 'aws:SourceArn': arnOf(group.id) },
          },
        },
      ])
      expect(permissionsOfRole(template, role)).toEqual([
        { action: 'sqs:SendMessage', resource: `<${deadLetters}.Arn>` },
        { action: 'lambda:InvokeFunction', resource: `<${executor}.Arn>` },
      ])
    }
  })

  describe('the executor', () => {
    it('has a third more time than the longest call may take', () => {
      expect(functionOf(template, 'executor').Properties).toMatchObject({ Timeout: 300 + 100, MemorySize: 136 })
    })

    it('is tried again, and what it never finished goes to the dead letters', () => {
      const config = Object.values(resourcesOf(template, 'AWS::Lambda::EventInvokeConfig')).find(
        ({ Properties }) => Properties.FunctionName.Ref === executor,
      )
      expect(config?.Properties).toMatchObject({
        MaximumRetryAttempts: 2,
        MaximumEventAgeInSeconds: 3600,
        DestinationConfig: { OnFailure: { Destination: arnOf(deadLetters) } },
      })
    })

    it('reserves concurrency only when told to', async () => {
      expect(functionOf(template, 'executor').Properties.ReservedConcurrentExecutions).toBeUndefined()
      const reserved = await templateOf({ executorReservedConcurrency: '50' })
      expect(functionOf(reserved, 'executor').Properties.ReservedConcurrentExecutions).toBe(50)
    })
  })

  describe('the dead letters', () => {
    it('are encrypted, and nobody may speak to their queues without TLS', () => {
      const policies = Object.values(resourcesOf(template, 'AWS::SQS::QueuePolicy'))
      for (const id of [deadLetters, unreadable]) {
        expect(resourcesOf(template, 'AWS::SQS::Queue')[id]!.Properties.SqsManagedSseEnabled).toBe(true)
        const policy = policies.find(({ Properties }) => Properties.Queues.some((queue: Json) => queue.Ref === id))
        expect(policy?.Properties.PolicyDocument.Statement).toContainEqual({
          Action: 'sqs:*',
          Effect: 'Deny',
          Principal: { AWS: '*' },
          Resource: arnOf(id),
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        })
      }
    })

    it('are given to their function, which reports single failures', () => {
      expect(onlyResource(template, 'AWS::Lambda::EventSourceMapping').Properties).toMatchObject({
        EventSourceArn: arnOf(deadLetters),
        FunctionName: { Ref: functionOf(template, 'dead-letters').id },
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      })
    })

    it('are not given to it twice while it works on them, and go to a person after five tries', () => {
      const { Properties } = resourcesOf(template, 'AWS::SQS::Queue')[deadLetters]!
      expect(Properties.VisibilityTimeout).toBeGreaterThanOrEqual(
        6 * functionOf(template, 'dead-letters').Properties.Timeout,
      )
      expect(Properties.RedrivePolicy).toEqual({ deadLetterTargetArn: arnOf(unreadable), maxReceiveCount: 5 })
    })
  })

  describe.each([
    ['sweeper', 5],
    ['run-counter', 15],
  ])('the %s', (entry, minutes) => {
    it(`is started every ${minutes} minutes, by a schedule outside of the group that is swept`, () => {
      const started = arnOf(functionOf(template, entry).id)
      const schedules = Object.values(resourcesOf(template, 'AWS::Scheduler::Schedule'))
      const [{ Properties }] = schedules.filter((one) => isDeepStrictEqual(one.Properties.Target.Arn, started)) as Json
      expect(Properties).toMatchObject({
        GroupName: 'default',
        ScheduleExpression: `rate(${minutes} minutes)`,
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { RetryPolicy: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: minutes * 60 } },
      })
      const role = Properties.Target.RoleArn['Fn::GetAtt'][0]
      expect(JSON.stringify(schedulerRole(role))).toContain(':schedule-group/default')
      expect(permissionsOfRole(template, role)).toEqual([
        { action: 'lambda:InvokeFunction', resource: `<${functionOf(template, entry).id}.Arn>` },
      ])
    })

    it('ends before it is started again', () => {
      expect(functionOf(template, entry).Properties.Timeout).toBeLessThan(minutes * 60)
    })
  })
})
