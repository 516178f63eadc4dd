import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseRetryAfter } from '../../../lambdas/domain/run/retry-after.ts'

const NOW = Date.parse('2026-11-21T12:00:00Z')

/** The three forms of an HTTP date, written from what `Date` says (RFC 9110, section 5.6.7). */
const written = {
  'IMF-fixdate': (at: Date) => at.toUTCString(),
  'that of RFC 850': (at: Date) => {
    const [, day, month, year, time] = at.toUTCString().split(' ')
    return `${at.toLocaleDateString('en', { weekday: 'long', timeZone: 'UTC' })}, ${day}-${month}-${year?.slice(-2)} ${time} GMT`
  },
  "that of C's asctime()": (at: Date) => {
    const [name, day, month, year, time] = at.toUTCString().split(' ')
    return `${name?.slice(0, 3)} ${month} ${day?.replace(/^0/, ' ')} ${time} ${year}`
  },
}

describe('Retry-After in seconds', () => {
  it.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['007', 7000],
    ['99999999999', 2 ** 31 * 1000],
    ['9'.repeat(400), 2 ** 31 * 1000],
    ['-1', null],
    ['+1', null],
    ['1.5', null],
    ['1e3', null],
    ['0x10', null],
    ['120, 60', null],
    ['', null],
    ['   ', null],
    [undefined, null],
    ['soon', null],
  ])('%j means %j ms', (text, ms) => {
    expect(parseRetryAfter(text, NOW)).toBe(ms)
  })
})

describe('Retry-After as a date', () => {
  it.each([
    // The example of the RFC in its three forms, and 90 seconds from now.
    ['Sun, 06 Nov 1994 08:49:37 GMT', 0],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 0],
    ['Sun Nov  6 08:49:37 1994', 0],
    ['Sat, 21 Nov 2026 12:01:30 GMT', 90_000],
    ['Saturday, 21-Nov-26 12:01:30 GMT', 90_000],
    ['Sat Nov 21 12:01:30 2026', 90_000],
    ['Sat, 21 Nov 2026 12:00:00 GMT', 0],
    ['Sat, 21 Nov 2026 11:59:59 GMT', 0],
    ['Sat Dec  5 12:00:00 2026', 14 * 86_400_000],
    ['Sat Dec 05 12:00:00 2026', 14 * 86_400_000],
    ['Mon, 01 Jan 0001 00:00:00 GMT', 0],
    ['Sat, 21 Nov 2026 23:59:60 GMT', 12 * 3_600_000],
    ['Tue, 29 Feb 2028 12:00:00 GMT', 465 * 86_400_000],
    // Whoever names the wrong day still says when.
    ['Mon, 21 Nov 2026 12:01:30 GMT', 90_000],
  ])('%j means %j ms', (text, ms) => {
    expect(parseRetryAfter(text, NOW)).toBe(ms)
  })

  it.each([
    'at Sat, 21 Nov 2026 12:01:30 GMT',
    'Sat, 21 Nov 2026 12:01:30 GMT+1',
    'Sat, 21 Nov 2026 12:01:30 UTC',
    'Sat, 21 Nov 2026 12:01:30 +0000',
    'Sat, 21 Nov 2026 12:01:30',
    'sat, 21 nov 2026 12:01:30 gmt',
    'Sut, 21 Nov 2026 12:01:30 GMT',
    'Sat, 21 Nev 2026 12:01:30 GMT',
    'Sat, 1 Nov 2026 12:01:30 GMT',
    'Sat, 21 Nov 26 12:01:30 GMT',
    'Sat,  21 Nov 2026 12:01:30 GMT',
    'Sat, 00 Nov 2026 12:01:30 GMT',
    'Sat, 31 Nov 2026 12:01:30 GMT',
    'Mon, 29 Feb 2027 12:01:30 GMT',
    'Sat, 99 Nov 2026 12:01:30 GMT',
    'Sat, 21 Nov 2026 24:00:00 GMT',
    'Sat, 21 Nov 2026 12:60:30 GMT',
    'Sat, 21 Nov 2026 12:01:61 GMT',
    'Sat, 21-Nov-26 12:01:30 GMT',
    'Saturday, 21-Nov-2026 12:01:30 GMT',
    'Saturday, 21 Nov 26 12:01:30 GMT',
    'Saturday, 31-Nov-26 12:01:30 GMT',
    'Sat Nov 1 12:01:30 2026',
    'Sat Nov   1 12:01:30 2026',
    'Sat Nov 31 12:01:30 2026',
    'Sat Nov 21 12:01:30 2026 GMT',
    'Saturday Nov 21 12:01:30 2026',
    '2026-11-21T12:01:30Z',
    'Sat, 21 Nov 2026 12:01:30 GMT, Sat, 21 Nov 2026 12:01:30 GMT',
  ])('%j is none', (text) => {
    expect(parseRetryAfter(text, NOW)).toBeNull()
  })

  it.each([
    // Up to fifty years ahead it is to come, and beyond that the last one that was.
    ['2026-11-21T12:00:00Z', 'Saturday, 21-Nov-76 12:00:00 GMT', '2076-11-21T12:00:00Z'],
    ['2026-11-21T12:00:00Z', 'Saturday, 21-Nov-76 12:00:01 GMT', null],
    ['2026-11-21T12:00:00Z', 'Saturday, 01-Jan-76 00:00:00 GMT', '2076-01-01T00:00:00Z'],
    ['2026-11-21T12:00:00Z', 'Saturday, 31-Dec-76 00:00:00 GMT', null],
    ['2026-11-21T12:00:00Z', 'Saturday, 21-Nov-77 12:00:00 GMT', null],
    ['2026-11-21T12:00:00Z', 'Saturday, 21-Nov-99 12:00:00 GMT', null],
    ['2026-11-21T12:00:00Z', 'Saturday, 21-Nov-00 12:00:00 GMT', null],
    ['1999-12-31T23:59:00Z', 'Saturday, 01-Jan-00 00:00:00 GMT', '2000-01-01T00:00:00Z'],
    ['2099-12-31T23:59:00Z', 'Friday, 01-Jan-00 00:00:00 GMT', '2100-01-01T00:00:00Z'],
    ['2060-06-01T00:00:00Z', 'Saturday, 01-Jun-10 00:00:00 GMT', '2110-06-01T00:00:00Z'],
    ['2060-06-01T00:00:00Z', 'Saturday, 01-Jun-60 00:00:01 GMT', '2060-06-01T00:00:01Z'],
    ['2028-02-29T00:00:00Z', 'Saturday, 29-Feb-28 01:00:00 GMT', '2028-02-29T01:00:00Z'],
  ])('read at %s, %j means %j', (now, text, at) => {
    const from = Date.parse(now)
    expect(parseRetryAfter(text, from)).toBe(at === null ? 0 : Date.parse(at) - from)
  })

  const seconds = (from: string, to: string) => fc.integer({ min: Date.parse(from) / 1000, max: Date.parse(to) / 1000 })

  it.each(Object.entries(written))('%s says the instant that Date says', (form, write) => {
    fc.assert(
      fc.property(
        seconds('2000-01-01T00:00:00Z', '2150-01-01T00:00:00Z'),
        fc.integer({ min: -18_000, max: 18_000 }),
        (nowSeconds, days) => {
          const [now, at] = [nowSeconds * 1000, (nowSeconds + days * 86_400) * 1000]
          expect(parseRetryAfter(write(new Date(at)), now), form).toBe(Math.max(0, at - now))
        },
      ),
    )
  })
})
