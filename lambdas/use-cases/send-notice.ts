import { windowAt } from '../domain/account/attempt-limits.ts'
import { planLimits } from '../domain/account/plan.ts'
import type { Job } from '../domain/job/job.ts'
import { SIGNING_KEY_NAME } from '../domain/job/job-secrets.ts'
import type { Delivery, Sending } from '../domain/notification/delivery.ts'
import { noticeMail } from '../domain/notification/mail.ts'
import type { NoticeMessage } from '../domain/notification/notice-message.ts'
import { type HmacSha256, parseSigningKey, signatureHeaders } from '../domain/target/signature.ts'
import type { AttemptCounter } from '../ports/attempt-counter.ts'
import type { Clock } from '../ports/clock.ts'
import type { Mailer } from '../ports/mailer.ts'
import type { SecretReader } from '../ports/secret-reader.ts'
import type { TargetSender } from '../ports/target-sender.ts'

export type SendNoticeDeps = {
  readonly mailer: Mailer
  /** Counts the mails of a tenant. */
  readonly mails: AttemptCounter
  readonly sender: TargetSender
  readonly secrets: SecretReader
  readonly hmacSha256: HmacSha256
  readonly clock: Clock
}

const DAY_MS = 86_400_000
/** For the whole call of a webhook, in ms. */
const WEBHOOK_TIMEOUT_MS = 10_000
/** Answers that the same call will get again: it is for the receiver to change. */
const isRefusal = (status: number): boolean => status < 500 && ![408, 425, 429].includes(status)

/** Tries once to deliver a message. Every outcome is a value. */
export function sendNotice(
  deps: SendNoticeDeps,
  job: Job,
  delivery: Delivery,
  message: NoticeMessage,
): Promise<Sending> {
  return delivery.channel === 'WEBHOOK' ? callWebhook(deps, job, message) : sendMail(deps, job, delivery, message)
}

async function sendMail(deps: SendNoticeDeps, job: Job, delivery: Delivery, message: NoticeMessage): Promise<Sending> {
  const limit = planLimits[job.plan].mailsPerDay
  if (delivery.attempts === 0) {
    const window = windowAt(DAY_MS, deps.clock())
    const sent = await deps.mails.add({ attempt: 'notificationMail', by: 'tenant', value: job.tenant, window }, 1)
    if (sent > limit) return { kind: 'DROPPED', message: `The plan ${job.plan} allows ${limit} mails a day (UTC).` }
  }
  return deps.mailer.send(noticeMail(message), delivery.to)
}

/** Signed by Standard Webhooks; its id is the same however often it is delivered. */
async function callWebhook(deps: SendNoticeDeps, job: Job, message: NoticeMessage): Promise<Sending> {
  const { webhookUrl } = job.definition.notify
  if (webhookUrl === null) return { kind: 'DROPPED', message: 'The job has no webhook any more.' }
  const { values } = await deps.secrets.resolve(job.tenant, [SIGNING_KEY_NAME])
  const key = parseSigningKey(values.get(SIGNING_KEY_NAME) ?? '')
  if (!key.ok) return failed(`It could not be signed with the secret ${SIGNING_KEY_NAME}. ${key.problem}`, true)
  const body = JSON.stringify(message)
  const id = `${message.data.run.id}.${message.type}`
  const signed = { id, timestampEpoch: Math.floor(deps.clock() / 1000), body: Buffer.from(body) }
  const sent = await deps.sender.send({
    method: 'POST',
    url: new URL(webhookUrl),
    headers: {
      'content-type': 'application/json',
      'idempotency-key': id,
      ...signatureHeaders(signed, [key.key], deps.hmacSha256),
    },
    body,
    timeoutMs: WEBHOOK_TIMEOUT_MS,
    redirects: 'NONE',
    captureBytes: 0,
  })
  if (sent.kind === 'failure') return failed(sent.message, sent.code === 'BLOCKED_TARGET')
  if (sent.status >= 200 && sent.status < 300) return { kind: 'SENT' }
  return failed(`The webhook answered ${sent.status}.`, isRefusal(sent.status))
}

const failed = (message: string, isFinal: boolean): Sending => ({ kind: 'FAILED', message, isFinal })
