import { randomUUID } from 'node:crypto'
import { WireError } from '../wire-service.ts'
import { bodyMembers, type Operation, type OperationContext, queryMembers, requestText } from './operation.ts'
import { pageOf } from './pagination.ts'
import type { MemberReader } from './request-members.ts'
import { DEFAULT_GROUP } from './schedule-book.ts'
import { type ScheduleRecord, scheduleArn } from './schedule-record.ts'
import { clientTokenRule, nameRule, readScheduleRequest } from './schedule-request.ts'

export const createSchedule: Operation = (request, context) => {
  const { book, dispatcher, clock, place } = context
  const asked = readScheduleRequest(bodyMembers(request, 'Name'), clock.now(), place.region)
  const groupName = asked.groupName ?? DEFAULT_GROUP
  const scope = `CreateSchedule ${groupName}/${asked.name}`
  return context.ledger.once(scope, asked.clientToken, requestText(request), () => {
    if (!book.group(groupName)) throw missing(`Schedule Group ${groupName}`)
    if (book.schedule(groupName, asked.name))
      throw new WireError('ConflictException', `Schedule ${asked.name} already exists.`, 409)
    if (book.scheduleCount >= context.quotas.schedules)
      throw new WireError(
        'ServiceQuotaExceededException',
        `The account limit of ${context.quotas.schedules} schedules is reached.`,
        402,
      )
    const nowMs = clock.now()
    const record: ScheduleRecord = {
      id: randomUUID(),
      groupName,
      name: asked.name,
      definition: asked.definition,
      createdAtMs: nowMs,
      modifiedAtMs: nowMs,
    }
    book.putSchedule(record)
    dispatcher.plan(record)
    return { ScheduleArn: scheduleArn(place, record) }
  })
}

export const updateSchedule: Operation = (request, context) => {
  const { book, dispatcher, clock, place } = context
  const asked = readScheduleRequest(bodyMembers(request, 'Name'), clock.now(), place.region)
  const groupName = asked.groupName ?? DEFAULT_GROUP
  const scope = `UpdateSchedule ${groupName}/${asked.name}`
  return context.ledger.once(scope, asked.clientToken, requestText(request), () => {
    const present = book.schedule(groupName, asked.name)
    if (!present) throw missing(`Schedule ${asked.name}`)
    const record = { ...present, definition: asked.definition, modifiedAtMs: clock.now() }
    book.putSchedule(record)
    dispatcher.plan(record)
    return { ScheduleArn: scheduleArn(place, record) }
  })
}

export const deleteSchedule: Operation = (request, context) => {
  const members = queryMembers(
    request,
    { GroupName: 'groupName', ClientToken: 'clientToken' },
    { Name: request.resource },
  )
  const name = members.requiredText('Name', nameRule)
  const groupName = members.text('GroupName', nameRule) ?? DEFAULT_GROUP
  const token = members.text('ClientToken', clientTokenRule)
  members.check()
  return context.ledger.once(`DeleteSchedule ${groupName}/${name}`, token, requestText(request), () => {
    const record = context.book.schedule(groupName, name)
    if (!record) throw missing(`Schedule ${name}`)
    removeSchedule(record, context)
    return {}
  })
}

export function removeSchedule(record: ScheduleRecord, { book, dispatcher, store }: OperationContext): void {
  store.transaction(() => {
    book.removeSchedule(record)
    dispatcher.forget(record.id)
  })
}

export const getSchedule: Operation = (request, { book, place }) => {
  const members = queryMembers(request, { GroupName: 'groupName' }, { Name: request.resource })
  const name = members.requiredText('Name', nameRule)
  const groupName = members.text('GroupName', nameRule) ?? DEFAULT_GROUP
  members.check()
  const record = book.schedule(groupName, name)
  if (!record) throw missing(`Schedule ${name}`)
  return { ...identity(record), Arn: scheduleArn(place, record), ...record.definition }
}

export const listSchedules: Operation = (request, { book, place }) => {
  const members = queryMembers(request, {
    GroupName: 'ScheduleGroup',
    NamePrefix: 'NamePrefix',
    State: 'State',
    NextToken: 'NextToken',
    MaxResults: 'MaxResults',
  })
  const groupName = members.text('GroupName', nameRule)
  const prefix = members.text('NamePrefix', nameRule) ?? ''
  const state = members.oneOf('State', ['ENABLED', 'DISABLED'])
  const page = readPageRequest(members)
  members.check()
  if (groupName !== undefined && !book.group(groupName)) throw missing(`Schedule Group ${groupName}`)
  const matching = book
    .schedules(groupName)
    .filter(({ name, definition }) => name.startsWith(prefix) && (state ?? definition.State) === definition.State)
  const { items, nextToken } = pageOf(matching, (record) => [record.groupName, record.name], page)
  const Schedules = items.map((record) => ({
    ...identity(record),
    Arn: scheduleArn(place, record),
    State: record.definition.State,
    Target: { Arn: record.definition.Target.Arn },
  }))
  return { Schedules, NextToken: nextToken }
}

export function readPageRequest(members: MemberReader) {
  const maxResults = members.integer('MaxResults', { min: 1, max: 100 })
  const nextToken = members.text('NextToken', { min: 1, max: 2048 })
  return { maxResults, nextToken }
}

/** The refusal for a schedule or group that is not there. */
export function missing(what: string): WireError {
  return new WireError('ResourceNotFoundException', `${what} does not exist.`, 404)
}

function identity(record: ScheduleRecord) {
  return {
    Name: record.name,
    GroupName: record.groupName,
    CreationDate: record.createdAtMs / 1000,
    LastModificationDate: record.modifiedAtMs / 1000,
  }
}
