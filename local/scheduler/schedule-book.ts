import type { DurableMap, DurableStore } from '../durable-store.ts'
import { GroupRecord, ScheduleRecord } from './schedule-record.ts'

/** Every account has this group; it cannot be created or deleted. */
export const DEFAULT_GROUP = 'default'

type Group = {
  record: GroupRecord
  readonly schedules: Map<string, ScheduleRecord>
  /** Names in order, until the set of names changes. */
  names: readonly string[] | undefined
}

/** The schedules and groups of one account and region, on disk and in memory. */
export class ScheduleBook {
  readonly #scheduleRecords: DurableMap
  readonly #groupRecords: DurableMap
  readonly #groups = new Map<string, Group>()
  #count = 0

  constructor(store: DurableStore, nowMs: number) {
    this.#scheduleRecords = store.map('scheduler_schedules')
    this.#groupRecords = store.map('scheduler_groups')
    for (const [, value] of this.#groupRecords.entries()) this.#keepGroup(GroupRecord.parse(value))
    if (!this.#groups.has(DEFAULT_GROUP))
      this.putGroup({ name: DEFAULT_GROUP, createdAtMs: nowMs, modifiedAtMs: nowMs, tags: [] })
    for (const [, value] of this.#scheduleRecords.entries()) this.#keep(ScheduleRecord.parse(value))
  }

  get scheduleCount(): number {
    return this.#count
  }

  get groupCount(): number {
    return this.#groups.size
  }

  schedule(groupName: string, name: string): ScheduleRecord | undefined {
    return this.#groups.get(groupName)?.schedules.get(name)
  }

  group(name: string): GroupRecord | undefined {
    return this.#groups.get(name)?.record
  }

  /** Groups in order of name. */
  groups(): GroupRecord[] {
    return [...this.#groups.keys()].sort().flatMap((name) => this.group(name) ?? [])
  }

  /** Schedules in order of group and name: of one group, or of all. */
  *schedules(groupName?: string): Generator<ScheduleRecord> {
    for (const name of groupName === undefined ? [...this.#groups.keys()].sort() : [groupName]) {
      const group = this.#groups.get(name)
      if (!group) continue
      group.names ??= [...group.schedules.keys()].sort()
      for (const scheduleName of group.names) {
        const record = group.schedules.get(scheduleName)
        if (record) yield record
      }
    }
  }

  putSchedule(record: ScheduleRecord): void {
    this.#scheduleRecords.set(keyOf(record), record)
    this.#keep(record)
  }

  removeSchedule(record: ScheduleRecord): void {
    this.#scheduleRecords.delete(keyOf(record))
    const group = this.#groups.get(record.groupName)
    if (!group?.schedules.delete(record.name)) return
    group.names = undefined
    this.#count--
  }

  putGroup(record: GroupRecord): void {
    this.#groupRecords.set(record.name, record)
    this.#keepGroup(record)
  }

  /** Removes a group; its schedules must be gone. */
  removeGroup(name: string): void {
    this.#groupRecords.delete(name)
    this.#groups.delete(name)
  }

  #keep(record: ScheduleRecord): void {
    const group = this.#groups.get(record.groupName)
    if (!group) throw new Error(`Schedule ${record.name} belongs to the group ${record.groupName}, which is not there`)
    if (!group.schedules.has(record.name)) {
      group.names = undefined
      this.#count++
    }
    group.schedules.set(record.name, record)
  }

  #keepGroup(record: GroupRecord): void {
    const group = this.#groups.get(record.name)
    if (group) group.record = record
    else this.#groups.set(record.name, { record, schedules: new Map(), names: undefined })
  }
}

function keyOf(record: ScheduleRecord): string {
  return `${record.groupName}/${record.name}`
}
