import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import { ScheduleGroup } from 'aws-cdk-lib/aws-scheduler'
import { Construct } from 'constructs'
import type { DeadLetters } from './dead-letters.ts'
import type { PunctualFunction } from './punctual-function.ts'
import { SchedulerRole } from './scheduler-role.ts'

export interface SchedulingProps {
  readonly stage: string
  readonly deadLetters: DeadLetters
}

/** The jobs' schedules in EventBridge Scheduler: one group per stage, and the role by which they start runs. */
export class Scheduling extends Construct {
  /** What a function needs to know to make a schedule. */
  readonly environment: {
    readonly SCHEDULE_GROUP: string
    readonly SCHEDULER_ROLE_ARN: string
    readonly DEAD_LETTER_QUEUE_ARN: string
  }
  /** Where the schedules are, for what watches them. */
  readonly group: ScheduleGroup
  private readonly role: SchedulerRole

  constructor(scope: Construct, id: string, { stage, deadLetters }: SchedulingProps) {
    super(scope, id)
    this.group = new ScheduleGroup(this, 'Group', {
      scheduleGroupName: `punctual-${stage}`,
      // Deleting a group deletes its schedules; without the executor they would be orphans, and the sweeper can make them anew.
      removalPolicy: RemovalPolicy.DESTROY,
    })
    this.role = new SchedulerRole(this, 'Role', {
      scheduleGroupArn: this.group.scheduleGroupArn,
      deadLetterQueue: deadLetters.queue,
    })
    this.environment = {
      SCHEDULE_GROUP: this.group.scheduleGroupName,
      SCHEDULER_ROLE_ARN: this.role.roleArn,
      DEAD_LETTER_QUEUE_ARN: deadLetters.queue.queueArn,
    }
  }

  /** Lets schedules start this function. */
  allowStarting(target: PunctualFunction): void {
    this.role.allowStarting(target)
  }

  /** Lets the function make and delete the jobs' schedules. */
  allowScheduling(user: PunctualFunction): void {
    this.allow(user, ['scheduler:CreateSchedule', 'scheduler:DeleteSchedule'])
  }

  /** Lets the function make schedules, which then delete themselves. */
  allowPostponing(user: PunctualFunction): void {
    this.allow(user, ['scheduler:CreateSchedule'])
  }

  private allow(user: PunctualFunction, actions: readonly string[]): void {
    const schedules = Stack.of(this).formatArn({
      service: 'scheduler',
      resource: 'schedule',
      resourceName: `${this.group.scheduleGroupName}/*`,
    })
    user.allow({ actions: [...actions], resources: [schedules] })
    user.allow({
      actions: ['iam:PassRole'],
      resources: [this.role.roleArn],
      conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
    })
    Validations.of(user).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:scheduler:<AWS::Region>:<AWS::AccountId>:schedule/${this.group.scheduleGroupName}/*]`,
      reason:
        'Schedules are made while the service runs, one or two for each job and one for each retry that waits; all of this stage, and only they, are in this group.',
    })
  }

  /** Lets the function list schedules. */
  allowListing(user: PunctualFunction): void {
    user.allow({ actions: ['scheduler:ListSchedules'], resources: ['*'] })
    Validations.of(user).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        'scheduler:ListSchedules cannot be limited: the Service Authorization Reference gives it no resource type. It shows names and ARNs, not targets or inputs.',
    })
  }
}
