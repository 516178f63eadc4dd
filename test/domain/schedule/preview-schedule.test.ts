import { describe, expect, it } from 'vitest'
import { planSchedule } from '../../../lambdas/domain/schedule/plan-schedule.ts'
import { previewSchedule, type SchedulePreview } from '../../../lambdas/domain/schedule/preview-schedule.ts'
import { shortestIntervalMs } from '../../../lambdas/domain/schedule/schedule-warnings.ts'

const FROM = '2026-01-10T12:00:00Z'

const preview = (
  cronExpression: string,
  {
    timezone = 'UTC',
    from = FROM,
    count = 3,
    ...others
  }: { timezone?: string; from?: string; count?: number; minimumIntervalMs?: number; anchor?: number } = {},
): SchedulePreview => {
  const result = previewSchedule({
    cronExpression,
    timezone,
    from: Date.parse(from),
    count,
    tzVersion: '2026c',
    ...others,
  })
  if (!result.ok) throw new Error(result.problem)
  return result.preview
}

const odd = (first: number, last: number) =>
  Array.from({ length: (last - first) / 2 + 1 }, (_, i) => first + 2 * i).join(', ')

describe('previewSchedule', () => {
  it('it shows the next instants, the meaning, the EventBridge form and the edition of the time zones', () => {
    expect(preview('30 8 * * 1-5', { timezone: 'America/Chicago' })).toEqual({
      next: ['2026-01-12T14:30:00.000Z', '2026-01-13T14:30:00.000Z', '2026-01-14T14:30:00.000Z'],
      description: 'At 08:30, Monday through Friday',
      awsExpressions: ['cron(30 8 ? * 2-6 *)'],
      warnings: [],
      tzVersion: '2026c',
    })
  })

  it('it lists instants strictly after the given one, as many as asked for', () => {
    expect(preview('0 * * * *', { count: 2 }).next).toEqual(['2026-01-10T13:00:00.000Z', '2026-01-10T14:00:00.000Z'])
    expect(preview('0 * * * *', { count: 0 }).next).toEqual([])
  })

  it('it counts rate() from the anchor, or else from the given instant', () => {
    expect(preview('rate(2 hours)', { count: 1 }).next).toEqual(['2026-01-10T14:00:00.000Z'])
    const anchor = Date.parse('2026-01-10T11:30:00Z')
    expect(preview('rate(2 hours)', { count: 1, anchor }).next).toEqual(['2026-01-10T13:30:00.000Z'])
  })

  it('it refuses what cannot be planned', () => {
    const request = { cronExpression: '60 * * * *', timezone: 'UTC', from: 0, count: 1, tzVersion: '' }
    expect(previewSchedule(request)).toMatchObject({ ok: false, field: 'cronExpression' })
    expect(previewSchedule({ ...request, timezone: 'X' })).toMatchObject({ ok: false, field: 'timezone' })
  })

  it.each([
    ['* * * * *', 'Every minute'],
    ['*/5 * * * *', 'Every 5 minutes'],
    ['0,30 * * * *', 'Every 30 minutes'],
    ['*/40 * * * *', 'At 0 and 40 minutes past the hour'],
    ['*/5 9-17 * * *', 'Every 5 minutes, between 09:00 and 17:59'],
    ['0 2 * * *', 'At 02:00'],
    ['0 8,12,18 * * MON,WED', 'At 08:00, 12:00 and 18:00, only on Monday and Wednesday'],
    ['0 0,12 * * *', 'At 00:00 and 12:00'],
    ['0 0 */2 * 2,4', 'At 00:00, every 2 days in a month, but only if that day is a Tuesday or Thursday'],
    ['0 0 1-29/2 * *', 'At 00:00, on day 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, and 29 of the month'],
    ['0 0 1,3-31/2 * *', 'At 00:00, every 2 days in a month'],
    ['0 0 1-31/2,4 * *', `At 00:00, on day 1, 3, 4, ${odd(5, 29)}, and 31 of the month`],
    ['0 0 11-31/2 * *', `At 00:00, on day ${odd(11, 29)}, and 31 of the month`],
    ['0 0 */3 * *', 'At 00:00, every 3 days in a month'],
    ['cron(0 9 ? * 1-7 *)', 'At 09:00'],
    ['0 0 * * 0-7', 'At 00:00'],
    ['0 0 * * 0,7', 'At 00:00, only on Sunday'],
    ['0 0 * * 5-7', 'At 00:00, Friday through Sunday'],
    ['0 0 1,15 11-12,1-2 *', 'At 00:00, on day 1 and 15 of the month, November through February'],
    ['0 0 */7 * *', 'At 00:00, on day 1, 8, 15, 22, and 29 of the month'],
    ['0 0 */2 * *', 'At 00:00, every 2 days in a month'],
    ['0 0 13 * 5', 'At 00:00, on day 13 of the month; also at 00:00, only on Friday'],
    ['0 0 */2 * 1,3', 'At 00:00, every 2 days in a month, but only if that day is a Monday or Wednesday'],
    ['0 9 1 * */3', 'At 09:00, on day 1 of the month, but only if that day is a Sunday, Wednesday, or Saturday'],
    ['@yearly', 'At 00:00, on day 1 of the month, only in January'],
    ['cron(0/30 20-2 ? * MON-FRI *)', 'Every 30 minutes, between 20:00 and 02:59, Monday through Friday'],
    ['cron(0 9 L * ? *)', 'At 09:00, on the last day of the month'],
    ['cron(0 9 LW * ? *)', 'At 09:00, on the last weekday of the month'],
    ['cron(0 9 15W * ? *)', 'At 09:00, on the weekday nearest day 15 of the month'],
    ['cron(0 9 ? * 6L *)', 'At 09:00, on the last Friday of the month'],
    ['cron(0 9 ? * L *)', 'At 09:00, only on Saturday'],
    ['cron(0 9 ? * 3#2 *)', 'At 09:00, on the second Tuesday of the month'],
    ['cron(0 9 ? * 1 *)', 'At 09:00, only on Sunday'],
    ['cron(0 9 * * ? 2027)', 'At 09:00, only in 2027'],
    ['cron(0 9 * * ? 2027-2030)', 'At 09:00, 2027 through 2030'],
    ['cron(0 9 * * ? 2030-2040/2)', 'At 09:00, every 2 years, 2030 through 2040'],
    ['rate(1 minute)', 'Every minute, counted from the start'],
    ['rate(90 minutes)', 'Every 90 minutes, counted from the start'],
    ['rate(1 days)', 'Every day (of 24 hours), counted from the start'],
    ['at(2030-05-31T09:00:00)', 'Once, on 2030-05-31 at 09:00'],
    ['at(2030-05-31T09:00:05)', 'Once, on 2030-05-31 at 09:00:05'],
    ['at(2030-05-31T00:00:00)', 'Once, on 2030-05-31 at 00:00'],
  ])('it describes %j as %j', (expression, description) => {
    expect(preview(expression).description).toBe(description)
  })
})

describe('the warnings of a preview', () => {
  const PARIS = { timezone: 'Europe/Paris' }
  const skipped = 'On 2026-03-29 the clocks in Europe/Paris go forward from 02:00 to 03:00: '
  const repeated = 'On 2026-10-25 the clocks in Europe/Paris go back from 03:00 to 02:00 and show '

  it.each([
    ['0 9 * * *', []],
    ['30 2 * * *', [`${skipped}02:30 is skipped.`, `${repeated}02:30 twice: it runs on the first pass only.`]],
    [
      '0,30 2 * * *',
      [`${skipped}02:00 and 02:30 are skipped.`, `${repeated}02:00 and 02:30 twice: they run on the first pass only.`],
    ],
    [
      '*/5 2 * * *',
      [
        `${skipped}the 12 times from 02:00 to 02:55 are skipped.`,
        `${repeated}the 12 times from 02:00 to 02:55 twice: they run on the first pass only.`,
      ],
    ],
    ['30 2 * * 1-6', []],
    ['30 2 29 3 *', [`${skipped}02:30 is skipped.`]],
    [
      '0,20,40 2 * * *',
      [
        `${skipped}02:00, 02:20, and 02:40 are skipped.`,
        `${repeated}02:00, 02:20, and 02:40 twice: they run on the first pass only.`,
      ],
    ],
    ['30 2 28,29 3 0', [`${skipped}02:30 is skipped.`]],
    ['at(2026-10-25T02:30:05)', [`${repeated}02:30:05 twice: it runs on the first pass only.`]],
    ['0 3 * * *', []],
    ['0 1 * * *', []],
  ])('it names the clock changes that %j meets within a year', (expression, warnings) => {
    expect(preview(expression, PARIS).warnings).toEqual(warnings)
  })

  it('it names those that both day fields meet', () => {
    expect(preview('30 2 */2 * 0', PARIS).warnings.slice(1)).toEqual([
      `${skipped}02:30 is skipped.`,
      `${repeated}02:30 twice: it runs on the first pass only.`,
    ])
  })

  it('it is silent about a gap that leaves frequent runs as far apart as ever', () => {
    expect(preview('*/5 * * * *', PARIS).warnings).toEqual([
      `${repeated}the 12 times from 02:00 to 02:55 twice: they run on the first pass only.`,
    ])
    expect(preview('0 1-5 29 3 *', PARIS).warnings).toEqual([])
    expect(preview('0 */2 * * *', PARIS).warnings[0]).toBe(`${skipped}02:00 is skipped.`)
    // There was no run in the day before: nothing comes as soon as ever.
    expect(preview('0 2-5 * * 0', PARIS).warnings[0]).toBe(`${skipped}02:00 is skipped.`)
  })

  it.each([
    [
      '15 2 * * *',
      'Australia/Lord_Howe',
      '2026-09-01T00:00:00Z',
      'On 2026-10-04 the clocks in Australia/Lord_Howe go forward from 02:00 to 02:30: 02:15 is skipped.',
    ],
    [
      '0 0 * * *',
      'America/Sao_Paulo',
      '2018-10-01T00:00:00Z',
      'On 2018-11-04 the clocks in America/Sao_Paulo go forward from 00:00 to 01:00: 00:00 is skipped.',
    ],
    [
      '30 23 * * *',
      'America/Sao_Paulo',
      '2018-02-01T00:00:00Z',
      'On 2018-02-18 the clocks in America/Sao_Paulo go back from 00:00 to 23:00 on 2018-02-17 and show 23:30 twice: it runs on the first pass only.',
    ],
    [
      '0 12 30 12 *',
      'Pacific/Apia',
      '2011-12-01T00:00:00Z',
      'On 2011-12-30 the clocks in Pacific/Apia go forward from 00:00 to 00:00 on 2011-12-31: 12:00 is skipped.',
    ],
  ])('it words the change that %j meets in %s', (expression, timezone, from, warning) => {
    expect(preview(expression, { timezone, from }).warnings).toContain(warning)
  })

  it('it says that a day of rate() is not a calendar day where the clocks change', () => {
    expect(preview('rate(1 day)', PARIS).warnings).toEqual([
      'rate() counts real time, a day is 24 hours: from 2026-03-29 on, when the clocks in Europe/Paris change, runs are at another time of day. For a fixed time of day write a cron expression.',
    ])
    expect(preview('rate(6 hours)', PARIS).warnings).toEqual([])
    expect(preview('rate(1 day)').warnings).toEqual([])
  })

  it.each([
    ['0 9 31 * *', ['There is no day 31 in February, April, June, September, and November']],
    ['0 9 31 3,4 *', ['There is no day 31 in April;']],
    ['cron(0 9 31 1,4 ? *)', ['There is no day 31 in April;']],
    ['0 9 30 * *', ['There is no day 30 in February;']],
    ['0 9 28,29,30,31 1,4 *', ['There is no day 31 in April;']],
    ['0 9 27,28,29,30,31 1,4 *', []],
    ['cron(0 9 28W 2,3 ? *)', []],
    ['cron(0 9 ? * 6L *)', []],
    ['0 9 29 * *', ['There is no day 29 in February (but for leap years);']],
    ['0 9 29,30 2,3 *', ['There is no day 29 in February (but', 'There is no day 30 in February;']],
    ['0 9 29 2 *', ['There is no day 29 in February (but for leap years);']],
    ['0 9 31 */2 *', ['There is no day 31 in September and November;']],
    ['0 9 31 1,3 *', []],
    ['0 9 28 * *', []],
    ['0 9 */2 * *', []],
    ['cron(0 9 31W * ? *)', ['There is no day 31 in February']],
    ['cron(0 9 L * ? *)', []],
    ['cron(0 9 ? * 6#5 *)', ['Not every month has a fifth Friday']],
    ['cron(0 9 ? * 6#4 *)', []],
  ])('it tells which months %j skips', (expression, beginnings) => {
    const { warnings } = preview(expression)
    expect(warnings).toHaveLength(beginnings.length)
    for (const [i, beginning] of beginnings.entries()) expect(warnings[i]).toContain(beginning)
  })

  it.each([
    ['30', '2-12', 'February', ' For the last day of every month write L, as in cron(0 9 L * ? *).'],
    ['29', '2', 'February (but for leap years)', ''],
    [
      '31',
      '*',
      'February, April, June, September, and November',
      ' For the last day of every month write L, as in cron(0 9 L * ? *).',
    ],
  ])(
    'it tells of day %s of months %s that it is not in %s, and what to write instead',
    (day, months, names, advice) => {
      expect(preview(`0 9 ${day} ${months} *`).warnings).toEqual([
        `There is no day ${day} in ${names}; the run of that day is skipped there.${advice}`,
      ])
    },
  )

  it('it says when both day fields must match', () => {
    expect(preview('0 0 */2 * 1').warnings).toEqual([expect.stringContaining('must both match')])
    expect(preview('0 0 2 * 1').warnings).toEqual([])
  })

  it.each([
    ['* * * * *', 300_000, '1 minute', '5 minutes'],
    ['0,1 12 * * *', 300_000, '1 minute', '5 minutes'],
    ['* * * * *', 90_000, '1 minute', '90 seconds'],
    ['59 23 * * *', 90_000_000, '1 day', '25 hours'],
    ['58 23,0 * * *', 7_200_000, '1 hour', '2 hours'],
    ['rate(90 minutes)', 7_200_000, '90 minutes', '2 hours'],
  ])('it warns that %j runs more often than every %d ms', (expression, minimumIntervalMs, shortest, minimum) => {
    expect(preview(expression, { minimumIntervalMs }).warnings).toEqual([
      `This schedule runs at intervals down to ${shortest}; your plan allows one run every ${minimum}.`,
    ])
  })

  it.each([
    ['*/5 * * * *', 300_000],
    ['0 0 * * *', 86_400_000],
    ['at(2030-01-01T00:00:00)', 86_400_000],
  ])('it accepts that %j runs every %d ms', (expression, minimumIntervalMs) => {
    expect(preview(expression, { minimumIntervalMs }).warnings).toEqual([])
  })

  it.each([
    ['0 0 30 2 *', 'This schedule never runs: no year has such a day.'],
    ['* * 30 2 */2', 'This schedule never runs: no year has such a day.'],
    ['cron(0 9 * * ? 2020)', 'This schedule has no run left: all its times are in the past.'],
    ['at(2020-01-01T00:00:00)', 'This schedule has no run left: all its times are in the past.'],
    ['at(2026-03-29T02:30:00)', 'This schedule never runs: the clocks in Europe/Paris skip every time it names.'],
    ['cron(30 2 29 3 ? 2026)', 'This schedule never runs: the clocks in Europe/Paris skip every time it names.'],
  ])('it says that %j has no next instant', (expression, warning) => {
    expect(preview(expression, PARIS)).toMatchObject({ next: [], warnings: [warning] })
  })
})

describe('shortestIntervalMs', () => {
  it.each([
    ['*/7 * * * *', 4 * 60_000],
    ['0 9 * * 1-5', 86_400_000],
    ['0,1 0 1 1 *', 60_000],
    ['0 0 29 2 *', 1461 * 86_400_000],
    ['at(2030-01-01T00:00:00)', undefined],
    ['0 0 30 2 *', undefined],
  ])('it finds the shortest distance between runs of %j', (cronExpression, expected) => {
    const result = planSchedule({ cronExpression, timezone: 'UTC' })
    if (!result.ok) throw new Error(result.problem)
    expect(shortestIntervalMs(result.plan, Date.parse(FROM))).toBe(expected)
  })
})
