import { Stack } from 'aws-cdk-lib'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import type { PunctualFunction } from './punctual-function.ts'

export interface SchedulerRoleProps {
  /** The ARN of the one schedule group whose schedules may use the role. */
  readonly scheduleGroupArn: string
  /** Where events go that could not be delivered. @default nowhere */
  readonly deadLetterQueue?: Queue
}

/**
 * What EventBridge Scheduler becomes when a schedule is due. Only schedules of one group in this account can use it, else
 * anyone's schedule could (the EventBridge Scheduler guide, "Confused deputy prevention"; it says to name the group, not a schedule).
 */
export class SchedulerRole extends Role {
  constructor(scope: Construct, id: string, { scheduleGroupArn, deadLetterQueue }: SchedulerRoleProps) {
    super(scope, id, {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Stack.of(scope).account, 'aws:SourceArn': scheduleGroupArn },
        },
      }),
    })
    if (deadLetterQueue) {
      this.addToPrincipalPolicy(
        new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [deadLetterQueue.queueArn] }),
      )
    }
  }
  /** Lets the schedules start this function. */
  allowStarting(target: PunctualFunction): void {
    this.addToPrincipalPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [target.arn] }))
  }
}
