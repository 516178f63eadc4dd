import type { Job } from '../../lambdas/domain/job/job.ts'
import { parseScheduleName } from '../../lambdas/domain/job/job-schedule.ts'
import type { Activity } from '../../lambdas/domain/run/activity.ts'
import type { Mutation } from './ground.ts'

/**
 * Punctual without one of its safeguards each, made by swapping a port. Were one of them not caught, the proofs would
 * prove nothing.
 */
export const mutants = { noDedup, noFence, reusedNames, noCompareAndSet, noLeaseOnNotices } satisfies Record<
  string,
  Mutation
>

/** Claims and records are not looked at. */
function noDedup(ground: Parameters<Mutation>[0]): ReturnType<Mutation> {
  const { ledger } = ground
  return {
    ...ground,
    ledger: {
      ...ledger,
      async snapshot(tenant, jobId) {
        const snapshot = await ledger.snapshot(tenant, jobId)
        return snapshot && { ...snapshot, activity: { ...snapshot.activity, active: {} }, newest: undefined }
      },
      record: async () => undefined,
    },
  }
}

/** Whatever a schedule delivers is taken for planned, and every job for active. */
function noFence(ground: Parameters<Mutation>[0]): ReturnType<Mutation> {
  const { ledger } = ground
  const unfenced = (job: Job): Job => ({
    ...job,
    desired: 'ACTIVE',
    since: 0,
    definition: { ...job.definition, cronExpression: '* * * * *', startAt: null, endAt: null },
  })
  return {
    ...ground,
    ledger: {
      ...ledger,
      async snapshot(tenant, jobId) {
        const snapshot = await ledger.snapshot(tenant, jobId)
        return snapshot && { ...snapshot, job: unfenced(snapshot.job) }
      },
    },
  }
}

/** One schedule per job, changed in place by whoever comes last: its name does not tell whose it is. */
function reusedNames(ground: Parameters<Mutation>[0]): ReturnType<Mutation> {
  const { schedules, scheduleList, jobs } = ground
  const nameOf = (name: string) => `${parseScheduleName(name)?.jobId ?? name}.1`
  const tenants = new Map<string, string>()
  return {
    ...ground,
    schedules: {
      async create(projection, occurrence) {
        tenants.set(occurrence.jobId, occurrence.tenant)
        const name = nameOf(projection.name)
        await schedules.remove(name)
        await schedules.create({ ...projection, name }, occurrence)
      },
      async remove(name) {
        // An edit has changed the schedule in place; only a job without one has it removed.
        const jobId = parseScheduleName(name)?.jobId ?? ''
        const row = await jobs.read(tenants.get(jobId) ?? '', jobId)
        if (row?.job.desired !== 'ACTIVE') await schedules.remove(nameOf(name))
      },
    },
    scheduleList: {
      async *names() {
        for await (const name of scheduleList.names()) {
          const jobId = parseScheduleName(name)?.jobId ?? ''
          const row = await jobs.read(tenants.get(jobId) ?? '', jobId)
          yield row?.job.schedules[0] ?? name
        }
      },
    },
  }
}

/** A row is written whatever it has become meanwhile. */
function noCompareAndSet(ground: Parameters<Mutation>[0]): ReturnType<Mutation> {
  const { jobs } = ground
  return {
    ...ground,
    jobs: {
      ...jobs,
      async replace(job) {
        const stored = await jobs.read(job.tenant, job.id)
        return stored !== undefined && jobs.replace(job, stored.job.version)
      },
    },
  }
}

/** Whoever looks at a notice does not see that somebody is at it. */
function noLeaseOnNotices(ground: Parameters<Mutation>[0]): ReturnType<Mutation> {
  const { ledger } = ground
  const unleased = (activity: Activity): Activity => ({
    ...activity,
    notices: Object.fromEntries(
      Object.entries(activity.notices).map(([runId, notice]) => [runId, { ...notice, notBefore: 0 }]),
    ),
  })
  return {
    ...ground,
    ledger: {
      ...ledger,
      async snapshot(tenant, jobId) {
        const snapshot = await ledger.snapshot(tenant, jobId)
        return snapshot && { ...snapshot, activity: unleased(snapshot.activity) }
      },
      async activity(tenant, jobId) {
        const activity = await ledger.activity(tenant, jobId)
        return activity && unleased(activity)
      },
    },
  }
}

/** For so long a new job is missing from the index that the sweeper lists jobs by, ms. */
const INDEX_LAG_MS = 2 * 60_000

/** No mutant, but what DynamoDB allows: an index that follows its table late. */
export const lateIndex: Mutation = (ground) => ({
  ...ground,
  jobs: {
    ...ground.jobs,
    async *every() {
      for await (const row of ground.jobs.every()) {
        if (ground.clock.now() - row.job.createdAt >= INDEX_LAG_MS) yield row
      }
    },
  },
})
