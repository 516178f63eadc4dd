import type { SNSClient } from '@aws-sdk/client-sns'
import type { Sending } from '../../domain/notification/delivery.ts'
import type { Mail } from '../../domain/notification/mail.ts'
import type { Mailer } from '../../ports/mailer.ts'
import { CLIENT_SETTINGS } from './client-settings.ts'

/**
 * Sends mail to whoever listens to a topic of Amazon SNS, for deployments without a sender of their own. The client is
 * loaded when the first message is to be sent, as that of {@link sesMailer} is.
 * @param client one of its own, made when it is needed, unless given.
 */
export function topicMailer(topicArn: string, client?: SNSClient): Mailer {
  let made = client
  return {
    channel: 'TOPIC',
    async send({ subject, text }) {
      const sdk = await import('@aws-sdk/client-sns')
      made ??= new sdk.SNSClient(CLIENT_SETTINGS)
      try {
        const message = { TopicArn: topicArn, Subject: asciiSubject(subject), Message: text }
        await made.send(new sdk.PublishCommand(message))
        return { kind: 'SENT' }
      } catch (error) {
        return refused(error)
      }
    },
  }
}

/** A subject has at most 100 characters of ASCII ("Publish", Subject); mails are made so that they have no line breaks. */
const asciiSubject = (subject: Mail['subject']): string =>
  subject
    .replaceAll('…', '...')
    .replaceAll(/[^\x20-\x7e]+/g, '?')
    .slice(0, 100)

/** Never final: a topic is the operator's, who may mend it. */
const refused = (error: unknown): Sending => ({
  kind: 'FAILED',
  message: `The topic did not take the message: ${error instanceof Error ? error.name : 'an unknown error'}.`,
  isFinal: false,
})
