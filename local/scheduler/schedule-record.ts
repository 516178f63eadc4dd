import { z } from 'zod'

const parameters = z.record(z.string(), z.unknown()).readonly().optional()

/** What a schedule calls, in the wire's own names; the retry policy is always filled in. */
export const Target = z.object({
  Arn: z.string(),
  RoleArn: z.string(),
  Input: z.string().optional(),
  DeadLetterConfig: z.object({ Arn: z.string().optional() }).optional(),
  RetryPolicy: z.object({ MaximumEventAgeInSeconds: z.number(), MaximumRetryAttempts: z.number() }),
  EcsParameters: parameters,
  EventBridgeParameters: parameters,
  KinesisParameters: parameters,
  SageMakerPipelineParameters: parameters,
  SqsParameters: parameters,
})
export type Target = Readonly<z.infer<typeof Target>>

/** What CreateSchedule and UpdateSchedule set and GetSchedule gives back, in the wire's own names. */
export const ScheduleDefinition = z.object({
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string(),
  /** Seconds since the epoch, as in `EndDate`. */
  StartDate: z.number().optional(),
  EndDate: z.number().optional(),
  Description: z.string().optional(),
  State: z.enum(['ENABLED', 'DISABLED']),
  KmsKeyArn: z.string().optional(),
  Target,
  FlexibleTimeWindow: z.object({
    Mode: z.enum(['OFF', 'FLEXIBLE']),
    MaximumWindowInMinutes: z.number().optional(),
  }),
  ActionAfterCompletion: z.enum(['NONE', 'DELETE']),
})
export type ScheduleDefinition = Readonly<z.infer<typeof ScheduleDefinition>>

/** A schedule as it is kept. */
export const ScheduleRecord = z.object({
  /** Tells this schedule from an earlier or later one of the same name. */
  id: z.string(),
  groupName: z.string(),
  name: z.string(),
  definition: ScheduleDefinition,
  createdAtMs: z.number(),
  /** Only occurrences after this instant are planned: nothing is caught up on from before a create or an update. */
  modifiedAtMs: z.number(),
})
export type ScheduleRecord = Readonly<z.infer<typeof ScheduleRecord>>

export const GroupRecord = z.object({
  name: z.string(),
  createdAtMs: z.number(),
  modifiedAtMs: z.number(),
  tags: z.array(z.object({ Key: z.string(), Value: z.string() })).readonly(),
})
export type GroupRecord = Readonly<z.infer<typeof GroupRecord>>

/** Account and region that the service plays. */
export type Place = { readonly accountId: string; readonly region: string }

export function scheduleArn(place: Place, schedule: { readonly groupName: string; readonly name: string }): string {
  return `arn:aws:scheduler:${place.region}:${place.accountId}:schedule/${schedule.groupName}/${schedule.name}`
}

export function groupArn(place: Place, groupName: string): string {
  return `arn:aws:scheduler:${place.region}:${place.accountId}:schedule-group/${groupName}`
}
