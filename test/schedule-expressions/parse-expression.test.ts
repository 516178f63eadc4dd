import { describe, expect, it } from 'vitest'
import { type CronExpression, parseScheduleExpression } from '../../schedule-expressions/index.ts'

const cronOf = (text: string): CronExpression => {
  const result = parseScheduleExpression(text)
  if (!result.ok) throw new Error(result.problem)
  if (result.expression.kind !== 'cron') throw new Error(`${text} is no cron expression`)
  return result.expression
}

const problemOf = (text: string): string => {
  const result = parseScheduleExpression(text)
  if (result.ok) throw new Error(`${text} was accepted`)
  return result.problem
}

describe('parseScheduleExpression', () => {
  it.each([
    'cron(0 1 * * * *)',
    'cron(7 20 * * NOT *)',
    'cron(INVALID)',
    'cron(0 dummy ? * MON-FRI *)',
    'cron(71 8 1 * ? *)',
    'cron()',
    'rate(10 seconds)',
    'rate(10 years)',
    'rate()',
    'rate(10)',
    'rate(10 minutess)',
    'rate(foo minutes)',
    'rate(-10 minutes)',
    'rate( 10 minutes )',
    ' rate(10 minutes)',
    'rate(10 minutes) ',
    'at(2021-12-31T23:59:59Z)',
    'at(2021-12-31)',
  ])('it refuses %j, as the service was recorded to do', (text) => {
    expect(parseScheduleExpression(text).ok).toBe(false)
  })

  it.each([
    'cron(*/15 * * * ? *)',
    'cron(0-59/10 0-23/2 ? * * *)',
    'cron(0-15/1 8-8 ? * 2,3,4,5,6,7 *)',
    'rate(1 minute)',
    'rate(2 minute)',
    'rate(5 minutes)',
    'at(2022-12-31T23:59:59)',
  ])('it accepts %j, as the service was recorded to do', (text) => {
    expect(parseScheduleExpression(text).ok).toBe(true)
  })

  it('it reads every field into its values', () => {
    expect(cronOf('cron(0/20 8-10,22 1,15 JAN,3 ? 2030-2032)')).toEqual({
      kind: 'cron',
      minutes: [0, 20, 40],
      hours: [8, 9, 10, 22],
      days: { kind: 'dates', dates: [1, 15] },
      months: [1, 3],
      years: [2030, 2031, 2032],
    })
  })

  it.each([
    ['5', [5]],
    ['05', [5]],
    ['1/10', [1, 11, 21, 31, 41, 51]],
    ['*/25', [0, 25, 50]],
    ['10-20/5', [10, 15, 20]],
    ['10-20/59', [10]],
    ['50-5/5', [0, 5, 50, 55]],
    ['30,10-12,11,30', [10, 11, 12, 30]],
    ['*/30,7', [0, 7, 30]],
  ])('it reads the minutes %j as %j', (field, minutes) => {
    expect(cronOf(`cron(${field} 0 * * ? *)`).minutes).toEqual(minutes)
  })

  it.each([
    ['20-2', [0, 1, 2, 20, 21, 22, 23]],
    ['20-3/2', [0, 2, 20, 22]],
  ])('it lets the hours %j run over midnight, as in the example of the user guide', (field, hours) => {
    expect(cronOf(`cron(0 ${field} * * ? *)`).hours).toEqual(hours)
  })

  it.each([
    ['NOV-FEB', [1, 2, 11, 12]],
    ['dec', [12]],
    ['*/5', [1, 6, 11]],
    ['3/4', [3, 7, 11]],
  ])('it reads the months %j as %j', (field, months) => {
    expect(cronOf(`cron(0 0 1 ${field} ? *)`).months).toEqual(months)
  })

  it.each([
    ['*', '?', { kind: 'dates', dates: Array.from({ length: 31 }, (_, i) => i + 1) }],
    ['28-2', '?', { kind: 'dates', dates: [1, 2, 28, 29, 30, 31] }],
    ['L', '?', { kind: 'last-date' }],
    ['LW', '?', { kind: 'last-workday' }],
    ['lw', '?', { kind: 'last-workday' }],
    ['15W', '?', { kind: 'nearest-workday', date: 15 }],
    ['?', '*', { kind: 'weekdays', weekdays: [1, 2, 3, 4, 5, 6, 7] }],
    ['?', 'MON-FRI', { kind: 'weekdays', weekdays: [2, 3, 4, 5, 6] }],
    ['?', 'FRI-MON', { kind: 'weekdays', weekdays: [1, 2, 6, 7] }],
    ['?', '6,7,1', { kind: 'weekdays', weekdays: [1, 6, 7] }],
    ['?', 'L', { kind: 'weekdays', weekdays: [7] }],
    ['?', '6L', { kind: 'last-weekday', weekday: 6 }],
    ['?', 'friL', { kind: 'last-weekday', weekday: 6 }],
    ['?', '3#2', { kind: 'nth-weekday', weekday: 3, nth: 2 }],
    ['?', 'TUE#5', { kind: 'nth-weekday', weekday: 3, nth: 5 }],
  ])('it reads the day fields %j and %j', (dates, weekdays, rule) => {
    expect(cronOf(`cron(0 0 ${dates} * ${weekdays} *)`).days).toEqual(rule)
  })

  it.each([
    ['1970', [1970]],
    ['2199', [2199]],
    ['2030/50', [2030, 2080, 2130, 2180]],
    ['2030-2030', [2030]],
    ['*/229', [1970, 2199]],
  ])('it reads the year %j as %j', (field, years) => {
    expect(cronOf(`cron(0 0 1 1 ? ${field})`).years).toEqual(years)
  })

  it.each([
    ['cron(60 0 * * ? *)', 'minutes field "60"', '0-59'],
    ['cron(0 24 * * ? *)', 'hours field "24"', '0-23'],
    ['cron(0 0 0 * ? *)', 'day-of-month field "0"', '1-31'],
    ['cron(0 0 32W * ? *)', 'day-of-month field "32W"', '1-31'],
    ['cron(0 0 1 13 ? *)', 'month field "13"', '1-12 or JAN-DEC'],
    ['cron(0 0 1 JANUARY ? *)', 'month field "JANUARY"', '1-12 or JAN-DEC'],
    ['cron(0 0 ? * 0 *)', 'day-of-week field "0"', '1-7 or SUN-SAT'],
    ['cron(0 0 ? * 8L *)', 'day-of-week field "8L"', '1-7 or SUN-SAT'],
    ['cron(0 0 1 1 ? 1969)', 'year field "1969"', '1970-2199'],
    ['cron(0 0 1 1 ? 2030-2020)', 'year field "2030-2020"', 'smaller value first'],
    ['cron(? 0 * * ? *)', 'minutes field "?"', '0-59'],
    ['cron(0/0 0 * * ? *)', 'minutes field "0/0"', '1 to 59'],
    ['cron(0/60 0 * * ? *)', 'minutes field "0/60"', '1 to 59'],
    ['cron(0 0 ? * MON/2 *)', 'day-of-week field "MON/2"', 'list the values'],
    ['cron(0 0 ? * 3#1,6#3 *)', 'day-of-week field "3#1,6#3"', '3#2'],
    ['cron(0 0 ? * 3#6 *)', 'day-of-week field "3#6"', '1 to 5'],
    ['cron(0 0 ? * 6L,2 *)', 'day-of-week field "6L,2"', 'list'],
    ['cron(0 0 L,15 * ? *)', 'day-of-month field "L,15"', 'list'],
    ['cron(0 0 L-3 * ? *)', 'day-of-month field "L-3"', 'range'],
    ['cron(*,5 0 * * ? *)', 'minutes field "*,5"', 'alone'],
    ['cron(0 0 * * * *)', 'day-of-week field "*"', 'must be "?"'],
    ['cron(0 0 ? * ? *)', 'both "?"', 'which days'],
    ['cron(0 0 * * ?)', 'six fields', 'year'],
    ['cron(0 0 * * ? * *)', 'six fields', 'year'],
    ['cron( 0 0 * * ? *)', 'six fields', 'year'],
    ['cron(0 0 * * ? )', 'six fields', 'year'],
    ['cron(5-60 0 * * ? *)', 'minutes field "5-60"', '0-59'],
    ['cron(0 0/24 * * ? *)', 'hours field "0/24"', '1 to 23'],
    ['cron(0 0 1 1 ? 1970/230)', 'year field "1970/230"', '1 to 229'],
    ['cron(? 0 * * ? *)', '? is only for the two day fields', 'or *'],
    ['at(1969-12-31T23:59:59)', 'at(1969-12-31T23:59:59)', '1970 to 2199'],
    ['rate(0 minutes)', 'rate(0 minutes)', 'from 1'],
    ['at(2030-02-30T00:00:00)', 'at(2030-02-30T00:00:00)', 'existing'],
    ['at(2030-01-01T24:00:00)', 'at(2030-01-01T24:00:00)', 'existing'],
    ['at(2200-01-01T00:00:00)', 'at(2200-01-01T00:00:00)', '1970 to 2199'],
    ['Cron(0 0 * * ? *)', '"Cron(0 0 * * ? *)"', 'cron(minutes hours'],
    ['', '""', 'rate(value unit)'],
  ])('it refuses %j, naming %j and what is allowed: %j', (text, subject, allowed) => {
    expect(problemOf(text)).toContain(subject)
    expect(problemOf(text)).toContain(allowed)
  })

  it.each(['1e1', '+5', '-5', '0x5', '５', '1.0', '', '1-', '-1', '1-2-3', '1/2/3', '1/', '*-5', '5,', ' 5', '00005'])(
    'it takes no %j for a number of minutes',
    (field) => {
      expect(parseScheduleExpression(`cron(${field} 0 * * ? *)`).ok).toBe(false)
    },
  )

  it.each(['1e1', '0x5', 'x5', '5x', '00005', ' 5'])('it takes no %j for a step', (step) => {
    expect(parseScheduleExpression(`cron(0/${step} 0 * * ? *)`).ok).toBe(false)
  })

  it.each([
    ['cron(0/59 0 * * ? *)', 'cron(0/60 0 * * ? *)'],
    ['cron(0 0/23 * * ? *)', 'cron(0 0/24 * * ? *)'],
    ['cron(0 0 1/31 * ? *)', 'cron(0 0 1/32 * ? *)'],
    ['cron(0 0 1 1/12 ? *)', 'cron(0 0 1 1/13 ? *)'],
    ['cron(0 0 1 1 ? 1970/229)', 'cron(0 0 1 1 ? 1970/230)'],
  ])('it takes %j, but not %j', (largest, tooLarge) => {
    expect(parseScheduleExpression(largest).ok).toBe(true)
    expect(parseScheduleExpression(tooLarge).ok).toBe(false)
  })

  it.each(['at(x2030-05-31T09:00:07)', 'at(2030-05-31T09:00:07Z)', 'at(2030-05-31T09:00:07.5)', 'rate(5 weeks)'])(
    'it takes no %j',
    (text) => {
      expect(parseScheduleExpression(text).ok).toBe(false)
    },
  )

  const namesOf = (text: string) => text.split(' ').map((name, index) => [name, index + 1] as const)

  it.each(namesOf('JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'))('it knows %s as month %i', (name, month) => {
    expect(cronOf(`cron(0 0 1 ${name} ? *)`).months).toEqual([month])
  })

  it.each(namesOf('SUN MON TUE WED THU FRI SAT'))('it knows %s as weekday %i', (name, weekday) => {
    expect(cronOf(`cron(0 0 ? * ${name} *)`).days).toEqual({ kind: 'weekdays', weekdays: [weekday] })
  })

  const LAST_DATES = 'L (last day), LW (last weekday) and 15W (nearest weekday)'
  const LAST_WEEKDAYS = 'L (last day) and 6L (last Friday)'
  it.each([
    ...['1,15W', '15W,3', '3,L', 'L,3', 'LW,1', '1,LW', '15W-20', '1-15W', 'L/2', 'L-2'].map(
      (dates) => [dates, '?', 'day-of-month', dates, LAST_DATES] as const,
    ),
    ...['L,2', '2,L', '2,6L', '6L,2', '2-6L', 'L-2', '6L-7', 'L/2'].map(
      (weekdays) => ['?', weekdays, 'day-of-week', weekdays, LAST_WEEKDAYS] as const,
    ),
  ])('it refuses the day fields %j and %j, the %s part of a list, range or step', (...row) => {
    const [dates, weekdays, field, text, wildcards] = row
    expect(problemOf(`cron(0 0 ${dates} * ${weekdays} *)`)).toBe(
      `The ${field} field "${text}": ${wildcards} cannot be part of a list, range or step.`,
    )
  })

  it.each([
    ['cron(60 0 * * ? *)', 'The minutes field "60": "60" is not a value of this field, allowed are 0-59.'],
    [
      'cron(1-2-3 0 * * ? *)',
      'The minutes field "1-2-3": "1-2-3" is not a value, a range (2-5) or a step (0/15); allowed are 0-59.',
    ],
    [
      'cron(0 0 ? * 1-2-3 *)',
      'The day-of-week field "1-2-3": "1-2-3" is not a value or a range (2-5); allowed are 1-7 or SUN-SAT.',
    ],
  ])('it refuses %j in a whole sentence', (text, sentence) => {
    expect(problemOf(text)).toBe(sentence)
  })

  it.each(['at(1970-01-01T00:00:00)', 'at(2199-12-31T23:59:59)'])('it takes %s, the edge of the years', (text) => {
    expect(parseScheduleExpression(text).ok).toBe(true)
  })

  it.each(['\u00a0', '\u2003', '\n', '\v', '\u2028'])(
    'it splits fields at blanks and tabs only, not at %j',
    (space) => {
      expect(parseScheduleExpression(`cron(0${space}0 * * ? *)`).ok).toBe(false)
      expect(parseScheduleExpression('cron(0\t0  * * ? *)').ok).toBe(true)
    },
  )

  it('it refuses more than 256 characters', () => {
    const minutes = (count: number) => Array.from({ length: count }, () => '1').join(',')
    const longest = `cron(${minutes(120)}  0 * * ? *)`
    expect(longest).toHaveLength(256)
    expect(parseScheduleExpression(longest).ok).toBe(true)
    expect(problemOf(`cron(${minutes(120)}   0 * * ? *)`)).toContain('has 257 characters')
    expect(problemOf(`cron(${minutes(130)} 0 * * ? *)`)).toContain('at most 256')
  })

  it.each([
    ['rate(1 minute)', 60_000],
    ['rate(1 minutes)', 60_000],
    ['rate(90 MINUTES)', 5_400_000],
    ['rate(2 hours)', 7_200_000],
    ['rate(1 days)', 86_400_000],
  ])('it reads %j as a period of %d ms', (text, periodMs) => {
    expect(parseScheduleExpression(text)).toMatchObject({ ok: true, expression: { kind: 'rate', periodMs } })
  })

  it('it reads at() as a wall time', () => {
    expect(parseScheduleExpression('at(2030-05-31T09:00:07)')).toEqual({
      ok: true,
      expression: { kind: 'at', wallTime: Date.UTC(2030, 4, 31, 9, 0, 7) },
    })
  })
})
