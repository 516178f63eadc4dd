import * as z from 'zod/mini'

/** What people are told of. */
export const NoticeKind = z.enum(['FAILURE', 'RECOVERY', 'SUCCESS', 'DISABLED'])
export type NoticeKind = z.infer<typeof NoticeKind>

/**
 * What is to be told of one run. It is decided in the same write that counts the run, and waits with the job's activity
 * until it is told, so that it is neither forgotten nor decided twice.
 */
export const Notice = z.object({
  kinds: z.array(NoticeKind),
  /** Failed runs in a row: with this one, or before it where it is the recovery. */
  failures: z.int(),
  /** Id of the first of them. */
  firstFailed: z.optional(z.string()),
  /** Id of the newest run that had succeeded before. */
  lastGood: z.optional(z.string()),
  /** The job is to be disabled first, unless a user has touched it since this version. */
  disable: z.optional(z.object({ because: z.enum(['FAILING', 'GONE']), editedVersion: z.int() })),
  /** How often somebody set about telling it. */
  tries: z.int(),
  /** Until then it waits, or somebody is at it; epoch ms. */
  notBefore: z.number(),
})
export type Notice = Readonly<z.infer<typeof Notice>>

/** By the id of the run that they are about. */
export type Notices = Readonly<Record<string, Notice>>

/** Telling one takes less: ten mails and a webhook, each with its timeout, in ms. */
const TELLING_MS = 2 * 60_000

/** Past this many tries something is wrong with the notice itself. */
const MOST_TRIES = 12

type WithNotices = { readonly rev: number; readonly notices: Notices }

/** Ids of the runs that somebody may be told of now. @param now epoch ms. */
export const dueNotices = ({ notices }: Pick<WithNotices, 'notices'>, now: number): readonly string[] =>
  Object.keys(notices)
    .filter((runId) => (notices[runId]?.notBefore ?? now) <= now)
    .sort()

/** Takes a notice, so that nobody else tells it at the same time; undefined when there is none to take. */
export function noticeTaken<A extends WithNotices>(activity: A, runId: string, now: number): A | undefined {
  const notice = activity.notices[runId]
  if (!notice || notice.notBefore > now) return undefined
  return withNotice(activity, runId, { ...notice, tries: notice.tries + 1, notBefore: now + TELLING_MS })
}

/** Puts a notice off; undefined when there is none. @param until epoch ms. */
export function noticePutOff<A extends WithNotices>(activity: A, runId: string, until: number): A | undefined {
  const notice = activity.notices[runId]
  return notice && withNotice(activity, runId, { ...notice, notBefore: until })
}

/** Takes a notice away; undefined when there is none. */
export function noticeTold<A extends WithNotices>(activity: A, runId: string): A | undefined {
  const { [runId]: told, ...notices } = activity.notices
  return told && { ...activity, rev: activity.rev + 1, notices }
}

/** Whether to give a notice up that could not even be begun, time and again. */
export const isHopeless = ({ tries }: Notice): boolean => tries > MOST_TRIES

const withNotice = <A extends WithNotices>(activity: A, runId: string, notice: Notice): A => ({
  ...activity,
  rev: activity.rev + 1,
  notices: { ...activity.notices, [runId]: notice },
})
