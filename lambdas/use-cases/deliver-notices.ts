import type { Job } from '../domain/job/job.ts'
import {
  type Delivery,
  isDue,
  nextTryAt,
  planDeliveries,
  tried,
  WAITED_IN_PLACE_MS,
} from '../domain/notification/delivery.ts'
import { disabledReason, noticeMessage } from '../domain/notification/message.ts'
import {
  dueNotices,
  isHopeless,
  type Notice,
  noticePutOff,
  noticeTaken,
  noticeTold,
} from '../domain/notification/notice.ts'
import type { Activity } from '../domain/run/activity.ts'
import type { Run } from '../domain/run/run.ts'
import type { Mailer } from '../ports/mailer.ts'
import type { OwnerDirectory } from '../ports/owner-directory.ts'
import { changeActivity } from './change-activity.ts'
import type { ConcludeRunDeps } from './conclude-run.ts'
import { type DisableJobDeps, disableJob } from './disable-job.ts'
import { endWaitingRuns } from './end-waiting-runs.ts'
import { type SendNoticeDeps, sendNotice } from './send-notice.ts'

export type DeliverNoticesDeps = SendNoticeDeps &
  DisableJobDeps &
  ConcludeRunDeps & {
    readonly mailer: Mailer
    readonly owners: OwnerDirectory
    readonly sleep: (ms: number) => Promise<void>
    /** Where the API is, without a slash at the end. */
    readonly apiUrl: string
  }

/** Less time than this left, and it is left to the sweeper, in ms. */
const TIME_NEEDED_MS = 45_000

/**
 * Tells whoever is to be told of a job's runs, as far as it is due. Nothing here concerns the runs themselves: they have
 * ended and are recorded. What fails is logged, and taken up again by the sweeper.
 */
export async function deliverNotices(
  deps: DeliverNoticesDeps,
  { tenant, jobId }: { readonly tenant: string; readonly jobId: string },
  activity: Activity | undefined,
  remainingMs: () => number,
): Promise<void> {
  for (const runId of activity ? dueNotices(activity, deps.clock()) : []) {
    if (remainingMs() < TIME_NEEDED_MS) return
    try {
      await deliverNotice(deps, tenant, jobId, runId)
    } catch (error) {
      deps.log.error('a notice could not be delivered', { jobId, run: runId, error })
    }
  }
}

async function deliverNotice(deps: DeliverNoticesDeps, tenant: string, jobId: string, runId: string): Promise<void> {
  const taken = await changeActivity(deps, tenant, jobId, (activity) => noticeTaken(activity, runId, deps.clock()))
  const notice = taken?.notices[runId]
  if (!notice) return
  const [snapshot, run] = await Promise.all([deps.ledger.snapshot(tenant, jobId), deps.ledger.record(tenant, runId)])
  const job = snapshot?.job
  const isPossible = job && job.desired !== 'DELETED' && run && !isHopeless(notice)
  if (job && !isPossible) deps.log.warn('a notice was given up', { jobId, run: runId, tries: notice.tries })
  const until = isPossible ? await carryOut(deps, job, run, notice) : undefined
  await changeActivity(deps, tenant, jobId, (activity) =>
    until === undefined ? noticeTold(activity, runId) : noticePutOff(activity, runId, until),
  )
  // A job that is disabled tries nothing again. What there is to tell of that, the sweeper has told.
  if (job && notice.disable) await endWaitingRuns(deps, job)
}

/** @returns when to go on with it, epoch ms; undefined when it is done. */
async function carryOut(deps: DeliverNoticesDeps, job: Job, run: Run, notice: Notice): Promise<number | undefined> {
  let noted = run.notifications
  let deliveries = noted ?? (await planned(deps, job, notice))
  for (;;) {
    // Mail takes moments, a webhook may take its whole timeout: what was sent is written down before that.
    for (const isWebhook of [false, true]) {
      const isTurn = (delivery: Delivery) =>
        (delivery.channel === 'WEBHOOK') === isWebhook && isDue(delivery, deps.clock())
      if (!deliveries.some(isTurn)) continue
      deliveries = await Promise.all(
        deliveries.map((delivery) => (isTurn(delivery) ? attempted(deps, { job, run, notice }, delivery) : delivery)),
      )
      if (!(await deps.ledger.note({ ...run, notifications: noted }, deliveries))) return undefined
      noted = deliveries
    }
    const next = nextTryAt(deliveries)
    if (next === undefined || next - deps.clock() > WAITED_IN_PLACE_MS) return next
    await deps.sleep(Math.max(0, next - deps.clock()))
  }
}

async function planned(deps: DeliverNoticesDeps, job: Job, notice: Notice): Promise<readonly Delivery[]> {
  const { disable, kinds } = notice
  const isDisabled =
    disable !== undefined && (await disableJob(deps, job, disable.editedVersion, disabledReason(notice)))
  const { notify } = job.definition
  const isOwnerTold = notify.emails.length === 0 && deps.mailer.channel === 'EMAIL'
  const owner = isOwnerTold && kinds.length > 0 ? await deps.owners.emailOf(job.tenant) : undefined
  return planDeliveries(job.definition, notice, { mailChannel: deps.mailer.channel, owner }, isDisabled)
}

type Told = { readonly job: Job; readonly run: Run; readonly notice: Notice }

async function attempted(deps: DeliverNoticesDeps, { job, run, notice }: Told, delivery: Delivery): Promise<Delivery> {
  const message = noticeMessage(delivery.kind, { job, run, notice, apiUrl: deps.apiUrl })
  const sending = await sendNotice(deps, job, delivery, message)
  if (sending.kind === 'FAILED') {
    deps.log.warn('a notification was not taken', { run: run.id, channel: delivery.channel, because: sending.message })
  }
  return tried(delivery, sending, deps.clock())
}
