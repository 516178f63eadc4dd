import { SESv2Client } from '@aws-sdk/client-sesv2'
import { SNSClient } from '@aws-sdk/client-sns'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sesMailer } from '../../../lambdas/adapters/mail/ses-mailer.ts'
import { topicMailer } from '../../../lambdas/adapters/mail/topic-mailer.ts'
import { ManualClock } from '../../../local/clock.ts'
import { DurableStore } from '../../../local/durable-store.ts'
import { LocalEmailService } from '../../../local/mail/email-service.ts'
import { Mailbox } from '../../../local/mail/mailbox.ts'
import { LocalNotificationService } from '../../../local/sns/notification-service.ts'
import type { WireService } from '../../../local/wire-service.ts'
import { type ServedService, serveWire, testCredentials } from '../../support/wire.ts'

const TOPIC = 'arn:aws:sns:us-east-1:000000000000:Alarms'
const mail = { subject: '[Punctual] Zoë’s job failed', text: 'plain', html: '<p>rich</p>' }

let store: DurableStore
let mailbox: Mailbox
let served: ServedService | undefined
let settings: typeof testCredentials & { readonly endpoint: string; readonly maxAttempts: number }

async function serve(service: WireService): Promise<void> {
  served = await serveWire(service)
  settings = { ...testCredentials, endpoint: served.endpoint, maxAttempts: 1 }
}

beforeEach(() => {
  store = new DurableStore(':memory:')
  mailbox = new Mailbox({ store, clock: new ManualClock(0) })
})
afterEach(async () => {
  await served?.stop()
  store.close()
})

/** Answers every request with this status and error. */
const failing = (status: number, type: string): WireService => ({
  name: 'SESV2',
  handle: async () => ({ status, headers: { 'x-amzn-errortype': type }, body: JSON.stringify({ message: 'secret' }) }),
  close: async () => {},
})

describe('mail through SES', () => {
  const mailer = () => sesMailer('punctual@example.com', new SESv2Client(settings))

  it('arrives with its subject, text and HTML', async () => {
    await serve(new LocalEmailService({ mailbox }))
    expect(await mailer().send(mail, 'ada@example.com')).toEqual({ kind: 'SENT' })
    expect(mailbox.list()).toMatchObject([{ to: 'ada@example.com', ...mail }])
    expect(served?.calls).toHaveLength(1)
  })

  it.each([
    [400, 'MessageRejected', true],
    [400, 'BadRequestException', true],
    [429, 'TooManyRequestsException', false],
    [400, 'SendingPausedException', false],
    [403, 'AccessDeniedException', false],
    [500, 'InternalServiceError', false],
  ])('that is not taken is a value: %i %s', async (status, type, isFinal) => {
    await serve(failing(status, type))
    const sending = await mailer().send(mail, 'ada@example.com')
    expect(sending).toEqual({ kind: 'FAILED', message: `The mail was not taken: ${type}.`, isFinal })
    expect(served?.calls).toHaveLength(1)
  })
})

describe('mail through the topic', () => {
  const topics = [{ arn: TOPIC, subscriptions: [{ protocol: 'email', endpoint: 'ops@example.com' }] }]
  const service = () => new LocalNotificationService({ topics, store, clock: new ManualClock(0), mailbox })
  const mailer = (topicArn = TOPIC) => topicMailer(topicArn, new SNSClient(settings))

  it('reaches whoever listens, with a subject in ASCII', async () => {
    await serve(service())
    expect(await mailer().send(mail, 'operations')).toEqual({ kind: 'SENT' })
    expect(mailbox.list()).toMatchObject([
      { to: 'ops@example.com', subject: '[Punctual] Zo?s job failed', text: 'plain' },
    ])
    expect(served?.calls).toHaveLength(1)
  })

  it('has a subject that is no longer than a topic takes', async () => {
    await serve(service())
    const sent = await mailer().send({ ...mail, subject: `${'x'.repeat(99)}…${'y'.repeat(99)}` }, 'operations')
    expect(sent).toEqual({ kind: 'SENT' })
    expect(mailbox.list()[0]?.subject).toBe(`${'x'.repeat(99)}.`)
  })

  it('that is not taken is a value, and may be tried again', async () => {
    await serve(service())
    expect(await mailer(`${TOPIC}2`).send(mail, 'operations')).toEqual({
      kind: 'FAILED',
      message: 'The topic did not take the message: NotFoundException.',
      isFinal: false,
    })
  })

  it('is tried once where nobody answers, and says so', async () => {
    await serve(service())
    await served?.stop()
    served = undefined
    expect(await mailer().send(mail, 'operations')).toMatchObject({ kind: 'FAILED', isFinal: false })
  })
})
