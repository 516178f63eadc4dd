import { beforeEach, describe, expect, it } from 'vitest'
import { deleteJob } from '../../lambdas/domain/job/change-job.ts'
import type { Job } from '../../lambdas/domain/job/job.ts'
import { claimed, noActivity } from '../../lambdas/domain/run/activity.ts'
import type { Run, RunStatus } from '../../lambdas/domain/run/run.ts'
import { manualRunId, occurrenceRunId } from '../../lambdas/domain/run/run-id.ts'
import { type Stores, someJob } from './job-store.ts'

const NOW = Date.parse('2026-11-21T12:00:30Z')
const MINUTE_MS = 60_000

function someRun(job: Job, minute: number, status: RunStatus): Run {
  return {
    tenant: job.tenant,
    id: occurrenceRunId(job.id, NOW + minute * MINUTE_MS),
    jobName: 'sync',
    status,
    startedAt: NOW,
    finishedAt: null,
    reason: null,
    attempts: [],
    request: null,
    response: null,
    expiresAt: NOW + 86_400_000 - 30_000,
  }
}

/** What every RunLedger does. */
export function runLedgerContract(stores: () => Stores): void {
  let job: Job
  beforeEach(async () => {
    job = someJob()
    await stores().jobs.create(job, 10)
  })
  const ledger = () => stores().ledger
  const snapshot = () => ledger().snapshot(job.tenant, job.id)

  describe('a run ledger', () => {
    it('has no snapshot of a job that is not there', async () => {
      expect(await ledger().snapshot(job.tenant, someJob().id)).toBeUndefined()
    })

    it('shows the job, its activity and its newest run together', async () => {
      const activity = claimed(noActivity, 'some-run', { now: NOW, leaseMs: MINUTE_MS, version: 1 })
      await ledger().save(job.tenant, job.id, activity)
      for (const minute of [2, 3, 1]) await ledger().conclude(someRun(job, minute, 'SUCCEEDED'), 1)
      expect(await snapshot()).toEqual({ job, activity, newest: someRun(job, 3, 'SUCCEEDED') })
    })

    it('shows the newest run of a job without activity', async () => {
      for (const minute of [1, 2]) await ledger().conclude(someRun(job, minute, 'FAILED'), 1)
      expect((await snapshot())?.newest).toEqual(someRun(job, 2, 'FAILED'))
    })

    it('saves an activity over the one before it, and no other', async () => {
      const first = { ...noActivity, rev: 1 }
      expect(await ledger().save(job.tenant, job.id, { ...noActivity, rev: 2 })).toBe(false)
      expect(await ledger().save(job.tenant, job.id, first)).toBe(true)
      expect(await ledger().save(job.tenant, job.id, { ...first, consecutiveFailures: 7 })).toBe(false)
      expect(await ledger().save(job.tenant, job.id, { ...first, rev: 2 })).toBe(true)
      expect((await snapshot())?.activity.rev).toBe(2)
    })

    it('forgets the activity with the job, and keeps its runs', async () => {
      await ledger().save(job.tenant, job.id, { ...noActivity, rev: 1 })
      await ledger().conclude(someRun(job, 1, 'SUCCEEDED'), 1)
      const deleted = deleteJob(job, NOW)
      await stores().jobs.replace(deleted, 1)
      await stores().jobs.remove(deleted)
      expect(await snapshot()).toBeUndefined()
      expect(await ledger().save(job.tenant, job.id, { ...noActivity, rev: 2 })).toBe(false)
      expect(await ledger().record(job.tenant, someRun(job, 1, 'SUCCEEDED').id)).toBeDefined()
    })

    it.each<{ before: [RunStatus, number]; next: [RunStatus, number]; isWritten: boolean; because: string }>([
      { before: ['RUNNING', 1], next: ['SUCCEEDED', 1], isWritten: true, because: 'the same claim ends its run' },
      { before: ['RUNNING', 1], next: ['FAILED', 2], isWritten: true, because: 'a later claim has taken it over' },
      { before: ['RUNNING', 2], next: ['FAILED', 1], isWritten: false, because: 'a later claim owns it' },
      { before: ['SUCCEEDED', 1], next: ['FAILED', 2], isWritten: false, because: 'what is final stays' },
      { before: ['MISSED', 1], next: ['RUNNING', 1], isWritten: false, because: 'what is final stays' },
    ])('writes $next over $before: $isWritten, as $because', async ({ before, next, isWritten }) => {
      expect(await ledger().conclude(someRun(job, 1, before[0]), before[1])).toBe(true)
      expect(await ledger().conclude(someRun(job, 1, next[0]), next[1])).toBe(isWritten)
      const { id } = someRun(job, 1, 'RUNNING')
      expect((await ledger().record(job.tenant, id))?.status).toBe(isWritten ? next[0] : before[0])
    })

    it('notes whom a run was told, unless somebody else has noted it since it was read', async () => {
      const run = someRun(job, 1, 'FAILED')
      const delivery = {
        kind: 'FAILURE',
        channel: 'EMAIL',
        to: 'ada@example.com',
        status: 'PENDING',
        attempts: 1,
        lastAttemptAt: NOW,
        message: 'not now',
      } as const
      const sent = { ...delivery, status: 'SENT', message: null } as const
      expect(await ledger().note(run, [delivery])).toBe(false)
      await ledger().conclude(run, 1)
      expect(await ledger().note(run, [delivery])).toBe(true)
      expect(await ledger().note(run, [sent])).toBe(false)
      const read = await ledger().record(job.tenant, run.id)
      expect(read).toEqual({ ...run, notifications: [delivery] })
      expect(await ledger().note({ ...run, notifications: [delivery] }, [sent])).toBe(true)
      expect((await ledger().record(job.tenant, run.id))?.notifications).toEqual([sent])
    })

    it('has no record of a run that was not written, or is another tenant’s', async () => {
      const run = someRun(job, 1, 'SUCCEEDED')
      expect(await ledger().record(job.tenant, run.id)).toBeUndefined()
      await ledger().conclude(run, 1)
      expect(await ledger().record('somebody-else', run.id)).toBeUndefined()
    })

    it('lists the ids of recorded runs from one instant up to another, manual ones included', async () => {
      const manual = { ...someRun(job, 0, 'SUCCEEDED'), id: manualRunId(job.id, NOW + 2 * MINUTE_MS, '000000') }
      for (const run of [0, 1, 2, 3].map((minute) => someRun(job, minute, 'SUCCEEDED'))) await ledger().conclude(run, 1)
      await ledger().conclude(manual, 1)
      const ids = await ledger().recordedRunIds(job.tenant, job.id, NOW + MINUTE_MS, NOW + 3 * MINUTE_MS)
      expect(ids).toEqual(new Set([1, 2].map((minute) => someRun(job, minute, 'SUCCEEDED').id).concat(manual.id)))
    })

    it('lists more of them than fit into one answer of the table', async () => {
      const jobName = 'x'.repeat(40_000)
      const runs = Array.from({ length: 40 }, (_, minute) => ({ ...someRun(job, minute, 'SUCCEEDED'), jobName }))
      for (const run of runs) await ledger().conclude(run, 1)
      const ids = await ledger().recordedRunIds(job.tenant, job.id, NOW, NOW + 3_600_000)
      expect(ids.size).toBe(40)
    })
  })
}
