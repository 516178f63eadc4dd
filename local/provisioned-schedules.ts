import { isDeepStrictEqual } from 'node:util'
import type { DurableMap, DurableStore } from './durable-store.ts'
import type { CloudTemplate } from './template/cloud-template.ts'
import type { ScheduleDefinition } from './template/schedules.ts'
import type { WireResponse, WireService } from './wire-service.ts'

const CONFLICT = 409
const NOT_FOUND = 404

/**
 * Makes the Scheduler hold the groups and schedules that stand in the template itself, as a deployment does: new
 * ones are created, changed ones updated, removed ones deleted; schedules that others made are left alone.
 */
export async function provisionSchedules(
  scheduler: WireService,
  store: DurableStore,
  { scheduleGroups, schedules }: Pick<CloudTemplate, 'scheduleGroups' | 'schedules'>,
): Promise<void> {
  const provisioned = store.map('provisioned_schedules')
  for (const group of scheduleGroups)
    await call(scheduler, 'POST', `/schedule-groups/${group}`, { ClientToken: group }, [CONFLICT])
  for (const schedule of schedules) await provision(scheduler, provisioned, schedule)
  const wanted = new Set(schedules.map(keyOf))
  for (const [key] of [...provisioned.entries()]) {
    if (wanted.has(key)) continue
    const [group = '', name = ''] = key.split('/')
    await call(scheduler, 'DELETE', `/schedules/${name}?groupName=${group}`, undefined, [NOT_FOUND])
    provisioned.delete(key)
  }
}

const keyOf = ({ group, name }: ScheduleDefinition) => `${group}/${name}`

async function provision(scheduler: WireService, provisioned: DurableMap, schedule: ScheduleDefinition): Promise<void> {
  const key = keyOf(schedule)
  // An unchanged schedule keeps its place in time: an update would start a rate anew.
  if (isDeepStrictEqual(provisioned.get(key), JSON.parse(JSON.stringify(schedule.body)))) return
  const body = { ...schedule.body, GroupName: schedule.group, ClientToken: schedule.name }
  const path = `/schedules/${schedule.name}`
  const created = await call(scheduler, 'POST', path, body, [CONFLICT])
  if (created.status === CONFLICT) await call(scheduler, 'PUT', path, body, [])
  provisioned.set(key, schedule.body)
}

/** @throws for any status but success and those that are expected */
async function call(
  scheduler: WireService,
  method: string,
  target: string,
  body: unknown,
  expected: readonly number[],
): Promise<WireResponse> {
  const [path = '', query = ''] = target.split('?')
  const response = await scheduler.handle({
    method,
    path,
    query: new URLSearchParams(query),
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
  })
  if (response.status < 300 || expected.includes(response.status)) return response
  throw new Error(`${method} ${target} of the template was refused: ${response.body}`)
}
