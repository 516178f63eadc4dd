/** A job under load: what it was told to do. Instants are epoch ms. */
export type SoakJob = {
  readonly id: string
  readonly delivery: 'AT_LEAST_ONCE' | 'AT_MOST_ONCE'
  /** It runs at every multiple of this many minutes. */
  readonly everyMinutes: number
}

/** A run as the API shows it. */
export type SoakRun = {
  readonly id: string
  readonly jobId: string
  readonly trigger: 'SCHEDULE' | 'MANUAL'
  readonly plannedAt: number
  readonly status: string
}

/** A request that reached the target. */
export type Hit = { readonly runId: string; readonly jobId: string; readonly at: number }

export type SoakEvidence = {
  readonly jobs: readonly SoakJob[]
  /** Occurrences after `from` up to `to` are judged. */
  readonly from: number
  readonly to: number
  readonly runs: readonly SoakRun[]
  /** Runs by hand whose caller was told that they will be. */
  readonly promised: readonly string[]
  readonly hits: readonly Hit[]
}

export type Verdict = {
  readonly planned: number
  /** Records of planned occurrences, by status. */
  readonly statuses: Readonly<Record<string, number>>
  /** Hits beyond the first of a run: allowed after a crash, for AT_LEAST_ONCE. */
  readonly repeated: number
  readonly problems: readonly string[]
}

const MINUTE_MS = 60_000

/** A run is taken over no earlier than this after it was claimed: a lease outlives its function by as much, in ms. */
const SHORTEST_LEASE_MS = MINUTE_MS

/** What a target that was called may have been written down as; any other record says that it was not called. */
const CALLED = new Set(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'LOST', 'CANCELLED'])

const iso = (instant: number) => new Date(instant).toISOString()

/** Matches what was planned with what was recorded, and both with what the target saw. */
export function judge(evidence: SoakEvidence): Verdict {
  const { jobs, from, to } = evidence
  const runs = evidence.runs.filter(
    ({ trigger, plannedAt }) => trigger === 'MANUAL' || (plannedAt > from && plannedAt <= to),
  )
  const planned = jobs.flatMap((job) => plannedInstants(job, from, to).map((at) => keyOf(job.id, at)))
  const scheduled = runs.filter(({ trigger }) => trigger === 'SCHEDULE')
  const hits = Map.groupBy(evidence.hits, ({ runId }) => runId)
  return {
    planned: planned.length,
    statuses: countBy(scheduled, ({ status }) => status),
    repeated: runs.reduce((sum, { id }) => sum + Math.max(0, (hits.get(id)?.length ?? 0) - 1), 0),
    problems: [
      ...matchPlans(planned, scheduled),
      ...matchPromises(evidence.promised, runs),
      ...runs.flatMap((run) => matchHits(run, hits.get(run.id) ?? [], jobs)),
      ...hitsWithoutRecord(evidence),
    ],
  }
}

const keyOf = (jobId: string, at: number) => `${jobId} of ${iso(at)}`

function plannedInstants({ everyMinutes }: SoakJob, from: number, to: number): number[] {
  const step = everyMinutes * MINUTE_MS
  const first = Math.floor(from / step) + 1
  return Array.from({ length: Math.max(0, Math.floor(to / step) - first + 1) }, (_, index) => (first + index) * step)
}

function matchPlans(planned: readonly string[], runs: readonly SoakRun[]): string[] {
  const recorded = new Map(runs.map((run) => [keyOf(run.jobId, run.plannedAt), run]))
  const missing = planned.filter((key) => !recorded.has(key)).map((key) => `${key} has no record`)
  const wanted = new Set(planned)
  const unplanned = [...recorded.keys()].filter((key) => !wanted.has(key)).map((key) => `${key} was never planned`)
  const running = runs.filter(({ status }) => status === 'RUNNING').map(({ id }) => `${id} has not ended`)
  const doubled = runs.length - recorded.size
  return [...missing, ...unplanned, ...running, ...(doubled > 0 ? [`${doubled} occurrences have two records`] : [])]
}

function matchPromises(promised: readonly string[], runs: readonly SoakRun[]): string[] {
  const ended = new Set(runs.filter(({ status }) => status !== 'RUNNING').map(({ id }) => id))
  return promised.filter((id) => !ended.has(id)).map((id) => `${id} was promised and has not ended`)
}

function matchHits(run: SoakRun, hits: readonly Hit[], jobs: readonly SoakJob[]): string[] {
  const delivery = jobs.find(({ id }) => id === run.jobId)?.delivery
  const times = hits.map(({ at }) => at).sort((a, b) => a - b)
  const closest = Math.min(...times.slice(1).map((at, index) => at - (times[index] ?? at)))
  return [
    ...(run.status === 'SUCCEEDED' && hits.length === 0 ? [`${run.id} SUCCEEDED, and never reached its target`] : []),
    ...(hits.length > 0 && !CALLED.has(run.status) ? [`${run.id} is ${run.status}, and reached its target`] : []),
    ...(delivery === 'AT_MOST_ONCE' && hits.length > 1 ? [`${run.id} reached its target ${hits.length} times`] : []),
    ...(closest < SHORTEST_LEASE_MS ? [`${run.id} reached its target twice within ${closest} ms`] : []),
  ]
}

function hitsWithoutRecord({ hits, runs, to }: SoakEvidence): string[] {
  const recorded = new Set(runs.map(({ id }) => id))
  return hits
    .filter(({ runId, at }) => at <= to && !recorded.has(runId))
    .map(({ runId, at }) => `${runId} reached its target at ${iso(at)} and has no record`)
}

function countBy<T>(items: readonly T[], key: (item: T) => string): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(items, key)].map(([name, group]) => [name, group.length]))
}
