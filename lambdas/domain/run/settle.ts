import type { Job } from '../job/job.ts'
import type { Notice, NoticeKind } from '../notification/notice.ts'
import type { Activity, KnownStatus } from './activity.ts'
import { isFailure, isFinal, type RunStatus } from './run.ts'
import { parseRunId } from './run-id.ts'

/** What decides who is to be told, and when a job is disabled. */
export type Counted = Pick<Job, 'definition' | 'desired' | 'editedVersion'>

/** What is counted of a job's runs. */
type Count = Pick<Activity, 'consecutiveFailures' | 'countedFrom' | 'firstFailed' | 'lastGood' | 'notices'>

type Finished = {
  readonly id: string
  readonly status: RunStatus
  /** The job's version when the run was claimed. */
  readonly version: number
}

/** More would make the activity large; then nobody is told of successes for a while. */
const MOST_NOTICES = 100

/**
 * Takes those runs out of `active` whose records are final, counts them in order of time, and decides what is to be told
 * of them. Written by compare-and-set, each run is counted once, and so told once.
 */
export function settle(activity: Activity, known: ReadonlyMap<string, KnownStatus>, job: Counted): Activity {
  const finished = Object.entries(activity.active)
    .flatMap(([id, { version }]): readonly Finished[] => {
      const status = known.get(id)
      return status !== undefined && status !== 'NONE' && isFinal(status) ? [{ id, status, version }] : []
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1))
  const active = Object.fromEntries(
    Object.entries(activity.active).filter(([id]) => !finished.some((run) => run.id === id)),
  )
  const count = finished.reduce<Count>((sum, run) => counted(sum, run, job), countOf(activity, job))
  return { ...activity, ...count, active }
}

/** What has been counted since a user last touched the job: editing, pausing and resuming begin anew. */
export function countOf(activity: Activity, job: Pick<Job, 'editedVersion'>): Count {
  const { consecutiveFailures, countedFrom, firstFailed, lastGood, notices } = activity
  const isCurrent = countedFrom === job.editedVersion
  return {
    consecutiveFailures: isCurrent ? consecutiveFailures : 0,
    countedFrom: job.editedVersion,
    firstFailed: isCurrent ? firstFailed : undefined,
    lastGood,
    notices,
  }
}

/**
 * Whether a run's end is to be entered at once: it counts, ends a series, or somebody waits to be told. Any other success
 * is entered by the next claim.
 */
export const isEnteredAtOnce = (
  run: { readonly status: RunStatus },
  { consecutiveFailures }: Pick<Activity, 'consecutiveFailures'>,
  { definition }: Pick<Job, 'definition'>,
): boolean =>
  isFailure(run.status) || consecutiveFailures > 0 || (run.status === 'SUCCEEDED' && definition.notify.onSuccess)

function counted(count: Count, run: Finished, job: Counted): Count {
  const { next, kinds, disable } = countRun(count, run, job)
  const { notify } = job.definition
  const isSuccessAsked =
    run.status === 'SUCCEEDED' && notify.onSuccess && Object.keys(count.notices).length < MOST_NOTICES
  const all: readonly NoticeKind[] = [...kinds, ...(isSuccessAsked ? (['SUCCESS'] as const) : [])]
  if (all.length === 0 || job.desired === 'DELETED') return next
  const series = run.status === 'SUCCEEDED' ? count : next
  const notice: Notice = {
    kinds: [...all],
    failures: series.consecutiveFailures,
    ...(series.firstFailed === undefined ? {} : { firstFailed: series.firstFailed }),
    ...(count.lastGood === undefined ? {} : { lastGood: count.lastGood }),
    ...(disable ? { disable: { because: 'FAILING', editedVersion: job.editedVersion } } : {}),
    tries: 0,
    notBefore: 0,
  }
  return { ...next, notices: { ...next.notices, [run.id]: notice } }
}

type Verdict = { readonly next: Count; readonly kinds: readonly NoticeKind[]; readonly disable: boolean }

function countRun(count: Count, { id, status, version }: Finished, { definition, editedVersion }: Counted): Verdict {
  const { notify, disableAfterFailures } = definition
  const hasSucceeded = status === 'SUCCEEDED'
  const lastGood = hasSucceeded && id > (count.lastGood ?? '') ? id : count.lastGood
  const seen: Count = { ...count, lastGood }
  // Manual runs say nothing about whether the job works on its own, and older ones nothing about what it is now.
  const doesCount = parseRunId(id)?.trigger === 'SCHEDULE' && version >= editedVersion
  if (!doesCount || !(hasSucceeded || isFailure(status))) return { next: seen, kinds: [], disable: false }
  if (hasSucceeded) {
    const isRecovery = notify.onRecovery && count.consecutiveFailures >= notify.afterFailures
    const next = { ...seen, consecutiveFailures: 0, firstFailed: undefined }
    return { next, kinds: isRecovery ? ['RECOVERY'] : [], disable: false }
  }
  const failures = count.consecutiveFailures + 1
  const disable = failures === disableAfterFailures
  const kinds: readonly NoticeKind[] = [
    ...(notify.onFailure && failures === notify.afterFailures ? (['FAILURE'] as const) : []),
    ...(disable ? (['DISABLED'] as const) : []),
  ]
  return { next: { ...seen, consecutiveFailures: failures, firstFailed: count.firstFailed ?? id }, kinds, disable }
}

/** Decides that a job is to be disabled because its target says that it is gone, unless a user has touched it since. */
export function disablingGone(before: Activity, settled: Activity, runId: string, job: Counted): Activity {
  const version = before.active[runId]?.version
  if (version === undefined || version < job.editedVersion || job.desired !== 'ACTIVE') return settled
  const notice = settled.notices[runId]
  const kinds: NoticeKind[] = [...(notice?.kinds ?? []).filter((kind) => kind !== 'DISABLED'), 'DISABLED']
  const { consecutiveFailures: failures, firstFailed, lastGood } = settled
  const gone: Notice = {
    ...(notice ?? {
      failures,
      ...(firstFailed === undefined ? {} : { firstFailed }),
      ...(lastGood === undefined ? {} : { lastGood }),
      tries: 0,
      notBefore: 0,
    }),
    kinds,
    disable: { because: 'GONE', editedVersion: job.editedVersion },
  }
  return { ...settled, notices: { ...settled.notices, [runId]: gone } }
}
