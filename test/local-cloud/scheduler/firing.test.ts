import { describe, expect, it } from 'vitest'
import { queueArn, SchedulerBench, target } from './scheduler-harness.ts'

describe('LocalScheduler, firing', () => {
  it('invokes the target at the planned instant, with the context attributes filled in', async () => {
    const bench = new SchedulerBench('2026-03-01T10:59:59.500Z')
    const Input =
      '{"at":"<aws.scheduler.scheduled-time>","of":"<aws.scheduler.schedule-arn>","id":"<aws.scheduler.execution-id>","try":"<aws.scheduler.attempt-number>","not":"<aws.scheduler.other>"}'
    await bench.create('hourly', { Target: target({ Input }) })
    await bench.moveTo('2026-03-01T11:00:00.000Z')
    expect(bench.invocations).toHaveLength(1)
    const [{ atMs, input, context }] = bench.invocations as [(typeof bench.invocations)[0]]
    expect(new Date(atMs).toISOString()).toBe('2026-03-01T11:00:00.000Z')
    expect(JSON.parse(input)).toEqual({
      at: '2026-03-01T11:00:00Z',
      of: 'arn:aws:scheduler:eu-west-1:111122223333:schedule/default/hourly',
      id: context.executionId,
      try: '1',
      not: '<aws.scheduler.other>',
    })
    expect(context.executionId).toMatch(/^[0-9a-f]{16}$/)
  })

  it("sends the service's default event where the target has no Input", async () => {
    const bench = new SchedulerBench('2026-03-01T10:30:00Z')
    await bench.create('hourly', { Target: target({ Input: undefined }) })
    await bench.moveTo('2026-03-01T11:00:00Z')
    expect(JSON.parse(bench.invocations[0]!.input)).toMatchObject({
      source: 'aws.scheduler',
      'detail-type': 'Scheduled Event',
      time: '2026-03-01T11:00:00Z',
      resources: ['arn:aws:scheduler:eu-west-1:111122223333:schedule/default/hourly'],
    })
  })

  const clockChanges = [
    {
      what: 'skips 02:30 in Paris on the night the clocks go forward',
      zone: 'Europe/Paris',
      expression: 'cron(30 2 * * ? *)',
      from: '2026-03-27T12:00:00Z',
      to: '2026-03-30T12:00:00Z',
      times: ['2026-03-28T01:30:00Z', '2026-03-30T00:30:00Z'],
    },
    {
      what: 'fires 02:30 in Paris once, at its first pass, on the night the clocks go back',
      zone: 'Europe/Paris',
      expression: 'cron(30 2 * * ? *)',
      from: '2026-10-24T12:00:00Z',
      to: '2026-10-26T12:00:00Z',
      times: ['2026-10-25T00:30:00Z', '2026-10-26T01:30:00Z'],
    },
    {
      what: 'skips 02:15 on Lord Howe Island, whose clocks go forward by half an hour',
      zone: 'Australia/Lord_Howe',
      expression: 'cron(15 2 * * ? *)',
      from: '2026-10-02T20:00:00Z',
      to: '2026-10-05T00:00:00Z',
      times: ['2026-10-04T15:15:00Z'],
    },
    {
      what: 'fires 01:45 on Lord Howe Island once, at its first pass, when its clocks go back by half an hour',
      zone: 'Australia/Lord_Howe',
      expression: 'cron(45 1 * * ? *)',
      from: '2026-04-04T00:00:00Z',
      to: '2026-04-06T00:00:00Z',
      times: ['2026-04-04T14:45:00Z', '2026-04-05T15:15:00Z'],
    },
    {
      what: 'counts rate(1 day) as 24 hours across a clock change',
      zone: 'Europe/Paris',
      expression: 'rate(1 day)',
      StartDate: '2026-03-28T01:30:00Z',
      from: '2026-03-27T12:00:00Z',
      to: '2026-03-30T12:00:00Z',
      times: ['2026-03-28T01:30:00Z', '2026-03-29T01:30:00Z', '2026-03-30T01:30:00Z'],
    },
    {
      what: 'fires at() in its time zone, once',
      zone: 'America/Chicago',
      expression: 'at(2026-07-01T08:30:15)',
      from: '2026-06-30T00:00:00Z',
      to: '2026-07-03T00:00:00Z',
      times: ['2026-07-01T13:30:15Z'],
    },
  ]
  it.each(clockChanges)('$what', async ({ zone, expression, from, to, times, StartDate }) => {
    const bench = new SchedulerBench(from)
    await bench.create('local-time', {
      ScheduleExpression: expression,
      ScheduleExpressionTimezone: zone,
      StartDate,
    })
    await bench.moveTo(to)
    expect(bench.scheduledTimes).toEqual(times)
    expect(bench.invocations.map(({ atMs }) => atMs)).toEqual(times.map((time) => Date.parse(time)))
  })

  it('crosses a year of a daily job in Paris with one invocation a day, at 09:00 there', async () => {
    const bench = new SchedulerBench('2026-01-01T00:00:00Z')
    await bench.create('daily', {
      ScheduleExpression: 'cron(0 9 * * ? *)',
      ScheduleExpressionTimezone: 'Europe/Paris',
    })
    await bench.moveTo('2027-01-01T00:00:00Z')
    expect(bench.scheduledTimes).toHaveLength(365)
    const paris = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Paris', hour: '2-digit', minute: '2-digit' })
    expect(new Set(bench.scheduledTimes.map((time) => paris.format(new Date(time))))).toEqual(new Set(['09:00']))
  })

  it('keeps to StartDate and EndDate, and fires on both when they are occurrences', async () => {
    const bench = new SchedulerBench('2026-03-01T00:30:00Z')
    await bench.create('bounded', { StartDate: '2026-03-01T02:00:00Z', EndDate: '2026-03-01T04:00:00Z' })
    await bench.moveTo('2026-03-01T12:00:00Z')
    expect(bench.scheduledTimes).toEqual(['02', '03', '04'].map((hour) => `2026-03-01T${hour}:00:00Z`))
    expect(await bench.exists('bounded')).toBe(true)
  })

  it('ignores StartDate and EndDate of a one-time schedule', async () => {
    const bench = new SchedulerBench('2026-03-01T00:00:00Z')
    await bench.create('once', {
      ScheduleExpression: 'at(2026-03-01T01:00:00)',
      StartDate: '2020-01-01T00:00:00Z',
      EndDate: '2020-01-02T00:00:00Z',
    })
    await bench.moveTo('2026-03-02T00:00:00Z')
    expect(bench.scheduledTimes).toEqual(['2026-03-01T01:00:00Z'])
  })

  it('fires a rate without StartDate at once and then every period', async () => {
    const bench = new SchedulerBench('2026-03-01T10:00:07.400Z')
    await bench.create('rate', { ScheduleExpression: 'rate(10 minutes)' })
    await bench.moveTo('2026-03-01T10:25:00Z')
    expect(bench.scheduledTimes).toEqual(['2026-03-01T10:00:07Z', '2026-03-01T10:10:07Z', '2026-03-01T10:20:07Z'])
    expect(bench.invocations[0]?.atMs).toBe(Date.parse('2026-03-01T10:00:07.400Z'))
  })

  it('takes the next whole minute for the seconds in the StartDate of a rate', async () => {
    const bench = new SchedulerBench('2026-03-01T10:00:00Z')
    await bench.create('rate', { ScheduleExpression: 'rate(5 minutes)', StartDate: '2026-03-01T10:01:30Z' })
    await bench.moveTo('2026-03-01T10:08:00Z')
    expect(bench.scheduledTimes).toEqual(['2026-03-01T10:02:00Z', '2026-03-01T10:07:00Z'])
  })

  it('spreads invocations over the flexible window and leaves the scheduled time as planned', async () => {
    const bench = new SchedulerBench('2026-03-01T00:30:00Z')
    await bench.create('flexible', { FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 } })
    await bench.moveTo('2026-03-03T00:30:00Z')
    expect(bench.invocations).toHaveLength(48)
    const delays = bench.invocations.map(({ atMs, context }) => atMs - Date.parse(context.scheduledTime))
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...delays)).toBeLessThan(15 * 60_000)
    expect(new Set(delays).size).toBeGreaterThan(40)
    expect(Math.max(...delays) - Math.min(...delays)).toBeGreaterThan(7 * 60_000)
  })

  it('fires each occurrence once, in order and within its window, where windows are longer than the period', async () => {
    const bench = new SchedulerBench('2026-03-01T00:00:30Z')
    await bench.create('overlapping', {
      ScheduleExpression: 'cron(* * * * ? *)',
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 10 },
    })
    await bench.moveTo('2026-03-01T01:00:30Z')
    const sorted = [...bench.scheduledTimes].sort()
    expect(bench.scheduledTimes).toEqual(sorted)
    expect(new Set(sorted).size).toBe(sorted.length)
    expect(sorted.length).toBeGreaterThanOrEqual(50)
    for (const { atMs, context } of bench.invocations)
      expect(atMs - Date.parse(context.scheduledTime)).toBeLessThan(10 * 60_000)
  })

  it('does not fire while disabled, nor afterwards what was due meanwhile', async () => {
    const bench = new SchedulerBench('2026-03-01T00:30:00Z')
    await bench.create('paused', { State: 'DISABLED' })
    await bench.moveTo('2026-03-01T03:30:00Z')
    expect(bench.invocations).toHaveLength(0)
    const update = { ScheduleExpression: 'cron(0 * * * ? *)', FlexibleTimeWindow: { Mode: 'OFF' }, Target: target() }
    await bench.call('PUT', '/schedules/paused', { ...update, State: 'ENABLED' })
    await bench.moveTo('2026-03-01T04:30:00Z')
    expect(bench.scheduledTimes).toEqual(['2026-03-01T04:00:00Z'])
  })

  it('goes by the new expression after an update', async () => {
    const bench = new SchedulerBench('2026-03-01T00:30:00Z')
    await bench.create('edited')
    await bench.call('PUT', '/schedules/edited', {
      ScheduleExpression: 'cron(45 * * * ? *)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: target(),
    })
    await bench.moveTo('2026-03-01T02:00:00Z')
    expect(bench.scheduledTimes).toEqual(['2026-03-01T00:45:00Z', '2026-03-01T01:45:00Z'])
  })

  it('fires nothing more of a deleted schedule, and nothing from before its creation once recreated', async () => {
    const bench = new SchedulerBench('2026-03-01T00:30:00Z')
    await bench.create('gone')
    await bench.moveTo('2026-03-01T01:30:00Z')
    await bench.call('DELETE', '/schedules/gone')
    await bench.moveTo('2026-03-01T03:30:00Z')
    await bench.create('gone')
    await bench.moveTo('2026-03-01T04:30:00Z')
    expect(bench.scheduledTimes).toEqual(['2026-03-01T01:00:00Z', '2026-03-01T04:00:00Z'])
  })

  it('never fires a one-time schedule whose time was past when it was created', async () => {
    const bench = new SchedulerBench('2026-03-01T00:30:00Z')
    await bench.create('late', { ScheduleExpression: 'at(2026-03-01T00:29:59)' })
    await bench.moveTo('2026-03-02T00:00:00Z')
    expect(bench.invocations).toHaveLength(0)
    expect(await bench.exists('late')).toBe(true)
  })

  it('deletes a schedule at once that has nothing to fire and asks to be deleted', async () => {
    const bench = new SchedulerBench('2026-03-01T00:30:00Z')
    const ActionAfterCompletion = 'DELETE'
    await bench.create('late', { ScheduleExpression: 'at(2026-03-01T00:29:59)', ActionAfterCompletion })
    await bench.create('disabled', { State: 'DISABLED', ActionAfterCompletion })
    expect([await bench.exists('late'), await bench.exists('disabled')]).toEqual([false, true])
  })

  it('deletes a schedule that completed only if it asks for that', async () => {
    const bench = new SchedulerBench('2026-03-01T00:30:00Z')
    const ScheduleExpression = 'at(2026-03-01T01:00:00)'
    await bench.create('kept', { ScheduleExpression })
    await bench.create('deleted', { ScheduleExpression, ActionAfterCompletion: 'DELETE' })
    await bench.create('ended', { EndDate: '2026-03-01T01:00:00Z', ActionAfterCompletion: 'DELETE' })
    await bench.moveTo('2026-03-01T00:59:59Z')
    expect([await bench.exists('kept'), await bench.exists('deleted'), await bench.exists('ended')]).toEqual([
      true,
      true,
      true,
    ])
    await bench.moveTo('2026-03-01T01:00:00Z')
    expect([await bench.exists('kept'), await bench.exists('deleted'), await bench.exists('ended')]).toEqual([
      true,
      false,
      false,
    ])
    expect(bench.invocations).toHaveLength(3)
  })

  it('fires 10,000 schedules that are due at once, each once, at most 200 at a time', async () => {
    const bench = new SchedulerBench('2026-03-01T00:30:00Z')
    for (let index = 0; index < 10_000; index++) await bench.create(`job-${index}`)
    let underWay = 0
    let mostUnderWay = 0
    bench.answer = async () => {
      mostUnderWay = Math.max(mostUnderWay, ++underWay)
      await new Promise(setImmediate)
      underWay--
      return { ok: true }
    }
    const begun = performance.now()
    await bench.moveTo('2026-03-01T01:00:00Z')
    const tookMs = performance.now() - begun
    expect(new Set(bench.invocations.map(({ context }) => context.scheduleArn)).size).toBe(10_000)
    expect(bench.invocations).toHaveLength(10_000)
    expect(mostUnderWay).toBe(200)
    expect(tookMs).toBeLessThan(5000)
  })
})

describe('LocalScheduler, targets that fail', () => {
  const throttled = {
    ok: false,
    errorCode: 'TooManyRequestsException',
    message: 'Rate exceeded',
    retryable: true,
  } as const

  it('retries with growing pauses until the target accepts', async () => {
    const bench = new SchedulerBench('2026-03-01T00:30:00Z')
    await bench.create('flaky', { ScheduleExpression: 'at(2026-03-01T01:00:00)', ActionAfterCompletion: 'DELETE' })
    bench.answer = ({ context }) => (context.attemptNumber <= 3 ? throttled : { ok: true })
    await bench.moveTo('2026-03-01T02:00:00Z')
    expect(bench.invocations.map(({ atMs }) => new Date(atMs).toISOString().slice(11, 19))).toEqual([
      '01:00:00',
      '01:00:01',
      '01:00:03',
      '01:00:07',
    ])
    expect(bench.invocations.map(({ context }) => context.attemptNumber)).toEqual([1, 2, 3, 4])
    expect(new Set(bench.invocations.map(({ context }) => context.executionId)).size).toBe(4)
    expect(new Set(bench.scheduledTimes)).toEqual(new Set(['2026-03-01T01:00:00Z']))
    expect(bench.deadLetters).toEqual([])
    expect(await bench.exists('flaky')).toBe(false)
  })

  it('sends to the dead-letter queue what MaximumRetryAttempts did not bring through', async () => {
    const bench = new SchedulerBench('2026-03-01T00:30:00Z')
    bench.answer = () => throttled
    await bench.create('failing', { ScheduleExpression: 'at(2026-03-01T01:00:00)', ActionAfterCompletion: 'DELETE' })
    await bench.moveTo('2026-03-01T01:00:02Z')
    expect(await bench.exists('failing')).toBe(true)
    await bench.moveTo('2026-03-01T02:00:00Z')
    expect(bench.invocations).toHaveLength(4)
    expect(bench.deadLetters).toEqual([
      {
        queueArn,
        body: '{"plannedAt":"2026-03-01T01:00:00Z"}',
        attributes: {
          ERROR_CODE: 'TooManyRequestsException',
          ERROR_MESSAGE: 'Rate exceeded',
          EXECUTION_ID: bench.invocations[3]?.context.executionId,
          EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
          IS_PAYLOAD_TRUNCATED: 'false',
          RETRY_ATTEMPTS: '3',
          SCHEDULED_TIME: '2026-03-01T01:00:00Z',
          SCHEDULE_ARN: 'arn:aws:scheduler:eu-west-1:111122223333:schedule/default/failing',
          TARGET_ARN: 'arn:aws:lambda:eu-west-1:111122223333:function:executor',
        },
      },
    ])
    expect(await bench.exists('failing')).toBe(false)
  })

  it('gives up when the event is too old, after a last attempt at that age', async () => {
    const bench = new SchedulerBench('2026-03-01T00:30:00Z')
    bench.answer = () => throttled
    const RetryPolicy = { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 60 }
    await bench.create('failing', { ScheduleExpression: 'at(2026-03-01T01:00:00)', Target: target({ RetryPolicy }) })
    await bench.moveTo('2026-03-01T02:00:00Z')
    expect(bench.invocations.map(({ atMs }) => (atMs - Date.parse('2026-03-01T01:00:00Z')) / 1000)).toEqual([
      0, 1, 3, 7, 15, 31, 60,
    ])
    expect(bench.deadLetters[0]?.attributes).toMatchObject({
      EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds',
      RETRY_ATTEMPTS: '6',
    })
  })

  it("fits the service's default of 185 retries into its default of 24 hours", async () => {
    const bench = new SchedulerBench('2026-03-01T00:30:00Z')
    bench.answer = () => throttled
    await bench.create('failing', {
      ScheduleExpression: 'at(2026-03-01T01:00:00)',
      Target: target({ RetryPolicy: undefined }),
    })
    await bench.moveTo('2026-03-03T00:00:00Z')
    expect(bench.invocations).toHaveLength(186)
    expect(bench.deadLetters[0]?.attributes.EXHAUSTED_RETRY_CONDITION).toBe('MaximumRetryAttempts')
  })

  it('does not retry what no retry can mend', async () => {
    const bench = new SchedulerBench('2026-03-01T00:30:00Z')
    bench.answer = () => ({ ...throttled, errorCode: 'ResourceNotFoundException', retryable: false })
    await bench.create('orphan')
    await bench.moveTo('2026-03-01T01:30:00Z')
    expect(bench.invocations).toHaveLength(1)
    expect(bench.deadLetters[0]?.attributes).toMatchObject({
      ERROR_CODE: 'ResourceNotFoundException',
      RETRY_ATTEMPTS: '0',
    })
    expect(bench.deadLetters[0]?.attributes).not.toHaveProperty('EXHAUSTED_RETRY_CONDITION')
  })

  it('takes an exception of the target for an error that may pass', async () => {
    const bench = new SchedulerBench('2026-03-01T00:30:00Z')
    bench.answer = ({ context }) => {
      if (context.attemptNumber === 1) throw new Error('connection reset')
      return { ok: true }
    }
    await bench.create('flaky')
    await bench.moveTo('2026-03-01T01:30:00Z')
    expect(bench.invocations.map(({ context }) => context.attemptNumber)).toEqual([2])
    expect(bench.logged.join()).toContain('connection reset')
  })

  it('logs what it gives up where there is no dead-letter queue', async () => {
    const bench = new SchedulerBench('2026-03-01T00:30:00Z')
    bench.answer = () => ({ ...throttled, retryable: false })
    await bench.create('unwatched', { Target: target({ DeadLetterConfig: undefined }) })
    await bench.moveTo('2026-03-01T01:30:00Z')
    expect(bench.logged).toHaveLength(1)
    expect(bench.logged[0]).toContain('there is no dead-letter queue')
    await bench.moveTo('2026-03-01T02:30:00Z')
    expect(bench.logged).toHaveLength(2)
  })

  it('keeps a dead letter until the queue takes it, across a restart too', async () => {
    let isQueueDown = true
    const taken: string[] = []
    const bench = new SchedulerBench('2026-03-01T00:30:00Z', {
      sendToDeadLetter: async (_arn, body) => {
        if (isQueueDown) throw new Error('queue is down')
        taken.push(body)
      },
    })
    bench.answer = () => ({ ...throttled, retryable: false })
    await bench.create('failing', { ScheduleExpression: 'at(2026-03-01T01:00:00)' })
    await bench.moveTo('2026-03-01T01:10:00Z')
    await bench.scheduler.close()
    isQueueDown = false
    await bench.startAt('2026-03-01T01:10:00Z')
    await bench.moveTo('2026-03-01T02:00:00Z')
    expect(taken).toEqual(['{"plannedAt":"2026-03-01T01:00:00Z"}'])
    expect(bench.invocations).toHaveLength(1)
  })

  it('drops the retries of a schedule that is deleted meanwhile', async () => {
    const bench = new SchedulerBench('2026-03-01T00:30:00Z')
    bench.answer = () => throttled
    await bench.create('failing')
    await bench.moveTo('2026-03-01T01:00:02Z')
    await bench.call('DELETE', '/schedules/failing')
    await bench.moveTo('2026-03-01T03:00:00Z')
    expect(bench.invocations).toHaveLength(2)
    expect(bench.deadLetters).toEqual([])
  })

  it('records nothing for a schedule that was deleted while its target was being invoked', async () => {
    const bench = new SchedulerBench('2026-03-01T00:30:00Z')
    bench.answer = async () => {
      await bench.call('DELETE', '/schedules/failing')
      return throttled
    }
    await bench.create('failing')
    await bench.moveTo('2026-03-01T03:00:00Z')
    expect(bench.invocations).toHaveLength(1)
    for (const map of ['scheduler_schedules', 'scheduler_progress', 'scheduler_deliveries'])
      expect([...bench.store.map(map).entries()]).toEqual([])
  })
})
