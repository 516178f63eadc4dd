import {
  ConflictException,
  CreateScheduleCommand,
  DeleteScheduleCommand,
  paginateListSchedules,
  ResourceNotFoundException,
  type SchedulerClient,
} from '@aws-sdk/client-scheduler'
import type { Projection } from '../../domain/job/job-schedule.ts'
import type { ScheduleList, ScheduleProjector } from '../../ports/schedule-projector.ts'

export type ScheduleSettings = {
  readonly groupName: string
  readonly roleArn: string
  readonly executorArn: string
  readonly deadLetterQueueArn: string
}

/** Deliveries that Scheduler tries again within the window; each waits longer than the one before. */
const DELIVERY_RETRIES = 10

/** What Scheduler sends to the executor, with the planned instant put in by Scheduler itself. */
const orderFor = (job: { tenant: string; jobId: string; generation: number }): string =>
  JSON.stringify({ kind: 'occurrence', ...job, plannedAt: '<aws.scheduler.scheduled-time>' })

const dateOrNothing = <Name extends string>(name: Name, instant: number | undefined) =>
  instant === undefined ? {} : { [name]: new Date(instant) }

function scheduleInput(projection: Projection, input: string, settings: ScheduleSettings) {
  const { flexMinutes } = projection
  return {
    Name: projection.name,
    GroupName: settings.groupName,
    ScheduleExpression: projection.expression,
    ScheduleExpressionTimezone: projection.timezone,
    ...dateOrNothing('StartDate', projection.startAt),
    ...dateOrNothing('EndDate', projection.endAt),
    FlexibleTimeWindow:
      flexMinutes === 0 ? { Mode: 'OFF' as const } : { Mode: 'FLEXIBLE' as const, MaximumWindowInMinutes: flexMinutes },
    ActionAfterCompletion: 'DELETE' as const,
    Target: {
      Arn: settings.executorArn,
      RoleArn: settings.roleArn,
      Input: input,
      DeadLetterConfig: { Arn: settings.deadLetterQueueArn },
      RetryPolicy: {
        MaximumEventAgeInSeconds: projection.windowSeconds,
        MaximumRetryAttempts: DELIVERY_RETRIES,
      },
    },
  }
}

/** Schedules of one group in EventBridge Scheduler. */
export function eventBridgeSchedules(client: SchedulerClient, settings: ScheduleSettings): ScheduleProjector {
  return {
    async create(projection, job) {
      try {
        await client.send(new CreateScheduleCommand(scheduleInput(projection, orderFor(job), settings)))
      } catch (error) {
        // Names are never reused, so what is there already is this very schedule.
        if (!(error instanceof ConflictException)) throw error
      }
    },

    async remove(name) {
      try {
        await client.send(new DeleteScheduleCommand({ Name: name, GroupName: settings.groupName }))
      } catch (error) {
        if (!(error instanceof ResourceNotFoundException)) throw error
      }
    },
  }
}

/** Names of all schedules of a group. */
export function eventBridgeScheduleList(client: SchedulerClient, groupName: string): ScheduleList {
  return {
    async *names() {
      for await (const page of paginateListSchedules({ client, pageSize: 100 }, { GroupName: groupName })) {
        for (const schedule of page.Schedules ?? []) if (schedule.Name !== undefined) yield schedule.Name
      }
    },
  }
}
