import { isTimezone, parseScheduleExpression } from '../../schedule-expressions/index.ts'
import { WireError } from '../wire-service.ts'
import type { MemberReader, TextRule } from './request-members.ts'
import type { ScheduleDefinition, Target } from './schedule-record.ts'
import { readTarget, refuseUnfitTarget } from './target-request.ts'

/** Names of schedules and groups, by the service model. */
export const nameRule: TextRule = { pattern: '[0-9a-zA-Z-_.]+', min: 1, max: 64 }
export const clientTokenRule: TextRule = { pattern: '[a-zA-Z0-9-_]+', min: 1, max: 64 }

const kmsKeyRule: TextRule = {
  pattern: 'arn:aws[a-z-]*:kms:[a-z0-9\\-]+:\\d{12}:(key|alias)\\/[0-9a-zA-Z-_]*',
  min: 1,
  max: 2048,
}
/** How far back a StartDate may lie. */
const START_DATE_GRACE_MS = 5 * 60_000

export type ScheduleRequest = {
  readonly name: string
  readonly groupName: string | undefined
  readonly clientToken: string | undefined
  readonly definition: ScheduleDefinition
}

/**
 * Reads the body of CreateSchedule or UpdateSchedule and fills in what the service fills in. An update replaces
 * everything, so both read alike.
 * @throws WireError ValidationException in the words of the service
 */
export function readScheduleRequest(members: MemberReader, nowMs: number, region: string): ScheduleRequest {
  const name = members.requiredText('Name', nameRule)
  const groupName = members.text('GroupName', nameRule)
  const clientToken = members.text('ClientToken', clientTokenRule)
  const definition = readDefinition(members)
  members.check()
  refuseUnfitTiming(definition, nowMs)
  refuseUnfitTarget(definition.Target, region)
  return { name, groupName, clientToken, definition }
}

function readDefinition(members: MemberReader): ScheduleDefinition {
  const window = members.requiredStructure('FlexibleTimeWindow')
  const target: Target = readTarget(members.requiredStructure('Target'))
  if (members.has('FlexibleTimeWindow')) window.requiredText('Mode')
  return {
    ScheduleExpression: members.requiredText('ScheduleExpression', { min: 1, max: 256 }),
    ScheduleExpressionTimezone: members.text('ScheduleExpressionTimezone', { min: 1, max: 50 }) ?? 'UTC',
    StartDate: members.timestamp('StartDate'),
    EndDate: members.timestamp('EndDate'),
    Description: members.text('Description', { max: 512 }),
    State: members.oneOf('State', ['ENABLED', 'DISABLED']) ?? 'ENABLED',
    KmsKeyArn: members.text('KmsKeyArn', kmsKeyRule),
    Target: target,
    FlexibleTimeWindow: {
      Mode: window.oneOf('Mode', ['OFF', 'FLEXIBLE']) ?? 'OFF',
      MaximumWindowInMinutes: window.integer('MaximumWindowInMinutes', { min: 1, max: 1440 }),
    },
    ActionAfterCompletion: members.oneOf('ActionAfterCompletion', ['NONE', 'DELETE']) ?? 'NONE',
  }
}

function refuseUnfitTiming(definition: ScheduleDefinition, nowMs: number): void {
  const parsed = parseScheduleExpression(definition.ScheduleExpression)
  if (!parsed.ok) throw refusal(`Invalid Schedule Expression ${definition.ScheduleExpression}.`)
  if (!isTimezone(definition.ScheduleExpressionTimezone))
    throw refusal(`Invalid Schedule Expression Timezone ${definition.ScheduleExpressionTimezone}.`)
  const { Mode, MaximumWindowInMinutes } = definition.FlexibleTimeWindow
  if (Mode === 'FLEXIBLE' && MaximumWindowInMinutes === undefined)
    throw refusal('MaximumWindowInMinutes must be provided when FlexibleTimeWindowMode is set to FLEXIBLE.')
  if (Mode === 'OFF' && MaximumWindowInMinutes !== undefined)
    throw refusal('MaximumWindowInMinutes must not be provided when FlexibleTimeWindowMode is set to OFF.')
  if (parsed.expression.kind === 'at') return
  const { StartDate, EndDate } = definition
  if (StartDate !== undefined && StartDate * 1000 < nowMs - START_DATE_GRACE_MS)
    throw refusal('The StartDate you specify cannot be earlier than 5 minutes ago.')
  if (EndDate !== undefined && StartDate !== undefined && StartDate >= EndDate)
    throw refusal('The StartDate you specify must come before the EndDate.')
}

function refusal(message: string): WireError {
  return new WireError('ValidationException', message)
}
