import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import {
  isExpired,
  isKey,
  isMeantAsKey,
  KEY_BYTES,
  KeyName,
  prefixOf,
  Scopes,
  writeKey,
} from '../../../lambdas/domain/account/api-key.ts'

const bytes = fc.uint8Array({ minLength: KEY_BYTES, maxLength: KEY_BYTES })

describe('an API key', () => {
  it('is pk_ and 256 bits, and says so of itself', () => {
    fc.assert(
      fc.property(bytes, (random) => {
        const key = writeKey(random)
        expect(key).toMatch(/^pk_[\w-]{43}$/)
        expect(isKey(key) && isMeantAsKey(key)).toBe(true)
        expect(Buffer.from(key.slice(3), 'base64url')).toEqual(Buffer.from(random))
      }),
    )
  })

  it('is not told by its prefix', () => {
    fc.assert(
      fc.property(bytes, (random) => {
        const key = writeKey(random)
        expect(key.startsWith(prefixOf(key))).toBe(true)
        expect(prefixOf(key)).toHaveLength(9)
      }),
    )
  })

  const key = writeKey(new Uint8Array(KEY_BYTES).fill(7))
  it.each([
    ['too short', key.slice(0, -1)],
    ['too long', `${key}A`],
    ['of another mark', key.replace('pk_', 'sk_')],
    ['in another alphabet', key.replace(/.$/, '+')],
    ['of 258 bits', `${key.slice(0, -1)}9`],
    ['preceded by anything', `x${key}`],
    ['followed by a line', `${key}\n`],
    ['nothing', ''],
  ])('is none when it is %s', (_what, text) => {
    expect(isKey(text)).toBe(false)
  })

  const now = Date.parse('2027-01-31T08:00:00Z')
  it.each([
    [null, false],
    ['2027-01-31T08:00:00.001Z', false],
    ['2027-01-31T08:00:00Z', true],
    ['2026-01-31T08:00:00Z', true],
  ])('that ends at %s has expired at 2027-01-31T08:00Z: %s', (expiresAt, expected) => {
    expect(isExpired({ expiresAt }, now)).toBe(expected)
  })
})

describe('Scopes', () => {
  it('are listed in one order, whatever order they are given in', () => {
    expect(Scopes.parse(['run', 'read'])).toEqual(['read', 'run'])
    expect(Scopes.parse(['write'])).toEqual(['write'])
  })

  it.each([[[]], [['read', 'read']], [['admin']], [['read', 'write', 'run', 'read']], ['read'], [null]])(
    'are not %j',
    (scopes) => {
      expect(Scopes.safeParse(scopes).success).toBe(false)
    },
  )
})

describe('KeyName', () => {
  it.each(['', '   ', 'a\nb', 'a'.repeat(65)])('is not %j', (name) => {
    expect(KeyName.safeParse(name).success).toBe(false)
  })

  it('says what it must not have', () => {
    expect(KeyName.safeParse('a\nb').error?.issues).toMatchObject([
      { message: 'must not have control characters or marks of writing direction' },
    ])
    expect(Scopes.safeParse(['run', 'run']).error?.issues).toMatchObject([{ message: 'must name each scope once' }])
  })

  it('is kept without the white space around it', () => {
    expect(KeyName.parse('  Deploy pipeline ')).toBe('Deploy pipeline')
  })

  it('and its scopes are explained in the document of the API', () => {
    expect(z.toJSONSchema(KeyName, { io: 'input' })).toMatchObject({ examples: ['Deploy pipeline'] })
    expect(z.toJSONSchema(Scopes, { io: 'input' })).toMatchObject({ uniqueItems: true, minItems: 1, maxItems: 3 })
  })
})
