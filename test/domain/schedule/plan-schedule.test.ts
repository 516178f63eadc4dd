import { describe, expect, it } from 'vitest'
import { planSchedule } from '../../../lambdas/domain/schedule/plan-schedule.ts'

const planOf = (cronExpression: string, timezone = 'UTC') => {
  const result = planSchedule({ cronExpression, timezone })
  if (!result.ok) throw new Error(result.problem)
  return result.plan
}

const refusalOf = (cronExpression: string, timezone = 'UTC') => {
  const result = planSchedule({ cronExpression, timezone })
  if (result.ok) throw new Error(`${cronExpression} was accepted`)
  return result
}

describe('planSchedule', () => {
  it.each([
    ['*/5 * * * *', 'cron(*/5 * * * ? *)'],
    ['* * * * *', 'cron(* * * * ? *)'],
    ['30 8 * * 1-5', 'cron(30 8 ? * 2-6 *)'],
    ['30 8 * * MON-FRI', 'cron(30 8 ? * 2-6 *)'],
    ['15 17 1,15 jan,7 *', 'cron(15 17 1,15 1,7 ? *)'],
    ['0 0 1 feb,mar,apr,may *', 'cron(0 0 1 2,3,4,5 ? *)'],
    ['0 0 1 jun,aug,sep,oct,nov,dec *', 'cron(0 0 1 6,8,9,10,11,12 ? *)'],
    ['0 0 * * tue,wed,thu,sat', 'cron(0 0 ? * 3,4,5,7 *)'],
    ['10-20 * * * *', 'cron(10-20 * * * ? *)'],
    ['10-30/10 * * * *', 'cron(10-30/10 * * * ? *)'],
    ['10-20/10 * * * *', 'cron(10-20/10 * * * ? *)'],
    ['0-30/10 * * * *', 'cron(0-30/10 * * * ? *)'],
    ['30-59/10 * * * *', 'cron(30-59/10 * * * ? *)'],
    ['30,10,20 * * * *', 'cron(30,10,20 * * * ? *)'],
    [`10${',1'.repeat(123)} * * * *`, 'cron(10,1 * * * ? *)'],
    ['0 0 * * 0', 'cron(0 0 ? * 1 *)'],
    ['0 0 * * 7', 'cron(0 0 ? * 1 *)'],
    ['0 0 * * 0,7', 'cron(0 0 ? * 1 *)'],
    ['0 0 * * 5-7', 'cron(0 0 ? * 6,7,1 *)'],
    ['0 0 * * 0-7', 'cron(0 0 * * ? *)'],
    ['0 0 * * 1-7', 'cron(0 0 * * ? *)'],
    ['0 0 * * 1-5/2', 'cron(0 0 ? * 2,4,6 *)'],
    ['0 0 * * */3', 'cron(0 0 ? * 1,4,7 *)'],
    ['0 0 */2 * *', 'cron(0 0 1/2 * ? *)'],
    ['0 0 1 */3 *', 'cron(0 0 1 1/3 ? *)'],
    ['0 */30 * * *', 'cron(0 0 * * ? *)'],
    ['*/99 * * * *', 'cron(0 * * * ? *)'],
    ['10-20/15 * * * *', 'cron(10 * * * ? *)'],
    ['10-20/5,50 * * * *', 'cron(10-20/5,50 * * * ? *)'],
    ['05 08-08 * * *', 'cron(5 8 * * ? *)'],
    ['0-59 0-23 1-31 1-12 *', 'cron(* * * * ? *)'],
    ['0 0 1-31 * 1', 'cron(0 0 * * ? *)'],
    ['0 0 15 * 0-6', 'cron(0 0 * * ? *)'],
    ['0 0 * * 1', 'cron(0 0 ? * 2 *)'],
    ['0 0 */1 * 1', 'cron(0 0 ? * 2 *)'],
    ['0 0 *,5 * 1', 'cron(0 0 ? * 2 *)'],
    ['0 0 5,* * 1', 'cron(0 0 * * ? *)'],
    [' \t0  9\t* * *  ', 'cron(0 9 * * ? *)'],
    ['@hourly', 'cron(0 * * * ? *)'],
    ['@daily', 'cron(0 0 * * ? *)'],
    ['@midnight', 'cron(0 0 * * ? *)'],
    ['@weekly', 'cron(0 0 ? * 1 *)'],
    ['@monthly', 'cron(0 0 1 * ? *)'],
    ['@yearly', 'cron(0 0 1 1 ? *)'],
    ['@annually', 'cron(0 0 1 1 ? *)'],
    ['cron(0 9 ? * 6L 2030)', 'cron(0 9 ? * 6L 2030)'],
    ['rate(5 minutes)', 'rate(5 minutes)'],
    ['at(2030-01-01T09:00:00)', 'at(2030-01-01T09:00:00)'],
  ])('it translates %j into %j', (expression, aws) => {
    expect(planOf(expression).awsExpressions).toEqual([aws])
  })

  it('it makes two schedules of two restricted day fields, which crontab joins by OR', () => {
    const plan = planOf('0 0 13 * 5')
    expect(plan).toMatchObject({ kind: 'cron', awsExpressions: ['cron(0 0 13 * ? *)', 'cron(0 0 ? * 6 *)'] })
    const [first, second] = plan.occurrencesAfter(Date.parse('2026-11-12T00:00:00Z'))
    expect([first, second]).toEqual([Date.parse('2026-11-13T00:00:00Z'), Date.parse('2026-11-20T00:00:00Z')])
  })

  it.each([
    ['0 0 */2 * 1', 'cron(0 0 1/2 * ? *)', '2026-11-23T00:00:00Z', '2026-11-25T00:00:00Z'],
    ['0 0 1 * */2', 'cron(0 0 ? * 1,3,5,7 *)', '2026-12-01T00:00:00Z', '2026-11-22T00:00:00Z'],
    ['0 0 */16 * */2', 'cron(0 0 ? * 1,3,5,7 *)', '2026-12-01T00:00:00Z', '2026-12-03T00:00:00Z'],
  ])('it hands the broader day field of %j over as %j and filters the rest', (expression, aws, run, filtered) => {
    const plan = planOf(expression)
    expect(plan.awsExpressions).toEqual([aws])
    const [next] = plan.occurrencesAfter(Date.parse('2026-11-18T00:00:00Z'))
    expect(next).toBe(Date.parse(run))
    expect(plan.isOccurrence(Date.parse(run))).toBe(true)
    expect(plan.isOccurrence(Date.parse(filtered))).toBe(false)
    const broader = planOf(aws)
    expect([run, filtered].every((instant) => broader.isOccurrence(Date.parse(instant)))).toBe(true)
  })

  it.each(['0 0 30 2 *', '* * 30 2 */2', '* * 31 */2,4 6', 'cron(* * 31 6 ? *)'])(
    'it says at once whether %j ever runs',
    (expression) => {
      const started = performance.now()
      const [first] = planOf(expression).occurrencesAfter(0)
      expect(first === undefined).toBe(expression !== '* * 31 */2,4 6')
      expect(performance.now() - started).toBeLessThan(500)
    },
  )

  const list = (from: number, to: number, step = 1) =>
    Array.from({ length: (to - from) / step + 1 }, (_, i) => from + i * step).join(',')
  const long = `${list(1, 59)} ${list(0, 22)}`
  it.each([
    ['one expression', `${long} ${list(1, 19, 2)} * *`, ['cron(1-59 0-22 1-19/2 * ? *)']],
    [
      'one whose values are in disorder',
      `${long} ${list(1, 19, 2).split(',').reverse()} * *`,
      ['cron(1-59 0-22 1-19/2 * ? *)'],
    ],
    ['either of two', `${long} ${list(1, 15, 2)} * 1`, ['cron(1-59 0-22 1-15/2 * ? *)', 'cron(1-59 0-22 ? * 2 *)']],
    ['both of two', `${long} ${list(1, 15, 2)} * */2`, ['cron(1-59 0-22 ? * 1,3,5,7 *)']],
  ])('it shortens the long lists of %s until EventBridge takes them', (_, expression, aws) => {
    expect(`cron(${expression.split(' ').slice(0, 4).join(' ')} ? *)`.length).toBeGreaterThan(256)
    expect(expression.length).toBeLessThanOrEqual(256)
    expect(planOf(expression).awsExpressions).toEqual(aws)
  })

  it('it leaves lists alone that EventBridge just takes', () => {
    const days = `${long} 1,3,5,7,9,11,13,2 *`
    expect(`cron(${days} ? *)`).toHaveLength(256)
    expect(planOf(`${days} *`).awsExpressions).toEqual([`cron(${days} ? *)`])
  })

  it('it keeps the expression as it was written, without the blanks around it', () => {
    expect(planOf('  @daily ', 'Europe/Paris')).toMatchObject({
      kind: 'cron',
      source: '@daily',
      timezone: 'Europe/Paris',
    })
  })

  it('it tells the period of rate() and counts it from the anchor', () => {
    const plan = planOf('rate(90 minutes)', 'Europe/Paris')
    expect(plan).toMatchObject({ kind: 'rate', periodMs: 5_400_000 })
    const anchor = Date.parse('2026-11-21T10:00:00Z')
    const [first, second] = plan.occurrencesAfter(anchor, anchor)
    expect([first, second]).toEqual([anchor + 5_400_000, anchor + 10_800_000])
    expect(plan.isOccurrence(anchor + 5_400_000, anchor)).toBe(true)
    expect(plan.isOccurrence(anchor + 5_400_000, anchor + 1)).toBe(false)
    expect('periodMs' in planOf('@daily')).toBe(false)
  })

  it.each([
    ['', 'empty', '*/5 * * * *'],
    ['foo', '"foo"', 'five fields'],
    ['0 0 * *', '"0 0 * *"', 'five fields'],
    ['*/10 * * * * *', '6 fields', 'Seconds'],
    ['60 * * * *', 'minute field "60"', '0-59'],
    ['0 24 * * *', 'hour field "24"', '0-23'],
    ['0 0 0 * *', 'day-of-month field "0"', '1-31'],
    ['0 0 * 13 *', 'month field "13"', '1-12 or JAN-DEC'],
    ['0 0 * * 8', 'day-of-week field "8"', '0-7 or SUN-SAT'],
    ['0 0 * * MONDAY', 'day-of-week field "MONDAY"', 'SUN-SAT'],
    ['0 22-2 * * *', '"22-2" is reversed', '22-23,0-2'],
    ['0 23-0 * * *', '"23-0" is reversed', '23,0'],
    ['0 0 28-3 * *', '"28-3" is reversed', '28-31,1-3'],
    ['0 0 * NOV-FEB *', '"NOV-FEB" is reversed', '11-12,1-2'],
    ['0 0 * * FRI-MON', '"FRI-MON" is reversed', '5-6,0-1'],
    ['0 0 * * FRI-SUN', '"FRI-SUN" is reversed', '5-7'],
    ['0 0 * * 7-2', '"7-2" is reversed', '0-2'],
    ['5/10 * * * *', '"5/10"', '5-59/10'],
    ['0 0 * * MON/2', '"MON/2"', 'MON-6/2'],
    ['*/0 * * * *', 'step "0"', 'from 1'],
    ['*/-5 * * * *', '"*/-5"', '0-59'],
    ['0 0 L * *', '"L"', 'cron(0 9 L * ? *)'],
    ['0 0 15W * *', '"15W"', 'cron(0 9 L * ? *)'],
    ['0 0 ? * 1', '"?"', 'cron(0 9 L * ? *)'],
    ['0 0 * * 5#2', '"5#2"', 'cron(0 9 L * ? *)'],
    ['@reboot', '@reboot has no time to run at', '@daily'],
    ['@every 5m', '"@every 5m"', 'rate(5 minutes)'],
    ['@ @every 5m', '"@ @every 5m"', '@hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually.'],
    ['@often', '"@often"', '@hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually.'],
    ['@Daily', '"@Daily"', '@daily'],
    ['@toString', '"@toString"', '@yearly'],
    ['CRON_TZ=UTC 0 0 * * *', 'A TZ= or CRON_TZ= prefix', '"timezone"'],
    ['TZ=UTC 0 0 * * *', 'A TZ= or CRON_TZ= prefix', '"timezone"'],
    ['0 0 * * * TZ=UTC', '6 fields', 'Seconds'],
    ['0', '"0"', 'five fields'],
    ['0 0', '"0 0"', 'five fields'],
    ['0 0 *', '"0 0 *"', 'five fields'],
    ['0 0 * * 1-x', '"x" is not allowed', '0-7 or SUN-SAT'],
    ['0 0 x-5 * *', '"x" is not allowed', '1-31, *'],
    ['*/5x * * * *', 'step "5x"', 'from 1'],
    ['*/x5 * * * *', 'step "x5"', 'from 1'],
    ['0 0 * * 7-0', '"7-0" is reversed', 'write 0.'],
    ['0 0 * * 6-0', '"6-0" is reversed', 'write 6-7.'],
    ['1 cron(0 0 * * ? *)', '"1 cron(0 0 * * ? *)"', 'has 7 fields'],
    ['x * * * *', '"x" is not allowed; allowed are 0-59, *,', 'and lists.'],
    ['cron(0 0 * * * *)', '"*"', 'must be "?"'],
    ['rate(30 seconds)', 'rate(30 seconds)', 'minutes, hours or days'],
    ['at(2030-01-01)', 'at(2030-01-01)', 'yyyy-mm-ddThh:mm:ss'],
    ['Rate(5 minutes)', '"Rate(5 minutes)"', 'rate(value unit)'],
    ['0 0 * * *\n', 'U+000A', 'blanks'],
    ['0\u00a00 * * *', 'U+00A0', 'blanks'],
    ['\uff15 * * * *', 'U+FF15', 'digits'],
    ['0 0 * * \u{1f4a5}', 'U+1F4A5', 'letters'],
    [Array.from({ length: 130 }, () => 1).join(','), '259 characters', 'at most 256'],
  ])('it refuses %j, naming %j and suggesting %j', (expression, subject, suggestion) => {
    const { field, problem } = refusalOf(expression)
    expect(field).toBe('cronExpression')
    expect(problem).toContain(subject)
    expect(problem).toContain(suggestion)
  })

  it.each(['1e1', '+5', '-5', '0x5', '1.0', '1-', '-', ',', '1,', '*-5', '1-2-3', '*/2/3', '00005', '**', '5*'])(
    'it takes no %j for minutes',
    (field) => {
      expect(refusalOf(`${field} 0 * * *`).problem).toContain('minute field')
    },
  )

  it.each(['+01:00', 'utc', 'Mars/Olympus_Mons', ''])('it refuses the time zone %j by its name', (timezone) => {
    expect(refusalOf('@daily', timezone)).toMatchObject({ field: 'timezone' })
    expect(refusalOf('@daily', timezone).problem).toContain(`"${timezone}"`)
  })

  it.each([
    ['x'.repeat(80), 'x'.repeat(80)],
    ['x'.repeat(81), `${'x'.repeat(79)}…`],
  ])('it shortens %j to %j in a message', (input, shown) => {
    expect(refusalOf('@daily', input).problem).toContain(`"${shown}" is not`)
  })

  it('it keeps messages readable when the input is not', () => {
    expect(refusalOf('@daily', 'x'.repeat(10_000)).problem.length).toBeLessThan(300)
    expect(refusalOf('x'.repeat(250)).problem.length).toBeLessThan(600)
  })
})
