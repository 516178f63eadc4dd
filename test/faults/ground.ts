import { encodeTime } from 'ulid'
import { newAccount } from '../../lambdas/domain/account/account.ts'
import type { Job } from '../../lambdas/domain/job/job.ts'
import type { JobSnapshot } from '../../lambdas/domain/job/job-view.ts'
import type { Mail } from '../../lambdas/domain/notification/mail.ts'
import type { AccountStore } from '../../lambdas/ports/account-store.ts'
import type { JobStore } from '../../lambdas/ports/job-store.ts'
import type { RunHistory } from '../../lambdas/ports/run-history.ts'
import type { RunLedger } from '../../lambdas/ports/run-ledger.ts'
import type { ScheduleList, ScheduleProjector } from '../../lambdas/ports/schedule-projector.ts'
import { ManualClock } from '../../local/clock.ts'
import {
  MemoryTable,
  memoryAccounts,
  memoryJobStore,
  memoryRunHistory,
  memoryRunLedger,
} from '../support/fault-memory.ts'
import { MemoryScheduler } from '../support/fault-scheduler.ts'
import type { Services } from './punctual.ts'

/** What Punctual stands on. */
export type Ground = {
  readonly clock: ManualClock
  readonly jobs: JobStore
  readonly ledger: RunLedger
  readonly history: RunHistory
  readonly accounts: AccountStore
  readonly schedules: ScheduleProjector
  readonly scheduleList: ScheduleList
  /** All jobs and what they do, by fewer requests than the sweeper makes. @default those that the sweeper finds */
  readonly snapshots?: () => Promise<readonly Omit<JobSnapshot, 'newest'>[]>
  /** Reads a job's row past all faults. */
  readonly peek?: (job: Job) => Promise<Job | undefined>
  /** What one process more stands on, e.g. a reader of secrets that knows none yet. @default the simulation's own */
  readonly services?: () => Partial<Services>
  /** From now on orders, of Scheduler and of `services`, go there. */
  deliverTo(accept: (order: unknown) => void): void
  /** From now on mails that arrive by a mailer of `services` are shown there. */
  mailTo?(note: (mail: Pick<Mail, 'subject' | 'text'>) => void): void
}

/** The ground in memory. Two that stand for the same have the same text. */
export function memoryGround(start: number): Ground & { text(): string; expire(): void } {
  const clock = new ManualClock(start)
  const now = () => clock.now()
  const table = new MemoryTable()
  let accept: (order: unknown) => void = () => {}
  const scheduler = new MemoryScheduler(clock, (order) => accept(order))
  return {
    clock,
    jobs: memoryJobStore(table),
    ledger: memoryRunLedger(table),
    history: memoryRunHistory(table, now),
    accounts: memoryAccounts(newAccount),
    schedules: scheduler,
    scheduleList: scheduler,
    deliverTo(to) {
      accept = to
    },
    expire: () => table.expire(now()),
    text: () => `${table.text()} ${scheduler.text()}`,
  }
}

/** Changes the ground as one process sees it: how a mutant is planted. */
export type Mutation = (ground: Ground) => Ground

/** The id of a job that is made at an instant, told apart by a number; ids of a simulation are the same each time. */
export const jobIdOf = (instant: number, number: number): string =>
  `${encodeTime(instant, 10)}${String(number).padStart(16, '0')}`
