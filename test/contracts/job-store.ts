import { beforeEach, describe, expect, it } from 'vitest'
import { completeJob, deleteJob, editJob, newJob } from '../../lambdas/domain/job/change-job.ts'
import { type Job, JobDefinition } from '../../lambdas/domain/job/job.ts'
import { noActivity } from '../../lambdas/domain/run/activity.ts'
import type { JobStore } from '../../lambdas/ports/job-store.ts'
import type { RunLedger } from '../../lambdas/ports/run-ledger.ts'

export type Stores = { readonly jobs: JobStore; readonly ledger: RunLedger }

const NOW = Date.parse('2026-11-21T12:00:30Z')
const LIMIT = 10
let made = 0

/** A job of a tenant of its own, unless told otherwise, not stored yet. */
export function someJob(tenant = `tenant-${made}`, fields: Partial<JobDefinition> = {}): Job {
  const id = `01JXAMPE00${String(made++).padStart(16, '0')}`
  const definition = JobDefinition.parse({
    name: 'sync',
    cronExpression: '*/5 * * * *',
    targetUrl: 'https://api.example.com/sync',
    ...fields,
  })
  return newJob({ tenant, id, plan: 'FREE', definition }, NOW)
}

const renamed = (job: Job, name: string) => editJob(job, { ...job.definition, name }, NOW + 1)
const retimed = (job: Job) => editJob(job, { ...job.definition, cronExpression: '0 * * * *' }, NOW + 1)

/** What every JobStore does. */
export function jobStoreContract(stores: () => Stores): void {
  let store: JobStore
  let job: Job
  beforeEach(async () => {
    store = stores().jobs
    job = someJob()
    await store.create(job, LIMIT)
  })
  const read = async () => (await store.read(job.tenant, job.id))?.job

  describe('a job store', () => {
    it('reads back what was created', async () => {
      expect(await store.read(job.tenant, job.id)).toEqual({ job, activity: noActivity, newest: undefined })
    })

    it('shows no job to another tenant', async () => {
      expect(await store.read('somebody-else', job.id)).toBeUndefined()
    })

    it('takes a repeated create for done, and leaves the job as it is', async () => {
      await store.replace(renamed(job, 'later'), 1)
      expect(await store.create(job, LIMIT)).toBe(true)
      expect((await read())?.definition.name).toBe('later')
    })

    it('creates no more jobs than the limit, and again one after one is removed', async () => {
      expect(await store.create(someJob(job.tenant), 1)).toBe(false)
      const deleted = deleteJob(job, NOW)
      await store.replace(deleted, 1)
      await store.remove(deleted)
      expect(await store.create(someJob(job.tenant), 1)).toBe(true)
    })

    it('replaces a row of the given version, and no other', async () => {
      expect(await store.replace(renamed(job, 'first'), 1)).toBe(true)
      expect(await store.replace(renamed(job, 'second'), 1)).toBe(false)
      expect((await read())?.definition.name).toBe('first')
    })

    it('takes a repeated replacement for done, whatever became of its schedules', async () => {
      const later = renamed(job, 'later')
      await store.replace(later, 1)
      await store.markSynced(later)
      expect(await store.replace(later, 1)).toBe(true)
      expect(await read()).toMatchObject({ version: 2, syncState: 'SYNCED', definition: { name: 'later' } })
    })

    it('replaces no job that is not there', async () => {
      expect(await store.replace(someJob(), 1)).toBe(false)
    })

    it('marks a generation as in step, whatever else was edited meanwhile', async () => {
      await store.replace(renamed(job, 'later'), 1)
      expect(await store.markSynced(job)).toBe(true)
      expect(await read()).toMatchObject({ version: 2, syncState: 'SYNCED', stale: [], definition: { name: 'later' } })
    })

    it('does not mark another generation', async () => {
      await store.replace(retimed(job), 1)
      expect(await store.markSynced(job)).toBe(false)
      expect(await read()).toMatchObject({ syncState: 'PENDING', stale: job.schedules })
    })

    it('does not mark a job that is not there', async () => {
      expect(await store.markSynced(someJob())).toBe(false)
    })

    it('removes tombstones, and nothing else', async () => {
      await store.remove(job)
      expect(await read()).toEqual(job)
      const deleted = deleteJob(job, NOW)
      await store.replace(deleted, 1)
      await store.remove(deleted)
      await store.remove(deleted)
      expect(await read()).toBeUndefined()
    })

    it('pages through the jobs of a tenant, newest first, tombstones left out', async () => {
      const others = [someJob(job.tenant), someJob(job.tenant), someJob(job.tenant)]
      for (const other of others) await store.create(other, LIMIT)
      const [second, third, fourth] = others
      if (third) await store.replace(deleteJob(third, NOW), 1)
      const first = await store.page(job.tenant, 2, undefined)
      expect(first.items.map((item) => item.job.id)).toEqual([fourth?.id, second?.id])
      const next = await store.page(job.tenant, 2, first.next)
      expect([next.items.map((item) => item.job.id), next.next]).toEqual([[job.id], undefined])
    })

    it('lists every job of every tenant for the sweeper, with its activity, tombstones included', async () => {
      const other = someJob()
      await store.create(other, LIMIT)
      await store.replace(deleteJob(other, NOW), 1)
      const done = someJob()
      await store.create(done, LIMIT)
      await store.replace(completeJob(done, NOW), 1)
      const activity = { ...noActivity, rev: 1, queued: { some: NOW } }
      await stores().ledger.save(job.tenant, job.id, activity)
      const all = await Array.fromAsync(store.every())
      const mine = [job.id, other.id, done.id]
      expect(
        all
          .filter((row) => mine.includes(row.job.id))
          .map((row) => [row.job.id, row.job.desired, row.activity.rev])
          .sort(),
      ).toEqual([
        [job.id, 'ACTIVE', 1],
        [other.id, 'DELETED', 0],
        [done.id, 'COMPLETED', 0],
      ])
    })
  })
}
