import { SESv2Client } from '@aws-sdk/client-sesv2'
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
let client: SESv2Client

async function serve(service: WireService) {
  served = await serveWire(service)
  client = new SESv2Client({ ...testCredentials, endpoint: served.endpoint, maxAttempts: 1 })
  return served.endpoint
}

beforeEach(() => {
  store = new DurableStore(':memory:')
  mailbox = new Mailbox({ store, clock: new ManualClock(0) })
})
afterEach(async () => {
  client.destroy()
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
  it('arrives with its subject, text and HTML', async () => {
    await serve(new LocalEmailService({ mailbox }))
    const mailer = sesMailer('punctual@example.com', client)
    expect(await mailer.send(mail, 'ada@example.com')).toEqual({ kind: 'SENT' })
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
    const sending = await sesMailer('punctual@example.com', client).send(mail, 'ada@example.com')
    expect(sending).toEqual({ kind: 'FAILED', message: `The mail was not taken: ${type}.`, isFinal })
    expect(served?.calls).toHaveLength(1)
  })
})

describe('mail through the topic', () => {
  const topics = [{ arn: TOPIC, subscriptions: [{ protocol: 'email', endpoint: 'ops@example.com' }] }]
  const service = () => new LocalNotificationService({ topics, store, clock: new ManualClock(0), mailbox })

  it('reaches whoever listens, with a subject in ASCII', async () => {
    const endpoint = await serve(service())
    const sending = await topicMailer({ topicArn: TOPIC, endpoint, client }).send(mail, 'operations')
    expect(sending).toEqual({ kind: 'SENT' })
    expect(mailbox.list()).toMatchObject([
      { to: 'ops@example.com', subject: '[Punctual] Zo?s job failed', text: 'plain' },
    ])
  })

  it('is signed for SNS in the region of the topic', async () => {
    let authorization = ''
    const endpoint = await serve({
      name: 'SNS',
      async handle({ headers }) {
        authorization = headers.authorization ?? ''
        return { status: 200, headers: {}, body: '' }
      },
      close: async () => {},
    })
    await topicMailer({ topicArn: TOPIC, endpoint, client }).send(mail, 'operations')
    expect(authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=test\/\d{8}\/us-east-1\/sns\/aws4_request, SignedHeaders=\S*host\S*, Signature=[0-9a-f]{64}$/,
    )
  })

  it('that is not taken is a value', async () => {
    const endpoint = await serve(service())
    const gone = topicMailer({ topicArn: `${TOPIC}2`, endpoint, client })
    expect(await gone.send(mail, 'operations')).toEqual({
      kind: 'FAILED',
      message: 'The topic did not take the message: 404.',
      isFinal: false,
    })
  })
})
