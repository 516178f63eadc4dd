import { z } from 'zod'
import type { WireRequest } from '../../wire-service.ts'
import type { Authorization, Home } from '../authorization.ts'
import { requestBody } from './request-body.ts'
import { UnmappedCall } from './unmapped-call.ts'

const ScheduleInput = z.object({
  GroupName: z.string().default('default'),
  Target: z.object({ RoleArn: z.string().default('') }).default({ RoleArn: '' }),
})

const GroupInput = z.object({ Tags: z.array(z.unknown()).default([]) })

const schedulesOf = ({ region, accountId }: Home) => `arn:aws:scheduler:${region}:${accountId}:schedule`

/**
 * The permissions of calls to EventBridge Scheduler (Service Authorization Reference, "Amazon EventBridge Scheduler"). To
 * hand it a role takes iam:PassRole on that role.
 */
export function schedulerActions(home: Home, request: WireRequest): readonly Authorization[] {
  const [, collection = '', ...rest] = request.path.split('/')
  const name = decodeURIComponent(rest.join('/'))
  const asked = (action: string, resource: string): Authorization => ({
    action: `scheduler:${action}`,
    resource,
    context: {},
  })
  const group = `${schedulesOf(home)}-group/${name}`
  const schedule = (groupName: string) => `${schedulesOf(home)}/${groupName}/${name}`
  switch (`${request.method} /${collection}${name === '' ? '' : '/*'}`) {
    case 'POST /schedules/*':
    case 'PUT /schedules/*': {
      const { GroupName, Target } = requestBody(request, ScheduleInput)
      const action = request.method === 'POST' ? 'CreateSchedule' : 'UpdateSchedule'
      return [asked(action, schedule(GroupName)), passRole(Target.RoleArn)]
    }
    case 'GET /schedules/*':
      return [asked('GetSchedule', schedule(request.query.get('groupName') ?? 'default'))]
    case 'DELETE /schedules/*':
      return [asked('DeleteSchedule', schedule(request.query.get('groupName') ?? 'default'))]
    case 'GET /schedules':
      // Whatever group is asked for, this is the resource that is checked (github.com/aws/aws-cdk/issues/38201).
      return [asked('ListSchedules', `${schedulesOf(home)}/*/*`)]
    case 'POST /schedule-groups/*': {
      const { Tags } = requestBody(request, GroupInput)
      return [asked('CreateScheduleGroup', group), ...(Tags.length > 0 ? [asked('TagResource', group)] : [])]
    }
    case 'GET /schedule-groups/*':
      return [asked('GetScheduleGroup', group)]
    case 'DELETE /schedule-groups/*':
      return [asked('DeleteScheduleGroup', group), asked('DeleteSchedule', `${schedulesOf(home)}/${name}/*`)]
    case 'GET /schedule-groups':
      return [asked('ListScheduleGroups', '*')]
    case 'POST /tags/*':
      return [asked('TagResource', name)]
    case 'DELETE /tags/*':
      return [asked('UntagResource', name)]
    case 'GET /tags/*':
      return [asked('ListTagsForResource', name)]
    default:
      throw new UnmappedCall(`scheduler ${request.method} ${request.path}`)
  }
}

const passRole = (roleArn: string): Authorization => ({
  action: 'iam:PassRole',
  resource: roleArn,
  context: { 'iam:passedtoservice': ['scheduler.amazonaws.com'] },
})
