import type { SchedulerClient } from '@aws-sdk/client-scheduler'
import type { RunPostponer } from '../../ports/run-postponer.ts'

export type PostponerSettings = {
  readonly groupName: string
  readonly roleArn: string
  readonly deadLetterQueueArn: string
  /** The function that resumes runs: the one that postpones them. */
  readonly executorArn: () => string
  /** @default one of its own, made when it is needed */
  readonly client?: SchedulerClient
}

/** How late a resumption may be delivered; the sweeper has taken the run over by then, in seconds. */
const WINDOW_SECONDS = 3600
const DELIVERY_RETRIES = 10

/** `at()` takes whole seconds and no zone of its own. What was asked to wait does not start a fraction too early. */
const atExpression = (at: number): string => `at(${new Date(Math.ceil(at / 1000) * 1000).toISOString().slice(0, 19)})`

/**
 * One-off schedules that delete themselves. The client is loaded when the first run has to wait: most never do, and
 * loading it would cost every start of the function.
 */
export function eventBridgePostponer(settings: PostponerSettings): RunPostponer {
  let { client } = settings
  return {
    async postpone(order, at) {
      const sdk = await import('@aws-sdk/client-scheduler')
      client ??= new sdk.SchedulerClient()
      const command = new sdk.CreateScheduleCommand({
        Name: `${order.runId}.${order.attempt}`,
        GroupName: settings.groupName,
        ScheduleExpression: atExpression(at),
        ScheduleExpressionTimezone: 'UTC',
        FlexibleTimeWindow: { Mode: 'OFF' },
        ActionAfterCompletion: 'DELETE',
        Target: {
          Arn: settings.executorArn(),
          RoleArn: settings.roleArn,
          Input: JSON.stringify(order),
          DeadLetterConfig: { Arn: settings.deadLetterQueueArn },
          RetryPolicy: { MaximumEventAgeInSeconds: WINDOW_SECONDS, MaximumRetryAttempts: DELIVERY_RETRIES },
        },
      })
      try {
        await client.send(command)
      } catch (error) {
        // The same resumption was postponed before, and only the answer was lost.
        if (!(error instanceof sdk.ConflictException)) throw error
      }
    },
  }
}
