import { isDeepStrictEqual } from 'node:util'
import type { Job } from '../../lambdas/domain/job/job.ts'
import { jobSchedule } from '../../lambdas/domain/job/job-schedule.ts'
import { isFinal, type Run } from '../../lambdas/domain/run/run.ts'
import { occurrenceRunId, parseRunId } from '../../lambdas/domain/run/run-id.ts'
import type { Evidence, Reign, TargetCall } from './evidence.ts'
import { plannedInstants } from './rhythms.ts'

/** A world after its faults, and after the sweep that mends them: what happened, and what is there now. */
export type Aftermath = {
  readonly evidence: Evidence
  /** By id; deleted jobs are left out. */
  readonly jobs: ReadonlyMap<string, Job>
  readonly runs: ReadonlyMap<string, Pick<Run, 'status' | 'notifications'>>
  readonly scheduleNames: readonly string[]
  /** Runs of which something is still to be told. */
  readonly untold: readonly string[]
  /** When the mending sweep began: what was planned until then is owed by now. Epoch ms. */
  readonly sweptAt: number
  /** Least time between two calls for one run: a lease, in ms. */
  readonly leaseMs: number
}

/** What must hold, whatever went wrong. Each names what breaks it, and is empty when it holds. */
export const invariants: Readonly<Record<string, (aftermath: Aftermath) => readonly string[]>> = {
  acknowledgedStateHolds,
  schedulesAreThoseOfTheRows,
  pausedAndDeletedJobsCallNothing,
  oneEndPerRun,
  noTwoCallsWithinALease,
  atMostOnceIsAtMostOnce,
  everyOccurrenceHasARecord,
  everyClaimEnds,
  everyPromisedRunHasARecord,
  nothingIsRunThatWasNotPlanned,
  onlyFaultsFail,
  everythingIsTold,
  everythingIsToldOnce,
}

/** All that is wrong in an aftermath, in a line each. */
export const violations = (aftermath: Aftermath): readonly string[] =>
  Object.entries(invariants).flatMap(([name, check]) => check(aftermath).map((problem) => `${name}: ${problem}`))

const iso = (instant: number) => new Date(instant).toISOString()
const deletes = (reign: Reign) => reign.job.desired === 'DELETED'

/** What a caller was told is done was written, stays written, and is only ever changed by a later change. */
function acknowledgedStateHolds({ evidence, jobs }: Aftermath): string[] {
  const undone = evidence.acknowledged.flatMap(({ job, patch }) => {
    const written = evidence.reigns.get(job.id)?.find((reign) => reign.job.version === job.version)
    if (!written) return [`version ${job.version} of ${job.id} was acknowledged and never written`]
    const isAsAsked = Object.entries(patch).every(([field, value]) =>
      isDeepStrictEqual(Reflect.get(job.definition, field), value),
    )
    return isAsAsked ? [] : [`version ${job.version} of ${job.id} is not what was asked for`]
  })
  const lost = [...evidence.reigns].flatMap(([jobId, reigns]) => {
    const isGapless = reigns.every(({ job }, index) => job.version === index + 1)
    const last = reigns.at(-1)
    const now = jobs.get(jobId)
    if (!isGapless) return [`${jobId} has a gap in its versions`]
    if (last && deletes(last)) return now ? [`${jobId} is back from the dead`] : []
    return now?.version === last?.job.version ? [] : [`${jobId} is not as it was last written`]
  })
  return [...undone, ...lost]
}

/** EventBridge has the schedules of active jobs, and no others; every row says so. */
function schedulesAreThoseOfTheRows({ jobs, scheduleNames, sweptAt }: Aftermath): string[] {
  const active = [...jobs.values()].filter((job) => job.desired === 'ACTIVE' && isStillToFire(job, sweptAt))
  const explained = new Set([...jobs.values()].flatMap((job) => (job.desired === 'ACTIVE' ? job.schedules : [])))
  const existing = new Set(scheduleNames)
  return [
    ...active.flatMap((job) => job.schedules.filter((name) => !existing.has(name)).map((name) => `${name} is missing`)),
    ...scheduleNames.filter((name) => !explained.has(name)).map((name) => `${name} belongs to no active job`),
    ...[...jobs.values()].flatMap((job) =>
      job.syncState === 'SYNCED' && job.stale.length === 0 ? [] : [`${job.id} is not in step`],
    ),
  ]
}

/** A schedule removes itself once it has nothing left to fire; until then is more than a sweep away. */
const isStillToFire = (job: Job, now: number) =>
  plannedInstants(job.definition, now + 3_600_000, now + 40 * 86_400_000).length > 0

/** Paused and deleted jobs call no target, but for a run of a paused one that its owner started by hand. */
function pausedAndDeletedJobsCallNothing({ evidence }: Aftermath): string[] {
  return evidence.calls.flatMap((call) => {
    const run = parseRunId(call.runId)
    const reigns = reignsWithin(evidence.reigns.get(run?.jobId ?? '') ?? [], call)
    const isAllowed = reigns.some(
      ({ job }) => job.desired !== 'DELETED' && (job.desired !== 'PAUSED' || run?.trigger === 'MANUAL'),
    )
    return isAllowed ? [] : [`${call.runId} called its target at ${iso(call.at)}, when its job was paused or deleted`]
  })
}

/** Rows that held at some moment between the beginning of the invocation and its call. */
const reignsWithin = (reigns: readonly Reign[], { orderedAt, at }: TargetCall) =>
  reigns.filter(({ from, until }) => from <= at && until >= orderedAt)

/** A run ends once: whatever is final stays as it is. */
function oneEndPerRun({ evidence }: Aftermath): string[] {
  const seen = new Set<string>()
  return evidence.ends.flatMap(({ runId }) => {
    const isSecond = seen.has(runId)
    seen.add(runId)
    return isSecond ? [`${runId} ended twice`] : []
  })
}

/**
 * However often an occurrence is delivered, it calls its target once: again only as a retry, when the attempt before has
 * been recorded, or past its lease, after a crash.
 */
function noTwoCallsWithinALease({ evidence, leaseMs }: Aftermath): string[] {
  const last = new Map<string, TargetCall>()
  return evidence.calls.flatMap((call) => {
    const before = last.get(call.runId)
    last.set(call.runId, call)
    const isRepeated = before && call.attemptsBefore === before.attemptsBefore && call.at - before.at < leaseMs
    return isRepeated ? [`${call.runId} was called twice within ${call.at - before.at} ms`] : []
  })
}

/** AT_MOST_ONCE means it: of each attempt. */
function atMostOnceIsAtMostOnce({ evidence }: Aftermath): string[] {
  const counts = Map.groupBy(evidence.calls, ({ runId }) => runId)
  return [...counts].flatMap(([runId, calls]) => {
    const reigns = evidence.reigns.get(parseRunId(runId)?.jobId ?? '') ?? []
    const isOnce = reigns.every(({ job }) => job.definition.delivery === 'AT_MOST_ONCE')
    const attempts = new Set(calls.map(({ attemptsBefore }) => attemptsBefore))
    return isOnce && calls.length > attempts.size ? [`${runId} was called ${calls.length} times`] : []
  })
}

/**
 * Every occurrence that fell due has a record: of the generation that is still current all of them, crashes or not; of
 * an earlier one those that nothing disturbed (an edit or a pause drops what had not been delivered by then).
 */
function everyOccurrenceHasARecord({ evidence, jobs, runs, sweptAt }: Aftermath): string[] {
  return [...jobs.keys()].flatMap((jobId) =>
    generations(evidence.reigns.get(jobId) ?? []).flatMap((reign) =>
      owed(reign, evidence, sweptAt)
        .filter((plannedAt) => !hasEnded(runs.get(occurrenceRunId(jobId, plannedAt))))
        .map((plannedAt) => `${jobId} has no record of ${iso(plannedAt)}`),
    ),
  )
}

const hasEnded = (run: Pick<Run, 'status'> | undefined) => run !== undefined && isFinal(run.status)

/** Edits that leave the timing alone belong to one generation. */
function generations(reigns: readonly Reign[]): readonly Reign[] {
  const byGeneration = Map.groupBy(reigns, ({ job }) => job.generation)
  return [...byGeneration.values()].flatMap((group) => {
    const [first] = group
    const last = group.at(-1)
    return first && last ? [{ job: last.job, from: first.from, until: last.until }] : []
  })
}

function owed({ job, from, until }: Reign, evidence: Evidence, sweptAt: number): readonly number[] {
  if (job.desired !== 'ACTIVE') return []
  if (until === Number.POSITIVE_INFINITY) return plannedInstants(job.definition, job.since, sweptAt)
  const isDisturbed = evidence.disturbances.some((at) => at >= from && at <= until)
  return isDisturbed ? [] : plannedInstants(job.definition, job.since, until - 1)
}

/** A run that was claimed before the sweep has an end, unless its job was deleted meanwhile. */
function everyClaimEnds({ evidence, jobs, runs, sweptAt }: Aftermath): string[] {
  return [...evidence.claims]
    .flatMap(([runId, claimedAt]) => (claimedAt <= sweptAt ? [runId] : []))
    .filter((runId) => jobs.has(parseRunId(runId)?.jobId ?? '') && !hasEnded(runs.get(runId)))
    .map((runId) => `${runId} was claimed and never ended`)
}

/** A run that was promised to its owner has a record, unless the job was deleted meanwhile. */
function everyPromisedRunHasARecord({ evidence, jobs, runs }: Aftermath): string[] {
  return evidence.promisedRuns
    .filter((runId) => jobs.has(parseRunId(runId)?.jobId ?? '') && !hasEnded(runs.get(runId)))
    .map((runId) => `${runId} was promised and never ended`)
}

/** Records and calls are of planned instants of a generation that was there, or of runs started by hand; late ones are MISSED. */
function nothingIsRunThatWasNotPlanned({ evidence, runs }: Aftermath): string[] {
  const ids = new Set([...runs.keys(), ...evidence.calls.map(({ runId }) => runId)])
  const unplanned = [...ids].filter((runId) => !isPlanned(evidence, runId)).map((runId) => `${runId} was never planned`)
  const late = evidence.calls
    .filter(({ runId }) => isTooLate(evidence, runId))
    .map(({ runId, at }) => `${runId} was called as late as ${iso(at)}`)
  return [...unplanned, ...late]
}

function isPlanned(evidence: Evidence, runId: string): boolean {
  const run = parseRunId(runId)
  if (run?.trigger !== 'SCHEDULE') return run !== undefined
  return (evidence.reigns.get(run.jobId) ?? []).some(
    ({ job }) =>
      job.desired === 'ACTIVE' &&
      job.since < run.plannedAt &&
      plannedInstants(job.definition, job.since, run.plannedAt, run.plannedAt - 1).length === 1,
  )
}

/** A run whose window had passed when it was first claimed is to be written down, never called. */
function isTooLate(evidence: Evidence, runId: string): boolean {
  const run = parseRunId(runId)
  const claimedAt = evidence.claims.get(runId)
  if (run?.trigger !== 'SCHEDULE' || claimedAt === undefined) return false
  const windows = (evidence.reigns.get(run.jobId) ?? [])
    .filter(({ job }) => job.desired === 'ACTIVE')
    .map(({ job }) => jobSchedule(job).windowSeconds * 1000 + 999)
  return claimedAt - run.plannedAt > Math.max(...windows)
}

/** Nothing fails but what was made to. */
function onlyFaultsFail({ evidence }: Aftermath): string[] {
  return evidence.bugs.map(String)
}

/** What was decided to be told of a run was sent, and its record says so, unless the job was deleted meanwhile. */
function everythingIsTold({ evidence, jobs, runs }: Aftermath): string[] {
  return [...evidence.decided].flatMap(([runId, messages]) => {
    if (!jobs.has(parseRunId(runId)?.jobId ?? '')) return []
    const mails = evidence.mails.filter((mail) => mail.runId === runId)
    const sent = (runs.get(runId)?.notifications ?? []).filter(({ status }) => status === 'SENT')
    return [
      ...(mails.length < messages ? [`${messages} messages of ${runId} were decided, and ${mails.length} sent`] : []),
      ...(sent.length < messages ? [`${runId} says that ${sent.length} of ${messages} messages were sent`] : []),
    ]
  })
}

/**
 * What was decided to be told is told, and once: again only where a process ended between sending and writing down that it
 * was sent.
 */
function everythingIsToldOnce({ evidence, untold }: Aftermath): string[] {
  const first = new Map<string, number>()
  const twice = evidence.mails.flatMap(({ runId, subject, at }) => {
    const key = `${runId} ${subject}`
    const before = first.get(key)
    first.set(key, at)
    const isExplained = before === undefined || evidence.disturbances.some((instant) => instant >= before)
    return isExplained ? [] : [`"${subject}" was mailed twice of ${runId}`]
  })
  return [...untold.map((runId) => `${runId} has something left to be told`), ...twice]
}
