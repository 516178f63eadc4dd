import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../../local/clock.ts'
import { DurableStore } from '../../../local/durable-store.ts'
import { Mailbox } from '../../../local/mail/mailbox.ts'
import { LocalNotificationService, type PublishedMessage } from '../../../local/sns/notification-service.ts'
import { served } from '../secrets-manager/served.ts'

const ALARMS = 'arn:aws:sns:us-east-1:000000000000:Alarms'
const topics = [
  { arn: ALARMS, subscriptions: [{ protocol: 'email', endpoint: 'ops@example.com' }] },
  { arn: `${ALARMS}2`, subscriptions: [] },
]

async function setUp(store = new DurableStore(':memory:')) {
  const clock = new ManualClock(Date.UTC(2026, 10, 21, 12))
  const mailbox = new Mailbox({ store, clock })
  const published: PublishedMessage[] = []
  const service = new LocalNotificationService({
    topics,
    store,
    clock,
    mailbox,
    log: (message) => published.push(message),
  })
  const url = await served(service)
  const call = async (fields: Record<string, string>) => {
    const body = new URLSearchParams({ Version: '2010-03-31', ...fields })
    const response = await fetch(url, { method: 'POST', body })
    return { status: response.status, xml: await response.text() }
  }
  return { store, mailbox, published, call }
}

const member = (xml: string, name: string) => new RegExp(`<${name}>(.*?)</${name}>`, 's').exec(xml)?.[1]

describe('Publish', () => {
  it('mails the subscribers and tells the log', async () => {
    const { mailbox, published, call } = await setUp()
    const message = 'Errors > 5 & rising'
    const { status, xml } = await call({ Action: 'Publish', TopicArn: ALARMS, Subject: 'ALARM', Message: message })
    expect(status).toBe(200)
    expect(xml).toMatch(/^<PublishResponse xmlns="http:\/\/sns.amazonaws.com\/doc\/2010-03-31\/"><PublishResult>/)
    expect(mailbox.list()).toMatchObject([{ to: 'ops@example.com', subject: 'ALARM', text: message }])
    expect(published).toEqual([
      {
        messageId: member(xml, 'MessageId'),
        topicArn: ALARMS,
        subject: 'ALARM',
        message,
        publishedAt: '2026-11-21T12:00:00.000Z',
      },
    ])
  })

  it('takes the part for e-mail of a structured message', async () => {
    const { mailbox, call } = await setUp()
    const publish = { Action: 'Publish', TopicArn: ALARMS, MessageStructure: 'json' }
    await call({ ...publish, Message: '{"default":"short","email":"long"}' })
    await call({ ...publish, Message: '{"default":"short"}' })
    expect(mailbox.list().map(({ text }) => text)).toEqual(['short', 'long'])
    const refused = await call({ ...publish, Message: '{"email":"long"}' })
    expect(refused.status).toBe(400)
    expect(member(refused.xml, 'Message')).toMatch(/No default entry in JSON message body$/)
  })

  it.each<[string, Record<string, string>, number, string]>([
    ['an unknown topic', { TopicArn: `${ALARMS}3`, Message: 'x' }, 404, 'NotFound'],
    ['no topic', { Message: 'x' }, 400, 'InvalidParameter'],
    ['an empty message', { TopicArn: ALARMS, Message: '' }, 400, 'InvalidParameter'],
    ['a long message', { TopicArn: ALARMS, Message: 'x'.repeat(262_145) }, 400, 'InvalidParameter'],
    ['a subject of two lines', { TopicArn: ALARMS, Message: 'x', Subject: 'a\nb' }, 400, 'InvalidParameter'],
    ['another operation', { Action: 'DeleteTopic', TopicArn: ALARMS }, 400, 'InvalidAction'],
  ])('refuses %s', async (_, fields, status, code) => {
    const { mailbox, published, call } = await setUp()
    const answer = await call({ Action: 'Publish', ...fields })
    expect([answer.status, member(answer.xml, 'Code')]).toEqual([status, code])
    expect([...mailbox.list(), ...published]).toEqual([])
  })
})

describe('subscriptions', () => {
  it('mails those who subscribed, over a restart, until they unsubscribe', async () => {
    const { store, mailbox, call } = await setUp()
    const subscribe = { Action: 'Subscribe', TopicArn: ALARMS, Protocol: 'email-json', Endpoint: 'ada@example.com' }
    const SubscriptionArn = member((await call(subscribe)).xml, 'SubscriptionArn') ?? ''
    expect(member((await call(subscribe)).xml, 'SubscriptionArn')).toBe(SubscriptionArn)

    const { call: callAgain } = await setUp(store)
    await callAgain({ Action: 'Publish', TopicArn: ALARMS, Message: 'hello' })
    const [mail, ...others] = mailbox.list('ada@example.com')
    expect(JSON.parse(mail?.text ?? '')).toMatchObject({ Type: 'Notification', TopicArn: ALARMS, Message: 'hello' })
    expect(others).toEqual([])

    const list = { Action: 'ListSubscriptionsByTopic', TopicArn: ALARMS }
    expect((await callAgain(list)).xml.match(/<Endpoint>.*?<\/Endpoint>/g)).toHaveLength(2)
    await callAgain({ Action: 'Unsubscribe', SubscriptionArn })
    expect((await callAgain(list)).xml.match(/<Endpoint>.*?<\/Endpoint>/g)).toHaveLength(1)
  })

  it('lists the topics of the template', async () => {
    const { call } = await setUp()
    const { xml } = await call({ Action: 'ListTopics' })
    expect(xml.match(/<TopicArn>.*?<\/TopicArn>/g)).toEqual([
      `<TopicArn>${ALARMS}</TopicArn>`,
      `<TopicArn>${ALARMS}2</TopicArn>`,
    ])
  })
})
