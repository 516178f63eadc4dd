import { type Duration, Stack } from 'aws-cdk-lib'
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler'
import type { Construct } from 'constructs'
import type { PunctualFunction } from './punctual-function.ts'
import { SchedulerRole } from './scheduler-role.ts'

/** Not the jobs' group: there the sweeper would find the schedule, which no job explains, and delete it. */
const GROUP = 'default'

/** A static schedule that starts a function of Punctual's own; it and its role become parts of `scope`. */
export function startPeriodically(
  scope: Construct,
  started: PunctualFunction,
  { period, description, input }: { readonly period: Duration; readonly description: string; readonly input: object },
): void {
  const stack = Stack.of(scope)
  const role = new SchedulerRole(scope, 'ScheduleRole', {
    scheduleGroupArn: stack.formatArn({ service: 'scheduler', resource: 'schedule-group', resourceName: GROUP }),
  })
  role.allowStarting(started)
  const schedule = new CfnSchedule(scope, 'Schedule', {
    description,
    groupName: GROUP,
    scheduleExpression: `rate(${period.toMinutes()} minutes)`,
    flexibleTimeWindow: { mode: 'OFF' },
    target: {
      arn: started.arn,
      roleArn: role.roleArn,
      input: JSON.stringify(input),
      retryPolicy: { maximumRetryAttempts: 2, maximumEventAgeInSeconds: period.toSeconds() },
    },
  })
  // It fires as soon as it exists: the role's permission has to be there before.
  schedule.node.addDependency(role)
}
