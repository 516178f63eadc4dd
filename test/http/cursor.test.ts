import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type CursorScope, decodeCursor, encodeCursor, listQuery, pageOf } from '../../lambdas/http/cursor.ts'
import { anyText } from '../support/any-text.ts'

const key = Uint8Array.from({ length: 32 }, (_, n) => n)
const scope: CursorScope = { tenant: 'tenant-1', route: 'listRuns', filters: { status: 'FAILED', jobId: undefined } }
const Position = z.strictObject({ pk: z.string(), sk: z.string() })
const position = { pk: 'T#tenant-1', sk: 'RUN#01' }
const refusal = expect.objectContaining({ code: 'invalid-cursor' })
const read = (cursor: string, from: CursorScope = scope, withKey = key) => decodeCursor(from, cursor, Position, withKey)

describe('a cursor', () => {
  it('gives back whatever position it was made of', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const json: unknown = JSON.parse(JSON.stringify(value))
        expect(decodeCursor(scope, encodeCursor(scope, value, key), z.unknown(), key)).toEqual(json)
      }),
    )
  })

  it('is safe in a URL as it is', () => {
    expect(encodeCursor(scope, position, key)).toMatch(/^[\w-]+$/)
  })

  it('goes on being understood: one that was handed out before an update is not lost', () => {
    const from = { ...scope, filters: { status: 'FAILED', jobId: '01' } }
    expect(encodeCursor(from, position, key)).toBe(
      'AfMuUuRuToDgpVcwdqhTcETsLwVnCiLO5HXeayNWsUINeyJwayI6IlQjdGVuYW50LTEiLCJzayI6IlJVTiMwMSJ9',
    )
  })

  it('does not mind the order of the filters, nor those that are not set', () => {
    const from = { ...scope, filters: { a: '1', b: '2', c: undefined } }
    const cursor = encodeCursor(from, position, key)
    expect(read(cursor, { ...scope, filters: { b: '2', a: '1' } })).toEqual(position)
  })

  it.each<[string, CursorScope]>([
    ['another tenant', { ...scope, tenant: 'tenant-2' }],
    ['another route', { ...scope, route: 'listJobRuns' }],
    ['another filter', { ...scope, filters: { status: 'LOST' } }],
    ['no filter', { tenant: scope.tenant, route: scope.route }],
    ['one more filter', { ...scope, filters: { ...scope.filters, jobId: '01' } }],
  ])('is refused by %s', (_what, other) => {
    const cursor = encodeCursor(scope, position, key)
    expect(read(cursor)).toEqual(position)
    expect(() => read(cursor, other)).toThrow(refusal)
  })

  it('is refused under another key', () => {
    expect(() => read(encodeCursor(scope, position, key), scope, new Uint8Array(32))).toThrow(refusal)
  })

  it('is refused with any character changed', () => {
    const cursor = encodeCursor(scope, position, key)
    for (let at = 0; at < cursor.length; at++) {
      const changed = cursor[at] === 'A' ? 'B' : 'A'
      expect(() => read(cursor.slice(0, at) + changed + cursor.slice(at + 1))).toThrow(refusal)
    }
  })

  it('is refused when cut or lengthened anywhere', () => {
    const cursor = encodeCursor(scope, position, key)
    for (let at = 0; at < cursor.length; at++) expect(() => read(cursor.slice(0, at))).toThrow(refusal)
    for (const more of ['A', '=', ' ', '\n', '%00', '!']) expect(() => read(cursor + more)).toThrow(refusal)
  })

  it('is refused when it is any other text', () => {
    fc.assert(fc.property(anyText(), (text) => void expect(() => read(text)).toThrow(refusal)))
  })

  it('is refused with what to do instead', () => {
    expect(() => read('')).toThrow(
      'This cursor does not continue this list. Take nextCursor from the page before, with the same filters, or begin without a cursor.',
    )
  })

  it('is refused when its position is not what the list needs', () => {
    expect(() => read(encodeCursor(scope, { pk: 'only' }, key))).toThrow(refusal)
  })
})

describe('listQuery', () => {
  const Query = z.strictObject(listQuery)

  it('gives 50 items when not asked otherwise', () => {
    expect(Query.parse({})).toEqual({ limit: 50 })
  })

  it.each(Array.from({ length: 100 }, (_, n) => n + 1))('takes a limit of %i', (limit) => {
    expect(Query.parse({ limit: String(limit) })).toEqual({ limit })
  })

  it('is described, as is what comes of it', () => {
    expect(z.toJSONSchema(z.strictObject(listQuery), { io: 'input' }).properties).toMatchObject({
      limit: { description: 'How many items at most.' },
      cursor: { description: 'Where to go on: `nextCursor` of the page before, sent with the same filters.' },
    })
    expect(z.toJSONSchema(pageOf(z.string())).properties).toMatchObject({
      nextCursor: { description: '`null` on the last page.' },
    })
  })

  it.each(['0', '00', '01', '101', '1000', '-1', '+1', '1.0', '1e1', '0x1', ' 1', '1 ', '1\n', '', 'ten', '١', '1,2'])(
    'refuses a limit of %j',
    (limit) => {
      expect(Query.safeParse({ limit }).error?.issues).toMatchObject([
        { path: ['limit'], message: 'must be a whole number from 1 to 100' },
      ])
    },
  )

  it.each([
    [0, false],
    [1, true],
    [2048, true],
    [2049, false],
  ])('takes a cursor of %i characters: %s', (length, expected) => {
    expect(Query.safeParse({ cursor: 'a'.repeat(length) }).success).toBe(expected)
  })
})

describe('pageOf', () => {
  const Page = pageOf(z.strictObject({ id: z.string() }))

  it.each([
    [{ items: [], nextCursor: null }, true],
    [{ items: [{ id: 'a' }], nextCursor: 'b' }, true],
    [{ items: [{ id: 1 }], nextCursor: null }, false],
    [{ items: [] }, false],
    [{ items: [], nextCursor: null, total: 0 }, false],
  ])('has %j: %s', (page, expected) => {
    expect(Page.safeParse(page).success).toBe(expected)
  })
})
