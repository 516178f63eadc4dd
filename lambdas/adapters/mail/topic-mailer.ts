import type { SESv2Client } from '@aws-sdk/client-sesv2'
import type { Sending } from '../../domain/notification/delivery.ts'
import type { Mail } from '../../domain/notification/mail.ts'
import type { Mailer } from '../../ports/mailer.ts'

export type TopicMailerSettings = {
  readonly topicArn: string
  /** @default that of Amazon SNS in the topic's region */
  readonly endpoint?: string | undefined
  /** Whose region and credentials are taken. @default one of its own, made when it is needed */
  readonly client?: Pick<SESv2Client, 'config'>
}

const TIMEOUT_MS = 5_000

/**
 * Sends mail to whoever listens to a topic of Amazon SNS, for deployments without a sender of their own: one call of its
 * query API (Amazon SNS API Reference, "Publish"), signed as any call to AWS.
 */
export function topicMailer({ topicArn, endpoint, client }: TopicMailerSettings): Mailer {
  let config = client?.config
  return {
    channel: 'TOPIC',
    async send(mail) {
      config ??= new (await import('@aws-sdk/client-sesv2')).SESv2Client().config
      const region = topicArn.split(':')[3] ?? (await config.region())
      const url = new URL(endpoint ?? `https://sns.${region}.amazonaws.com/`)
      const [{ SignatureV4 }, { Sha256 }] = await Promise.all([
        import('@smithy/signature-v4'),
        import('@smithy/core/checksum'),
      ])
      const signer = new SignatureV4({ service: 'sns', region, credentials: config.credentials, sha256: Sha256 })
      const body = form(topicArn, mail)
      const { headers } = await signer.sign({
        method: 'POST',
        protocol: url.protocol,
        hostname: url.hostname,
        path: url.pathname,
        headers: { host: url.host, 'content-type': 'application/x-www-form-urlencoded' },
        body,
      })
      return publish(url, headers, body)
    },
  }
}

/** A subject has at most 100 characters of ASCII ("Publish", Subject); mails are made so that they have no line breaks. */
const asciiSubject = (subject: string): string =>
  subject
    .replaceAll('…', '...')
    .replaceAll(/[^\x20-\x7e]+/g, '?')
    .slice(0, 100)

const form = (topicArn: string, { subject, text }: Mail): string =>
  new URLSearchParams({
    Action: 'Publish',
    Version: '2010-03-31',
    TopicArn: topicArn,
    Subject: asciiSubject(subject),
    Message: text,
  }).toString()

async function publish(url: URL, headers: Record<string, string>, body: string): Promise<Sending> {
  try {
    const { status, ok } = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(TIMEOUT_MS) })
    return ok ? { kind: 'SENT' } : refused(`${status}`)
  } catch (error) {
    return refused(error instanceof Error ? error.name : 'an unknown error')
  }
}

const refused = (why: string): Sending => ({
  kind: 'FAILED',
  message: `The topic did not take the message: ${why}.`,
  isFinal: false,
})
