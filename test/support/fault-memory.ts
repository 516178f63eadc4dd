import { isDeepStrictEqual } from 'node:util'
import { isSameRow } from '../../lambdas/adapters/dynamodb/is-same-row.ts'
import type { Account } from '../../lambdas/domain/account/account.ts'
import type { Job } from '../../lambdas/domain/job/job.ts'
import type { JobSnapshot } from '../../lambdas/domain/job/job-view.ts'
import { type Activity, noActivity } from '../../lambdas/domain/run/activity.ts'
import { isFinal, type Run } from '../../lambdas/domain/run/run.ts'
import { parseRunId, runIdFloor } from '../../lambdas/domain/run/run-id.ts'
import type { AccountStore } from '../../lambdas/ports/account-store.ts'
import type { Clock } from '../../lambdas/ports/clock.ts'
import type { JobStore } from '../../lambdas/ports/job-store.ts'
import type { RunFilter, RunHistory } from '../../lambdas/ports/run-history.ts'
import type { RunLedger } from '../../lambdas/ports/run-ledger.ts'

/** Everything of one job, as the table has it in one item collection. */
type Collection = {
  job: Job | undefined
  activity: Activity | undefined
  readonly runs: Map<string, { readonly run: Run; readonly claim: number }>
  newestRunId: string | undefined
}

/** What the table would hold, in memory: for proofs that need thousands of worlds. The adapters' contracts hold for it. */
export class MemoryTable {
  readonly #collections = new Map<string, Collection>()

  find(tenant: string, jobId: string): Collection | undefined {
    return this.#collections.get(`${tenant}/${jobId}`)
  }

  of(tenant: string, jobId: string): Collection {
    const found = this.find(tenant, jobId)
    if (found) return found
    const made: Collection = { job: undefined, activity: undefined, runs: new Map(), newestRunId: undefined }
    this.#collections.set(`${tenant}/${jobId}`, made)
    return made
  }

  all(): Iterable<Collection> {
    return this.#collections.values()
  }

  /** Drops records that have expired, as DynamoDB does in its own time. */
  expire(now: number): void {
    for (const { runs } of this.all()) for (const [id, { run }] of runs) if (run.expiresAt <= now) runs.delete(id)
  }

  /** Two tables of the same content have the same text. */
  text(): string {
    return JSON.stringify([...this.all()].map(({ job, activity, runs }) => [job, activity, [...runs.values()]]))
  }
}

function snapshotOf(table: MemoryTable, tenant: string, jobId: string): JobSnapshot | undefined {
  const collection = table.find(tenant, jobId)
  if (!collection?.job) return undefined
  const { job, activity = noActivity, newestRunId } = collection
  return { job, activity, newest: newestRunId === undefined ? undefined : collection.runs.get(newestRunId)?.run }
}

export function memoryJobStore(table: MemoryTable): JobStore {
  const jobsOf = (tenant: string) => [...table.all()].filter(({ job }) => job?.tenant === tenant)
  return {
    async create(job, limit) {
      const collection = table.of(job.tenant, job.id)
      if (collection.job) return true
      if (jobsOf(job.tenant).length >= limit) return false
      collection.job = job
      return true
    },

    read: async (tenant, jobId) => snapshotOf(table, tenant, jobId),

    async replace(job, version) {
      const collection = table.of(job.tenant, job.id)
      if (collection.job?.version !== version) return job.desired !== 'DELETED' && isSameRow(job, collection.job)
      collection.job = job
      return true
    },

    async markSynced({ tenant, id, generation }) {
      const collection = table.of(tenant, id)
      if (collection.job?.generation !== generation) return false
      collection.job = { ...collection.job, syncState: 'SYNCED', stale: [] }
      return true
    },

    async remove({ tenant, id }) {
      const collection = table.of(tenant, id)
      if (collection.job && collection.job.desired !== 'DELETED') return false
      const { active = {}, queued = {} } = collection.activity ?? {}
      if (Object.keys(active).length + Object.keys(queued).length > 0) return false
      collection.job = undefined
      collection.activity = undefined
      return true
    },

    async page(tenant, limit, after) {
      const ids = jobsOf(tenant)
        .flatMap(({ job }) => (job && job.desired !== 'DELETED' ? [job.id] : []))
        .filter((id) => after === undefined || id < after)
        .sort()
        .reverse()
      const shown = ids.slice(0, limit)
      return {
        items: shown.flatMap((id) => snapshotOf(table, tenant, id) ?? []),
        next: ids.length > limit ? shown.at(-1) : undefined,
      }
    },

    async *every() {
      for (const { job, activity = noActivity } of [...table.all()]) if (job) yield { job, activity }
    },
  }
}

export function memoryRunLedger(table: MemoryTable): RunLedger {
  return {
    snapshot: async (tenant, jobId) => snapshotOf(table, tenant, jobId),

    activity: async (tenant, jobId) => table.find(tenant, jobId)?.activity,

    record: async (tenant, runId) => table.find(tenant, parseRunId(runId)?.jobId ?? '')?.runs.get(runId)?.run,

    async recordedRunIds(tenant, jobId, from, to) {
      const [low, high] = [runIdFloor(from), runIdFloor(to)]
      const ids = [...(table.find(tenant, jobId)?.runs.keys() ?? [])]
      return new Set(ids.filter((id) => id >= low && id < high))
    },

    async save(tenant, jobId, activity) {
      const collection = table.of(tenant, jobId)
      if ((collection.activity?.rev ?? 0) !== activity.rev - 1) return false
      collection.activity = activity
      return true
    },

    async conclude(run, token) {
      const collection = table.of(run.tenant, parseRunId(run.id)?.jobId ?? '')
      const before = collection.runs.get(run.id)
      if (before && (isFinal(before.run.status) || before.claim > token)) return false
      collection.runs.set(run.id, { run, claim: token })
      if ((collection.newestRunId ?? '') < run.id) collection.newestRunId = run.id
      return true
    },

    async note({ tenant, id, notifications: before }, notifications) {
      const runs = table.find(tenant, parseRunId(id)?.jobId ?? '')?.runs
      const stored = runs?.get(id)
      if (!runs || !stored || !isDeepStrictEqual(stored.run.notifications, before)) return false
      runs.set(id, { ...stored, run: { ...stored.run, notifications } })
      return true
    },
    // Nothing here counts runs.
    async noteLate() {},
  }
}

export function memoryRunHistory(table: MemoryTable, clock: Clock): RunHistory {
  function find(runs: Iterable<Run>, filter: RunFilter, limit: number, after: string | undefined) {
    const found = [...runs]
      .filter(({ expiresAt }) => expiresAt > clock())
      .filter(({ id }) => after === undefined || id < after)
      .filter(({ id }) => filter.from === undefined || id >= runIdFloor(filter.from))
      .filter(({ id }) => filter.to === undefined || id < runIdFloor(filter.to))
      .filter(({ status }) => filter.status === undefined || status === filter.status)
      .sort((a, b) => (a.id < b.id ? 1 : -1))
    const items = found.slice(0, limit)
    return { items, next: found.length > limit ? items.at(-1)?.id : undefined }
  }
  const runsIn = (collections: Iterable<Collection>) =>
    [...collections].flatMap(({ runs }) => [...runs.values()].map(({ run }) => run))
  return {
    ofJob: async (tenant, jobId, filter, limit, after) => find(runsIn([table.of(tenant, jobId)]), filter, limit, after),
    ofTenant: async (tenant, filter, limit, after) =>
      find(
        runsIn(table.all()).filter((run) => run.tenant === tenant),
        filter,
        limit,
        after,
      ),
  }
}

export const memoryAccounts = (account: Account): AccountStore => ({ read: async () => account })
