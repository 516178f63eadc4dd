import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seal, unseal } from '../../lambdas/http/sealed-text.ts'

const NONCE = new Uint8Array(12).fill(7)

describe('a sealed text', () => {
  it('opens to the credential and the place that it was sealed for', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), fc.string(), (text, credential, place) => {
        expect(unseal(seal(text, credential, place, NONCE), credential, place)).toBe(text)
      }),
    )
  })

  it('shows nothing of itself', () => {
    const sealed = seal('{"key":"pk_secret"}', 'token', 'place', NONCE)
    expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('pk_secret')
  })

  it.each([
    ['another credential', 'other', 'place'],
    ['another place', 'token', 'elsewhere'],
    ['none', '', ''],
  ])('stays closed to %s', (_what, credential, place) => {
    expect(unseal(seal('text', 'token', 'place', NONCE), credential, place)).toBeUndefined()
  })

  it('stays closed when any bit of it was altered, or it was cut', () => {
    const bytes = Buffer.from(seal('text', 'token', 'place', NONCE), 'base64url')
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const altered = Buffer.from(bytes)
      altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(unseal(altered.toString('base64url'), 'token', 'place')).toBeUndefined()
    }
    for (let length = 0; length < bytes.length; length++) {
      expect(unseal(bytes.subarray(0, length).toString('base64url'), 'token', 'place')).toBeUndefined()
    }
  })
})
