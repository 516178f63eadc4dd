import { z } from 'zod'
import { objectProperty } from './properties.ts'
import type { ResolvedTemplate } from './resolved-template.ts'

/** A schedule that stands in the template itself, in the words of EventBridge Scheduler's CreateSchedule. */
export type ScheduleDefinition = {
  readonly name: string
  readonly group: string
  readonly body: Readonly<Record<string, unknown>>
}

const RuleProperties = z.object({
  ScheduleExpression: z.string().optional(),
  State: z.string().default('ENABLED'),
  Targets: z.array(z.object({ Arn: z.string(), Input: z.string().optional() })).default([]),
})

export function readScheduleGroups(template: ResolvedTemplate): readonly string[] {
  return template.read(['AWS::Scheduler::ScheduleGroup'], objectProperty).map(({ name }) => name)
}

/** Schedules, and event rules with a schedule expression as schedules of the default group. */
export function readSchedules(template: ResolvedTemplate): readonly ScheduleDefinition[] {
  const schedules = template.read(['AWS::Scheduler::Schedule'], objectProperty).map(({ name, properties }) => {
    const { Name: _name, GroupName, StartDate, EndDate, ...rest } = properties
    const body = { ...rest, ...epochSeconds('StartDate', StartDate), ...epochSeconds('EndDate', EndDate) }
    return { name, group: typeof GroupName === 'string' ? GroupName : 'default', body }
  })
  return [...schedules, ...readRules(template)]
}

/** Templates write dates as ISO text, the wire protocol as epoch seconds. */
function epochSeconds(name: string, date: unknown): Readonly<Record<string, number>> {
  return typeof date === 'string' ? { [name]: Date.parse(date) / 1000 } : {}
}

function readRules(template: ResolvedTemplate): readonly ScheduleDefinition[] {
  return template.read(['AWS::Events::Rule'], RuleProperties).flatMap(({ name, arn, properties }) => {
    const { ScheduleExpression, State, Targets } = properties
    if (ScheduleExpression === undefined) return []
    return Targets.map(({ Arn, Input }, index) => ({
      name: Targets.length === 1 ? name : `${name}-${index + 1}`,
      group: 'default',
      body: {
        ScheduleExpression,
        State,
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { Arn, RoleArn: arn, Input: Input ?? scheduledEvent(template, arn) },
      },
    }))
  })
}

/** The event that a rule sends when its target sets none. Source: EventBridge User Guide, "Scheduled Event". */
function scheduledEvent({ place }: ResolvedTemplate, ruleArn: string): string {
  return JSON.stringify({
    version: '0',
    id: '<aws.scheduler.execution-id>',
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: place.accountId,
    time: '<aws.scheduler.scheduled-time>',
    region: place.region,
    resources: [ruleArn],
    detail: {},
  })
}
