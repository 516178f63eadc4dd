import type { Projection } from '../domain/job/job-schedule.ts'

/** EventBridge Scheduler, as far as jobs need it. Names are never reused and schedules never updated. */
export interface ScheduleProjector {
  /** Makes a schedule; one of that name being there already is success. */
  create(projection: Projection, occurrence: { tenant: string; jobId: string; generation: number }): Promise<void>
  /** Removes a schedule; none of that name is success. */
  remove(name: string): Promise<void>
}

/** Names of all schedules of all jobs. */
export interface ScheduleList {
  names(): AsyncIterable<string>
}
