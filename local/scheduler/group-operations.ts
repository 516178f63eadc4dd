import { WireError } from '../wire-service.ts'
import { bodyMembers, type Operation, type OperationContext, queryMembers, requestText } from './operation.ts'
import { pageOf } from './pagination.ts'
import { MemberReader, type TextRule } from './request-members.ts'
import { DEFAULT_GROUP } from './schedule-book.ts'
import { missing, readPageRequest, removeSchedule } from './schedule-operations.ts'
import { type GroupRecord, groupArn } from './schedule-record.ts'
import { clientTokenRule, nameRule } from './schedule-request.ts'

const LARGEST_TAG_COUNT = 200
const tagKeyRule: TextRule = { min: 1, max: 128 }
const tagValueRule: TextRule = { min: 1, max: 256 }
const groupArnRule: TextRule = {
  pattern: 'arn:aws[a-z-]*:scheduler:[a-z0-9\\-]+:\\d{12}:schedule-group\\/[0-9a-zA-Z-_.]+',
  min: 1,
  max: 1011,
}

export const createScheduleGroup: Operation = (request, context) => {
  const { book, clock, place, quotas } = context
  const members = bodyMembers(request, 'Name')
  const name = members.requiredText('Name', nameRule)
  const token = members.text('ClientToken', clientTokenRule)
  const tags = readTags(members)
  members.check()
  refuseDefaultGroup(name)
  return context.ledger.once(`CreateScheduleGroup ${name}`, token, requestText(request), () => {
    if (book.group(name)) throw new WireError('ConflictException', `Schedule Group ${name} already exists.`, 409)
    if (book.groupCount >= quotas.scheduleGroups)
      throw new WireError(
        'ServiceQuotaExceededException',
        `The account limit of ${quotas.scheduleGroups} schedule groups is reached.`,
        402,
      )
    book.putGroup({ name, createdAtMs: clock.now(), modifiedAtMs: clock.now(), tags })
    return { ScheduleGroupArn: groupArn(place, name) }
  })
}

/** Deletes a group with its schedules; where the service takes a while (state DELETING), this is done at once. */
export const deleteScheduleGroup: Operation = (request, context) => {
  const { book } = context
  const members = queryMembers(request, { ClientToken: 'clientToken' }, { Name: request.resource })
  const name = members.requiredText('Name', nameRule)
  const token = members.text('ClientToken', clientTokenRule)
  members.check()
  refuseDefaultGroup(name)
  return context.ledger.once(`DeleteScheduleGroup ${name}`, token, requestText(request), () => {
    if (!book.group(name)) throw missing(`Schedule Group ${name}`)
    for (const record of [...book.schedules(name)]) removeSchedule(record, context)
    book.removeGroup(name)
    return {}
  })
}

export const getScheduleGroup: Operation = (request, { book, place }) => {
  const members = new MemberReader({ Name: request.resource })
  const name = members.requiredText('Name', nameRule)
  members.check()
  const group = book.group(name)
  if (!group) throw missing(`Schedule Group ${name}`)
  return summary(group, place)
}

export const listScheduleGroups: Operation = (request, { book, place }) => {
  const members = queryMembers(request, {
    NamePrefix: 'NamePrefix',
    NextToken: 'NextToken',
    MaxResults: 'MaxResults',
  })
  const prefix = members.text('NamePrefix', nameRule) ?? ''
  const page = readPageRequest(members)
  members.check()
  const matching = book.groups().filter(({ name }) => name.startsWith(prefix))
  const { items, nextToken } = pageOf(matching, ({ name }) => [name], page)
  return { ScheduleGroups: items.map((group) => summary(group, place)), NextToken: nextToken }
}

export const tagResource: Operation = (request, context) => {
  const members = bodyMembers(request, 'ResourceArn')
  const tags = readTags(members)
  const group = readGroupByArn(members, context)
  const renewed = new Set(tags.map(({ Key }) => Key))
  const merged = [...group.tags.filter(({ Key }) => !renewed.has(Key)), ...tags]
  if (merged.length > LARGEST_TAG_COUNT)
    throw new WireError('ValidationException', `A schedule group can have at most ${LARGEST_TAG_COUNT} tags.`)
  context.book.putGroup({ ...group, tags: merged, modifiedAtMs: context.clock.now() })
  return {}
}

export const untagResource: Operation = (request, context) => {
  const group = readGroupByArn(new MemberReader({ ResourceArn: request.resource }), context)
  const dropped = new Set(request.query.getAll('TagKeys'))
  const tags = group.tags.filter(({ Key }) => !dropped.has(Key))
  context.book.putGroup({ ...group, tags, modifiedAtMs: context.clock.now() })
  return {}
}

export const listTagsForResource: Operation = (request, context) => {
  const group = readGroupByArn(new MemberReader({ ResourceArn: request.resource }), context)
  return { Tags: group.tags }
}

function readTags(members: MemberReader): GroupRecord['tags'] {
  const tags = members.list('Tags', { max: LARGEST_TAG_COUNT }).map((tag) => ({
    Key: tag.requiredText('Key', tagKeyRule),
    Value: tag.requiredText('Value', tagValueRule),
  }))
  return [...new Map(tags.map((tag) => [tag.Key, tag])).values()]
}

/** Only groups can be tagged, so a tagged resource's ARN is a group's. */
function readGroupByArn(members: MemberReader, { book, place }: OperationContext): GroupRecord {
  const arn = members.requiredText('ResourceArn', groupArnRule)
  members.check()
  const name = arn.slice(arn.indexOf('/') + 1)
  const group = book.group(name)
  if (!group || arn !== groupArn(place, name)) throw missing(`Schedule Group ${name}`)
  return group
}

function refuseDefaultGroup(name: string): void {
  if (name !== DEFAULT_GROUP) return
  throw new WireError('ValidationException', `This operation cannot be performed on schedule group ${name}.`)
}

function summary(group: GroupRecord, place: OperationContext['place']) {
  return {
    Arn: groupArn(place, group.name),
    Name: group.name,
    State: 'ACTIVE',
    CreationDate: group.createdAtMs / 1000,
    LastModificationDate: group.modifiedAtMs / 1000,
  }
}
