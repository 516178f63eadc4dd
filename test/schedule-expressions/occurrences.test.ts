import { describe, expect, it } from 'vitest'
import {
  isOccurrence,
  occurrencesAfter,
  parseScheduleExpression,
  type ScheduleExpression,
  wallTimes,
} from '../../schedule-expressions/index.ts'

const read = (text: string): ScheduleExpression => {
  const result = parseScheduleExpression(text)
  if (!result.ok) throw new Error(result.problem)
  return result.expression
}

const instants = (text: string, timezone: string, after: string, count: number, anchor?: string) => {
  const place = { timezone, after: Date.parse(after), anchor: anchor === undefined ? undefined : Date.parse(anchor) }
  const found: string[] = []
  for (const instant of occurrencesAfter(read(text), place)) {
    if (found.length >= count) break
    found.push(new Date(instant).toISOString().replace(':00.000Z', 'Z'))
  }
  return found
}

describe('occurrencesAfter', () => {
  it.each([
    ['cron(0 9 L * ? *)', ['2026-01-31', '2026-02-28', '2026-03-31']],
    ['cron(0 9 LW * ? *)', ['2026-01-30', '2026-02-27', '2026-03-31']],
    ['cron(0 9 1W 8,11 ? *)', ['2026-08-03', '2026-11-02', '2027-08-02']],
    ['cron(0 9 15W * ? *)', ['2026-01-15', '2026-02-16', '2026-03-16']],
    ['cron(0 9 31W * ? *)', ['2026-01-30', '2026-03-31', '2026-05-29']],
    ['cron(0 9 28W 2 ? *)', ['2026-02-27', '2027-02-26', '2028-02-28']],
    ['cron(0 9 ? * 6L *)', ['2026-01-30', '2026-02-27', '2026-03-27']],
    ['cron(0 9 ? * L *)', ['2026-01-03', '2026-01-10', '2026-01-17']],
    ['cron(0 9 ? * 3#2 *)', ['2026-01-13', '2026-02-10', '2026-03-10']],
    ['cron(0 9 ? * 1#5 *)', ['2026-03-29', '2026-05-31', '2026-08-30']],
    ['cron(0 9 31 * ? *)', ['2026-01-31', '2026-03-31', '2026-05-31']],
    ['cron(0 9 29 2 ? *)', ['2028-02-29', '2032-02-29', '2036-02-29']],
    ['cron(0 9 ? 2 MON#5 *)', ['2044-02-29', '2072-02-29', '2112-02-29']],
    ['cron(0 9 1 1 ? 2030,2040)', ['2030-01-01', '2040-01-01']],
    ['cron(0 9 1/10 1 ? 2030)', ['2030-01-01', '2030-01-11', '2030-01-21']],
  ])('it finds the days of %s', (text, days) => {
    expect(instants(text, 'UTC', '2026-01-01T09:00:00Z', 3)).toEqual(days.map((day) => `${day}T09:00Z`))
  })

  it.each([
    [
      'Europe/Paris skips 02:30',
      'cron(30 2 * * ? *)',
      'Europe/Paris',
      '2026-03-28T00:00:00Z',
      ['2026-03-28T01:30Z', '2026-03-30T00:30Z'],
    ],
    [
      'Europe/Paris shows 02:30 twice',
      'cron(30 2 * * ? *)',
      'Europe/Paris',
      '2026-10-24T12:00:00Z',
      ['2026-10-25T00:30Z', '2026-10-26T01:30Z'],
    ],
    [
      'nothing runs in the second pass of a wildcard hour',
      'cron(0/30 * * * ? *)',
      'Europe/Paris',
      '2026-10-25T00:00:00Z',
      ['2026-10-25T00:30Z', '2026-10-25T02:00Z', '2026-10-25T02:30Z'],
    ],
    [
      'from within the second pass on',
      'cron(0/30 * * * ? *)',
      'Europe/Paris',
      '2026-10-25T01:10:00Z',
      ['2026-10-25T02:00Z'],
    ],
    [
      'Lord_Howe skips half an hour',
      'cron(15 2 * * ? *)',
      'Australia/Lord_Howe',
      '2026-10-02T00:00:00Z',
      ['2026-10-02T15:45Z', '2026-10-04T15:15Z'],
    ],
    [
      'Lord_Howe repeats half an hour',
      'cron(45 1 * * ? *)',
      'Australia/Lord_Howe',
      '2026-04-03T00:00:00Z',
      ['2026-04-03T14:45Z', '2026-04-04T14:45Z', '2026-04-05T15:15Z'],
    ],
    [
      'Sao_Paulo had days without a midnight',
      'cron(0 0 * * ? *)',
      'America/Sao_Paulo',
      '2018-11-02T12:00:00Z',
      ['2018-11-03T03:00Z', '2018-11-05T02:00Z'],
    ],
    [
      'Sao_Paulo repeated the hour before midnight',
      'cron(30 23 * * ? *)',
      'America/Sao_Paulo',
      '2018-02-17T12:00:00Z',
      ['2018-02-18T01:30Z', '2018-02-19T02:30Z'],
    ],
    [
      'Apia had no 30 December 2011',
      'cron(0 12 * * ? *)',
      'Pacific/Apia',
      '2011-12-29T00:00:00Z',
      ['2011-12-29T22:00Z', '2011-12-30T22:00Z'],
    ],
    [
      'Apia, asked for that date',
      'cron(0 12 30 12 ? *)',
      'Pacific/Apia',
      '2011-01-01T00:00:00Z',
      ['2012-12-29T22:00Z'],
    ],
    [
      'Troll moves by two hours',
      'cron(30 1,2 * * ? *)',
      'Antarctica/Troll',
      '2026-03-28T12:00:00Z',
      ['2026-03-29T23:30Z', '2026-03-30T00:30Z'],
    ],
    [
      'a zone that is seconds off',
      'cron(0 12 * * ? 1970)',
      'Africa/Monrovia',
      '1970-01-01T00:00:00Z',
      ['1970-01-01T12:44:30.000Z'],
    ],
  ])('it follows the clocks: %s', (_, text, timezone, after, expected) => {
    expect(instants(text, timezone, after, expected.length)).toEqual(expected)
  })

  it.each(['cron(0 0 30 2 ? *)', 'cron(* * 31 4 ? *)', 'cron(* * 31W 2 ? *)'])(
    'it says at once that %s never runs',
    (text) => {
      expect(instants(text, 'Europe/Paris', '1970-01-01T00:00:00Z', 1)).toEqual([])
    },
  )

  it('it ends with the year 2199', () => {
    expect(instants('cron(0 0 31 12 ? *)', 'UTC', '2198-01-01T00:00:00Z', 9)).toEqual([
      '2198-12-31T00:00Z',
      '2199-12-31T00:00Z',
    ])
    expect(instants('cron(* * * * ? *)', 'UTC', '2199-12-31T23:58:00Z', 9)).toEqual(['2199-12-31T23:59Z'])
    expect(instants('cron(* * * * ? *)', 'UTC', '2260-01-01T00:00:00Z', 9)).toEqual([])
    expect(instants('rate(1 day)', 'UTC', '2199-12-31T00:00:00Z', 9)).toEqual(['2200-01-01T00:00Z'])
  })

  it('it starts with the year 1970 of the zone, from any earlier instant', () => {
    const [first] = occurrencesAfter(read('cron(0 0 * * ? *)'), { timezone: 'Asia/Tokyo', after: -Infinity })
    expect(first).toBe(Date.parse('1970-01-01T00:00:00+09:00'))
  })

  it('it yields instants strictly later than the given one', () => {
    expect(instants('cron(0 9 * * ? *)', 'UTC', '2026-01-01T08:59:59.999Z', 1)).toEqual(['2026-01-01T09:00Z'])
    expect(instants('cron(0 9 * * ? *)', 'UTC', '2026-01-01T09:00:00.000Z', 1)).toEqual(['2026-01-02T09:00Z'])
  })

  it('it can be iterated more than once', () => {
    const found = occurrencesAfter(read('at(2030-01-01T00:00:00)'), { timezone: 'UTC', after: 0 })
    expect([...found]).toEqual([...found])
    expect([...found]).toHaveLength(1)
  })

  it.each([
    ['2030-01-01T08:00:00Z', ['2030-01-01T09:00Z', '2030-01-01T10:30Z']],
    ['2030-01-01T09:00:00Z', ['2030-01-01T10:30Z', '2030-01-01T12:00Z']],
    ['2030-01-01T11:59:59Z', ['2030-01-01T12:00Z', '2030-01-01T13:30Z']],
  ])('it counts rate() from its anchor on: after %s', (after, expected) => {
    expect(instants('rate(90 minutes)', 'UTC', after, 2, '2030-01-01T09:00:00Z')).toEqual(expected)
  })

  it('it counts a day of rate() as 24 hours across a clock change', () => {
    expect(instants('rate(1 day)', 'Europe/Paris', '2026-03-28T12:00:00Z', 2, '2026-03-28T12:00:00Z')).toEqual([
      '2026-03-29T12:00Z',
      '2026-03-30T12:00Z',
    ])
  })

  it.each([
    ['2026-03-29T02:30:00', []],
    ['2026-10-25T02:30:00', ['2026-10-25T00:30Z']],
    ['2026-07-01T09:00:07', ['2026-07-01T07:00:07.000Z']],
  ])('it places at(%s) by the clocks of Paris', (time, expected) => {
    expect(instants(`at(${time})`, 'Europe/Paris', '2026-01-01T00:00:00Z', 2)).toEqual(expected)
  })

  it('it throws for a zone that does not exist', () => {
    const found = occurrencesAfter(read('cron(* * * * ? *)'), { timezone: 'Mars/Olympus_Mons', after: 0 })
    expect(() => [...found]).toThrow(RangeError)
  })
})

describe('isOccurrence', () => {
  const is = (text: string, timezone: string, instant: string, anchor?: string) =>
    isOccurrence(read(text), {
      timezone,
      instant: Date.parse(instant),
      anchor: anchor === undefined ? undefined : Date.parse(anchor),
    })

  it.each([
    ['cron(30 2 * * ? *)', 'Europe/Paris', '2026-10-25T00:30:00Z', true],
    ['cron(30 2 * * ? *)', 'Europe/Paris', '2026-10-25T01:30:00Z', false],
    ['cron(30 2 * * ? *)', 'Europe/Paris', '2026-03-29T01:30:00Z', false],
    ['cron(30 2 * * ? *)', 'Europe/Paris', '2026-06-01T00:30:00Z', true],
    ['cron(30 2 * * ? *)', 'Europe/Paris', '2026-06-01T00:30:01Z', false],
    ['cron(30 2 * * ? *)', 'Europe/Paris', '2026-06-01T00:30:00.001Z', false],
    ['cron(30 2 * * ? 2027)', 'Europe/Paris', '2026-06-01T00:30:00Z', false],
    ['cron(30 2 ? 6 MON *)', 'Europe/Paris', '2026-06-01T00:30:00Z', true],
    ['at(2026-10-25T02:30:00)', 'Europe/Paris', '2026-10-25T00:30:00Z', true],
    ['at(2026-10-25T02:30:00)', 'Europe/Paris', '2026-10-25T01:30:00Z', false],
    ['at(2026-10-25T02:30:00)', 'Europe/Paris', '2026-10-24T00:30:00Z', false],
    ['cron(0 3 * * ? *)', 'Europe/Paris', '2026-03-29T01:00:00Z', true],
    ['cron(0 2 * * ? *)', 'Europe/Paris', '2026-10-25T01:00:00Z', false],
    ['rate(1 day)', 'UTC', '2200-01-01T00:00:00Z', true],
    ['rate(1 day)', 'UTC', '2200-01-02T00:00:00Z', false],
    ['cron(* * * * ? *)', 'UTC', '2300-01-01T00:00:00Z', false],
  ])('it judges %s in %s at %s: %s', (text, timezone, instant, expected) => {
    expect(is(text, timezone, instant)).toBe(expected)
  })

  it.each([
    ['2030-01-01T09:00:00Z', true],
    ['2030-01-01T10:30:00Z', true],
    ['2030-01-01T10:00:00Z', false],
    ['2030-01-01T07:30:00Z', false],
  ])('it judges rate(90 minutes) from 09:00 on at %s: %s', (instant, expected) => {
    expect(is('rate(90 minutes)', 'UTC', instant, '2030-01-01T09:00:00Z')).toBe(expected)
  })

  it.each([
    ['2030-01-01T09:07:00Z', true],
    ['2030-01-01T10:37:00Z', true],
    ['2030-01-01T10:30:00Z', false],
    ['2030-01-01T10:23:00Z', false],
  ])('it judges rate(90 minutes) from 09:07 on at %s: %s', (instant, expected) => {
    expect(is('rate(90 minutes)', 'UTC', instant, '2030-01-01T09:07:00Z')).toBe(expected)
  })
})

describe('wallTimes', () => {
  it.each(['at(2026-03-29T02:20:00)', 'cron(20 2 29 3 ? 2026)'])(
    'it names what %s names from a moment on, and until right before another',
    (text) => {
      const expression = read(text)
      if (expression.kind === 'rate') throw new Error('no wall times')
      const named = Date.UTC(2026, 2, 29, 2, 20)
      expect([...wallTimes(expression, named, named + 1)]).toEqual([named])
      expect([...wallTimes(expression, named + 1)]).toEqual([])
      expect([...wallTimes(expression, named - 1, named)]).toEqual([])
    },
  )

  it('it names wall times that the clocks of a zone skip', () => {
    const expression = read('cron(0/20 2 * * ? *)')
    if (expression.kind === 'rate') throw new Error('no wall times')
    const found = [...wallTimes(expression, Date.UTC(2026, 2, 29, 2, 10), Date.UTC(2026, 2, 30, 2, 20))]
    expect(found.map((wallTime) => new Date(wallTime).toISOString().slice(0, 16))).toEqual([
      '2026-03-29T02:20',
      '2026-03-29T02:40',
      '2026-03-30T02:00',
    ])
  })
})
