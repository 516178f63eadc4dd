import { describe, expect, it } from 'vitest'
import { JobDefinition } from '../../../lambdas/domain/job/job.ts'
import {
  Delivery,
  isDue,
  nextTryAt,
  planDeliveries,
  type Sending,
  tried,
} from '../../../lambdas/domain/notification/delivery.ts'

const NOW = Date.parse('2026-11-21T12:00:00Z')
const SECOND = 1000
const MINUTE = 60_000

const definition = (notify: object = {}) =>
  JobDefinition.parse({ name: 'x', cronExpression: '0 * * * *', targetUrl: 'https://api.example.com/', notify })
const owned = { mailChannel: 'EMAIL', owner: 'owner@example.com' } as const
const recipients = (deliveries: readonly Delivery[]) =>
  deliveries.map(({ kind, channel, to }) => `${kind} ${channel} ${to}`)

describe('who gets what', () => {
  it.each<[string, object, Parameters<typeof planDeliveries>[2], readonly string[]]>([
    ['the owner, where nobody is named', {}, owned, ['FAILURE EMAIL owner@example.com']],
    ['whoever is named instead', { emails: ['a@example.com'] }, owned, ['FAILURE EMAIL a@example.com']],
    ['nobody, where the owner is gone', {}, { ...owned, owner: undefined }, []],
    [
      'the topic once, where there is no sender of mail',
      { emails: ['a@example.com', 'b@example.com'] },
      { ...owned, mailChannel: 'TOPIC' },
      ['FAILURE TOPIC operations'],
    ],
    [
      'the webhook as well, whose path is nobody’s business',
      { webhookUrl: 'https://hooks.example.com/secret/path?token=1' },
      owned,
      ['FAILURE EMAIL owner@example.com', 'FAILURE WEBHOOK https://hooks.example.com'],
    ],
  ])('is %s', (_, notify, to, expected) => {
    expect(recipients(planDeliveries(definition(notify), { kinds: ['FAILURE'] }, to, false))).toEqual(expected)
  })

  it('leaves out that a job was disabled where it was not, or nobody wants to know', () => {
    const plan = (notify: object, isDisabled: boolean) =>
      recipients(planDeliveries(definition(notify), { kinds: ['DISABLED'] }, owned, isDisabled))
    expect(plan({}, true)).toEqual(['DISABLED EMAIL owner@example.com'])
    expect(plan({}, false)).toEqual([])
    expect(plan({ onDisable: false }, true)).toEqual([])
  })
})

describe('trying again', () => {
  const refused: Sending = { kind: 'FAILED', message: 'not now', isFinal: false }
  const [fresh] = planDeliveries(definition(), { kinds: ['FAILURE'] }, owned, false)

  it('waits longer each time and ends after the fifth try', () => {
    let delivery = fresh!
    const waits: (number | undefined)[] = []
    for (let attempt = 1; attempt <= 5; attempt++) {
      delivery = tried(delivery, refused, NOW)
      const next = nextTryAt([delivery])
      waits.push(next === undefined ? undefined : next - NOW)
    }
    expect(waits).toEqual([5 * SECOND, 5 * MINUTE, 20 * MINUTE, 60 * MINUTE, undefined])
    expect(delivery).toMatchObject({ status: 'FAILED', attempts: 5, message: 'not now' })
  })

  it.each<[string, Sending, Partial<Delivery>]>([
    ['what was sent', { kind: 'SENT' }, { status: 'SENT', attempts: 1, message: null }],
    ['what will never be taken', { ...refused, isFinal: true }, { status: 'FAILED', attempts: 1 }],
    ['what was dropped', { kind: 'DROPPED', message: 'full' }, { status: 'DROPPED', attempts: 0, message: 'full' }],
  ])('ends for %s', (_, sending, expected) => {
    const done = tried(fresh!, sending, NOW)
    expect(done).toMatchObject(expected)
    expect(nextTryAt([done])).toBeUndefined()
    expect(isDue(done, Number.MAX_SAFE_INTEGER)).toBe(false)
  })

  it('begins with what was never tried, and is due no sooner than its wait is over', () => {
    expect(isDue(fresh!, NOW)).toBe(true)
    const again = tried(fresh!, refused, NOW)
    expect([isDue(again, NOW + 5 * SECOND - 1), isDue(again, NOW + 5 * SECOND)]).toEqual([false, true])
    expect(nextTryAt([again, fresh!])).toBe(0)
  })
})

describe('a delivery', () => {
  const sent = {
    kind: 'FAILURE',
    channel: 'EMAIL',
    to: 'ada@example.com',
    status: 'SENT',
    attempts: 1,
    lastAttemptAt: NOW,
    message: null,
  }

  it.each([
    {},
    { channel: 'TOPIC', status: 'PENDING', attempts: 0, lastAttemptAt: null },
    { channel: 'WEBHOOK', status: 'FAILED', message: 'The webhook answered 500.' },
    { status: 'DROPPED', message: 'Too many mails today.' },
  ])('is read as it was written: %j', (fields) => {
    expect(Delivery.parse({ ...sent, ...fields })).toEqual({ ...sent, ...fields })
  })

  it.each([{ kind: 'OTHER' }, { channel: 'SMS' }, { status: 'LOST' }, { attempts: 0.5 }, { message: 1 }])(
    'is none with %j',
    (fields) => {
      expect(Delivery.safeParse({ ...sent, ...fields }).success).toBe(false)
    },
  )
})
