import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { hmacSha256 } from '../../../lambdas/adapters/http-target/hmac-sha256.ts'
import { parseSigningKey, signatureHeaders } from '../../../lambdas/domain/target/signature.ts'

const formatSigningKey = (bytes: Buffer) => `whsec_${bytes.toString('base64')}`
const key = (text: string) => {
  const parsed = parseSigningKey(text)
  if (!parsed.ok) throw new Error(parsed.problem)
  return parsed.key
}

describe('signatureHeaders', () => {
  it('agrees with the example of Standard Webhooks', () => {
    const message = {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestampEpoch: 1614265330,
      body: Buffer.from('{"test": 2432232314}'),
    }
    expect(signatureHeaders(message, [key('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')], hmacSha256)).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    })
  })

  it('signs bytes, not text', () => {
    const body = Uint8Array.from([0xff, 0xfe, 0x00, 0x80])
    const bytes = Buffer.alloc(24, 7)
    const expected = createHmac('sha256', bytes).update('m.1.').update(body).digest('base64')
    expect(signatureHeaders({ id: 'm', timestampEpoch: 1, body }, [bytes], hmacSha256)['webhook-signature']).toBe(
      `v1,${expected}`,
    )
  })

  it('signs with every key while keys are rotated', () => {
    const keys = [Buffer.alloc(24, 1), Buffer.alloc(24, 2)]
    const message = { id: 'm', timestampEpoch: 1, body: new Uint8Array() }
    const each = keys.map((one) => signatureHeaders(message, [one], hmacSha256)['webhook-signature'])
    expect(signatureHeaders(message, keys, hmacSha256)['webhook-signature']).toBe(each.join(' '))
  })
})

describe('a signing key', () => {
  it.each([24, 32, 64])('of %i bytes is read', (length) => {
    const bytes = Buffer.alloc(length, 0xfb)
    expect(Buffer.from(key(formatSigningKey(bytes)))).toEqual(bytes)
  })

  it.each([
    ['no prefix', Buffer.alloc(32).toString('base64')],
    ['too short', formatSigningKey(Buffer.alloc(23))],
    ['too long', formatSigningKey(Buffer.alloc(65))],
    ['no base64', 'whsec_not base64 at all, but long enough'],
    ['base64 of another alphabet', `whsec_${Buffer.alloc(32, 0xff).toString('base64url')}`],
    ['empty', 'whsec_'],
  ])('with %s is refused without being quoted', (_, text) => {
    const parsed = parseSigningKey(text)
    expect(parsed.ok).toBe(false)
    expect(JSON.stringify(parsed)).not.toContain(text.slice(6, 20) || 'nothing to quote')
  })

  it.each([
    ['whsec_?', 'A signing key is "whsec_" followed by base64.'],
    [formatSigningKey(Buffer.alloc(23)), 'A signing key has 24 to 64 bytes; this one has 23.'],
    [`whsec_=${Buffer.alloc(24).toString('base64')}`, 'A signing key is "whsec_" followed by base64.'],
    [`whsec_${Buffer.alloc(24).toString('base64')}=AA`, 'A signing key is "whsec_" followed by base64.'],
  ])('%s is none: %s', (text, problem) => {
    expect(parseSigningKey(text)).toEqual({ ok: false, problem })
  })
})
