import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../../local/clock.ts'
import { DurableStore } from '../../../local/durable-store.ts'
import { LocalEmailService } from '../../../local/mail/email-service.ts'
import { Mailbox } from '../../../local/mail/mailbox.ts'
import { served } from '../secrets-manager/served.ts'

const START = Date.UTC(2026, 10, 21, 12)

function setUp() {
  const store = new DurableStore(':memory:')
  const clock = new ManualClock(START)
  return { store, clock, mailbox: new Mailbox({ store, clock }) }
}

describe('the mailbox', () => {
  it('lists messages newest first, with the instant they were sent', async () => {
    const { clock, mailbox } = setUp()
    mailbox.deliver({ to: 'ada@example.com', subject: 'one', text: '1' })
    await clock.moveTo(START + 1500)
    mailbox.deliver({ to: 'bob@example.com', subject: 'two', text: '2', html: '<b>2</b>' })
    expect(mailbox.list()).toEqual([
      { to: 'bob@example.com', subject: 'two', text: '2', html: '<b>2</b>', sentAt: '2026-11-21T12:00:01.500Z' },
      { to: 'ada@example.com', subject: 'one', text: '1', sentAt: '2026-11-21T12:00:00.000Z' },
    ])
  })

  it('lists one recipient without regard to letter case', () => {
    const { mailbox } = setUp()
    for (const to of ['Ada@example.com', 'bob@example.com', 'ada@example.com'])
      mailbox.deliver({ to, subject: to, text: '' })
    expect(mailbox.list('ADA@example.com').map(({ subject }) => subject)).toEqual([
      'ada@example.com',
      'Ada@example.com',
    ])
    expect(mailbox.list('nobody@example.com')).toEqual([])
  })

  it('goes on in order after a restart', () => {
    const { store, clock, mailbox } = setUp()
    for (let number = 1; number <= 11; number++)
      mailbox.deliver({ to: 'a@example.com', subject: `${number}`, text: '' })
    const again = new Mailbox({ store, clock })
    again.deliver({ to: 'a@example.com', subject: '12', text: '' })
    expect(again.list().map(({ subject }) => subject)).toEqual('12 11 10 9 8 7 6 5 4 3 2 1'.split(' '))
  })
})

describe('SendEmail', () => {
  const message = (destination: object, body: object = { Text: { Data: 'Hello' } }) => ({
    FromEmailAddress: 'punctual@example.com',
    Destination: destination,
    Content: { Simple: { Subject: { Data: 'Greetings', Charset: 'UTF-8' }, Body: body } },
  })

  async function send(body: unknown, path = '/v2/email/outbound-emails') {
    const { mailbox } = setUp()
    const url = await served(new LocalEmailService({ mailbox }))
    const init = { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }
    const response = await fetch(`${url}${path}`, init)
    const error = response.headers.get('x-amzn-errortype')
    return { status: response.status, error, answer: await response.json(), mails: mailbox.list() }
  }

  it('delivers to every recipient', async () => {
    const destination = {
      ToAddresses: ['Ada Lovelace <ada@example.com>'],
      CcAddresses: ['bob@example.com'],
      BccAddresses: ['eve@example.com'],
    }
    const html = { Text: { Data: 'Hello' }, Html: { Data: '<p>Hello</p>' } }
    const { status, answer, mails } = await send(message(destination, html))
    expect(status).toBe(200)
    expect(answer).toEqual({ MessageId: expect.stringMatching(/^[0-9a-f-]{36}$/) })
    expect(mails.map(({ to }) => to).sort()).toEqual(['ada@example.com', 'bob@example.com', 'eve@example.com'])
    expect(mails[0]).toMatchObject({ subject: 'Greetings', text: 'Hello', html: '<p>Hello</p>' })
  })

  it.each([
    ['no recipient', message({})],
    ['too many recipients', message({ ToAddresses: Array.from({ length: 51 }, (_, n) => `u${n}@example.com`) })],
    ['an address that is none', message({ ToAddresses: ['ada'] })],
    ['no content', { FromEmailAddress: 'a@example.com', Destination: {} }],
    ['no JSON', '{'],
  ])('refuses %s and delivers nothing', async (_, body) => {
    const { status, error, mails } = await send(body)
    expect({ status, error, mails }).toEqual({ status: 400, error: 'BadRequestException', mails: [] })
  })

  it('knows no other operation', async () => {
    expect(await send({}, '/v2/email/identities')).toMatchObject({ status: 404, error: 'NotFoundException' })
  })
})
