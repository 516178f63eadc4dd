import { dynamoEndedRuns } from '../../lambdas/adapters/dynamodb/dynamo-ended-runs.ts'
import { dynamoFiguresReader, dynamoFiguresStore } from '../../lambdas/adapters/dynamodb/dynamo-figures-store.ts'
import { dynamoJobStore } from '../../lambdas/adapters/dynamodb/dynamo-job-store.ts'
import { dynamoJobSummaries } from '../../lambdas/adapters/dynamodb/dynamo-job-summaries.ts'
import { dynamoRunLedger } from '../../lambdas/adapters/dynamodb/dynamo-run-ledger.ts'
import { dynamoServiceLists } from '../../lambdas/adapters/dynamodb/dynamo-service-lists.ts'
import { dynamoTenantRegistry } from '../../lambdas/adapters/dynamodb/dynamo-tenant-registry.ts'
import type { EndedStatus } from '../../lambdas/domain/figures/tally.ts'
import type { Job } from '../../lambdas/domain/job/job.ts'
import { nextRunMemory } from '../../lambdas/domain/job/next-run-memory.ts'
import { noActivity } from '../../lambdas/domain/run/activity.ts'
import type { Run } from '../../lambdas/domain/run/run.ts'
import { manualEntropy, manualRunId } from '../../lambdas/domain/run/run-id.ts'
import { concludeRun } from '../../lambdas/use-cases/conclude-run.ts'
import { countRuns } from '../../lambdas/use-cases/count-runs.ts'
import { readAnalytics } from '../../lambdas/use-cases/read-analytics.ts'
import { readStats } from '../../lambdas/use-cases/read-stats.ts'
import { readServiceAnalytics, readServiceStats } from '../../lambdas/use-cases/service-figures.ts'
import { someJob } from '../contracts/job-store.ts'
import { meter } from './consumed-capacity.ts'
import { startTable } from './dynamodb.ts'
import { FaultLine } from './fault-line.ts'

const DAY_MS = 86_400_000

/** A run as whoever made it knows it: what figures are compared with. */
export type MadeRun = {
  readonly tenant: string
  readonly jobId: string
  readonly plannedAt: number
  readonly status: EndedStatus
  readonly durationMs: number | null
}

export type FiguresWorld = Awaited<ReturnType<typeof startFiguresWorld>>

/** Counting and reading of figures over a real DynamoDB engine, on a clock that is set by hand. */
export async function startFiguresWorld(start: string, { busyRuns = 100 } = {}) {
  const started = await startTable()
  const table = { client: started.client, name: started.tableName }
  const consumed = meter(started.client)
  const faults = new FaultLine()
  const warnings: string[] = []
  const log = { info: () => {}, warn: (message: string) => void warnings.push(message), error: () => {} }
  let now = Date.parse(start)
  let made = 0
  const clock = () => now
  const store = dynamoFiguresStore(table)
  const jobs = dynamoJobStore(table)
  const ledger = dynamoRunLedger(table)
  const reading = {
    clock,
    figures: dynamoFiguresReader(table),
    endedRuns: dynamoEndedRuns(table),
    summaries: dynamoJobSummaries(table),
    nextRun: nextRunMemory(),
  }
  const ofService = {
    clock,
    figures: reading.figures,
    service: dynamoServiceLists(table, clock),
    directory: { count: async () => 3, admins: async () => ['an-admin'] },
  }
  const counting = {
    clock,
    log,
    busyRuns,
    figures: faults.under('figures', store),
    endedRuns: reading.endedRuns,
    tenants: dynamoTenantRegistry(table),
  }

  function runOf({ tenant, jobId, plannedAt, status, durationMs }: MadeRun): Run {
    const entropy = manualEntropy(Uint8Array.of(0, 0, made >> 10, made >> 5, made++, 1))
    return {
      tenant,
      id: manualRunId(jobId, plannedAt, entropy),
      jobName: 'sync',
      status,
      startedAt: durationMs === null ? null : now - durationMs,
      finishedAt: now,
      reason: null,
      attempts: [],
      request: null,
      response: null,
      expiresAt: plannedAt + 7 * DAY_MS,
    }
  }

  return {
    table,
    consumed,
    faults,
    warnings,
    store,
    reading,
    counting,
    ledger,
    clock,
    moveTo(instant: number): void {
      now = instant
    },
    async createJob(tenant: string, fields: Partial<Job> = {}): Promise<Job> {
      const job = { ...someJob(tenant), ...fields }
      await jobs.create(job, 100_000)
      return job
    },
    jobs,
    /** Concludes a run as the executor does, now. */
    async end(run: MadeRun): Promise<MadeRun> {
      const job = { ...someJob(), tenant: run.tenant, id: run.jobId }
      const claimed = { job, token: 1, activity: noActivity, isNew: true, isTakenOver: false, claimedAt: now } as const
      const ended = runOf(run)
      await concludeRun(
        { ledger, clock, log, stage: 'test' },
        { ...claimed, kind: 'CLAIMED', runId: ended.id, fate: { kind: 'CALL' } },
        ended,
      )
      return run
    },
    /** What an executor does that ends just before it would write the record. */
    async breakOff(run: MadeRun): Promise<void> {
      await ledger.noteLate(run.tenant, runOf(run).id, now)
    },
    count: () => countRuns(counting),
    stats: (tenant: string, timezone = 'UTC') => readStats(reading, tenant, timezone),
    analytics: (tenant: string, days: number, timezone = 'UTC') => readAnalytics(reading, tenant, { days, timezone }),
    serviceStats: (timezone = 'UTC') => readServiceStats(ofService, timezone),
    serviceAnalytics: (days: number, timezone = 'UTC') => readServiceAnalytics(ofService, { days, timezone }),
    stop: () => started.stop(),
  }
}
