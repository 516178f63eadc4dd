import type { AccessControl } from './access-control.ts'

/** By the service in the target's ARN, what it takes to hand an event over. */
const DELIVERY_ACTIONS: Readonly<Record<string, string>> = {
  lambda: 'lambda:InvokeFunction',
  sns: 'sns:Publish',
  sqs: 'sqs:SendMessage',
}

function deliveryAction(targetArn: string): string {
  const service = targetArn.split(':')[2] ?? ''
  const action = DELIVERY_ACTIONS[service]
  if (action === undefined) throw new Error(`Nothing is known of how ${targetArn} gets an event`)
  return action
}

/**
 * Why EventBridge Scheduler may not hand an event to a target or dead-letter queue by the role of its schedule; undefined
 * when it may. The role sees the schedule's group as the source (EventBridge Scheduler User Guide, "Confused deputy
 * prevention").
 */
export function denialOfSchedule(
  access: AccessControl | undefined,
  schedule: { readonly roleArn: string; readonly scheduleArn: string },
  targetArn: string,
): string | undefined {
  return access?.denial({
    service: 'scheduler.amazonaws.com',
    roleArn: schedule.roleArn,
    sourceArn: schedule.scheduleArn.replace(/:schedule\/([^/]+)\/.*$/, ':schedule-group/$1'),
    action: deliveryAction(targetArn),
    resource: targetArn,
  })
}

/** Why Lambda may not send the record of an invocation to its destination, by the role of the function. */
export function denialOfDestination(
  access: AccessControl | undefined,
  { roleArn }: { readonly roleArn: string },
  destinationArn: string,
): string | undefined {
  const action = deliveryAction(destinationArn)
  return access?.denial({ service: 'lambda.amazonaws.com', roleArn, action, resource: destinationArn })
}

/** Source: AWS Lambda Developer Guide, "Creating and configuring an Amazon SQS event source mapping". */
const POLLING_ACTIONS = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']

/** Why Lambda may not poll a queue by the role of the function that it feeds; without this no mapping can be made. */
export function denialOfPolling(
  access: AccessControl | undefined,
  { roleArn }: { readonly roleArn: string },
  queueArn: string,
): string | undefined {
  return POLLING_ACTIONS.map((action) =>
    access?.denial({ service: 'lambda.amazonaws.com', roleArn, action, resource: queueArn }),
  ).find((denial) => denial !== undefined)
}
