import type { SESv2Client } from '@aws-sdk/client-sesv2'
import type { Sending } from '../../domain/notification/delivery.ts'
import type { Mail } from '../../domain/notification/mail.ts'
import type { Mailer } from '../../ports/mailer.ts'
import { CLIENT_SETTINGS } from './client-settings.ts'

/** What Amazon SES says of a message that it will never take (SES API v2 Reference, "SendEmail", errors). */
const FINAL_ERRORS: ReadonlySet<string> = new Set(['MessageRejected', 'BadRequestException', 'NotFoundException'])

/**
 * Sends mail through Amazon SES v2. The client is loaded when the first mail is to be sent: most runs send none, and
 * loading it would cost every start of the function.
 * @param sender the address that mail comes from, verified in SES.
 * @param client one of its own, made when it is needed, unless given.
 */
export function sesMailer(sender: string, client?: SESv2Client): Mailer {
  let made = client
  return {
    channel: 'EMAIL',
    async send(mail, to) {
      const sdk = await import('@aws-sdk/client-sesv2')
      made ??= new sdk.SESv2Client(CLIENT_SETTINGS)
      try {
        await made.send(new sdk.SendEmailCommand(request(sender, mail, to)))
        return { kind: 'SENT' }
      } catch (error) {
        return refused(error)
      }
    },
  }
}

const utf8 = (Data: string) => ({ Data, Charset: 'UTF-8' })

const request = (sender: string, { subject, text, html }: Mail, to: string) => ({
  FromEmailAddress: `Punctual <${sender}>`,
  Destination: { ToAddresses: [to] },
  Content: { Simple: { Subject: utf8(subject), Body: { Text: utf8(text), Html: utf8(html) } } },
})

/** The name of an error says all that a user can make use of: its text may tell of the account. */
function refused(error: unknown): Sending {
  const name = error instanceof Error ? error.name : 'an unknown error'
  return { kind: 'FAILED', message: `The mail was not taken: ${name}.`, isFinal: FINAL_ERRORS.has(name) }
}
