import * as z from 'zod/mini'
import type { JobDefinition } from '../job/job.ts'
import { type Notice, NoticeKind } from './notice.ts'

/** One message to one recipient, as its run's record keeps it. */
export const Delivery = z.object({
  kind: NoticeKind,
  /** TOPIC: the topic of whoever runs Punctual, where no sender of mail is configured. */
  channel: z.enum(['EMAIL', 'TOPIC', 'WEBHOOK']),
  /** The address; of a webhook only its origin, because the rest of such a URL often is a credential. */
  to: z.string(),
  /** PENDING is tried again; FAILED was tried in vain; DROPPED was not tried. */
  status: z.enum(['PENDING', 'SENT', 'FAILED', 'DROPPED']),
  attempts: z.int(),
  /** Epoch ms. */
  lastAttemptAt: z.nullable(z.number()),
  /** What went wrong. */
  message: z.nullable(z.string()),
})
export type Delivery = Readonly<z.infer<typeof Delivery>>

/** How one try to deliver ended. */
export type Sending =
  | { readonly kind: 'SENT' }
  /** `isFinal`: trying again would not help. */
  | { readonly kind: 'FAILED'; readonly message: string; readonly isFinal: boolean }
  | { readonly kind: 'DROPPED'; readonly message: string }

/** Waits before the second try and those after it, in ms. The first is waited for in place, the others by the sweeper. */
const RETRY_DELAYS_MS = [5_000, 5 * 60_000, 20 * 60_000, 60 * 60_000] as const

/** The longest wait that a function is kept running for, ms. */
export const WAITED_IN_PLACE_MS = 5_000

export type Recipients = {
  /** What mail is sent by: to people, or to the topic of whoever runs Punctual. */
  readonly mailChannel: 'EMAIL' | 'TOPIC'
  /** The address of the job's owner, for jobs that name nobody; undefined when the owner is gone. */
  readonly owner: string | undefined
}

/** The topic as it is shown to users, who cannot see its name. */
const TOPIC = 'operations'

/** Who is to get what of a notice. A job that was not disabled after all tells nobody that it was. */
export function planDeliveries(
  { notify }: Pick<JobDefinition, 'notify'>,
  notice: Pick<Notice, 'kinds'>,
  { mailChannel, owner }: Recipients,
  isDisabled: boolean,
): readonly Delivery[] {
  const addresses = notify.emails.length > 0 ? uniqueAddresses(notify.emails) : owner === undefined ? [] : [owner]
  const mails = mailChannel === 'TOPIC' ? [TOPIC] : addresses
  const kinds = notice.kinds.filter((kind) => kind !== 'DISABLED' || (isDisabled && notify.onDisable))
  return kinds.flatMap((kind) => [
    ...mails.map((to) => untried(kind, mailChannel, to)),
    ...(notify.webhookUrl === null ? [] : [untried(kind, 'WEBHOOK', new URL(notify.webhookUrl).origin)]),
  ])
}

const uniqueAddresses = (addresses: readonly string[]): readonly string[] => [
  ...new Map(addresses.map((address) => [address.toLowerCase(), address])).values(),
]

const untried = (kind: NoticeKind, channel: Delivery['channel'], to: string): Delivery => ({
  kind,
  channel,
  to,
  status: 'PENDING',
  attempts: 0,
  lastAttemptAt: null,
  message: null,
})

/** The delivery after a try that ended `now`, epoch ms. */
export function tried(delivery: Delivery, sending: Sending, now: number): Delivery {
  if (sending.kind === 'DROPPED') return { ...delivery, status: 'DROPPED', message: sending.message }
  const attempts = delivery.attempts + 1
  const done = { ...delivery, attempts, lastAttemptAt: now }
  if (sending.kind === 'SENT') return { ...done, status: 'SENT', message: null }
  const isLast = sending.isFinal || RETRY_DELAYS_MS[attempts - 1] === undefined
  return { ...done, status: isLast ? 'FAILED' : 'PENDING', message: sending.message }
}

/** When to try next what is still pending, epoch ms; undefined when nothing is. */
export function nextTryAt(deliveries: readonly Delivery[]): number | undefined {
  const instants = deliveries.flatMap((delivery) => {
    if (delivery.status !== 'PENDING') return []
    return [(delivery.lastAttemptAt ?? 0) + (RETRY_DELAYS_MS[delivery.attempts - 1] ?? 0)]
  })
  return instants.length === 0 ? undefined : Math.min(...instants)
}

/** Whether it is time to try a delivery. */
export const isDue = (delivery: Delivery, now: number): boolean =>
  (nextTryAt([delivery]) ?? Number.POSITIVE_INFINITY) <= now
