import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../../local/clock.ts'
import { DurableStore } from '../../../local/durable-store.ts'
import { LocalScheduler } from '../../../local/scheduler/local-scheduler.ts'
import { place, SchedulerBench, schedule, target } from './scheduler-harness.ts'

describe('LocalScheduler, after a restart', () => {
  it('goes on where it stopped, with nothing lost and nothing twice', async () => {
    const bench = new SchedulerBench('2026-03-01T00:30:00Z')
    await bench.create('hourly')
    await bench.moveTo('2026-03-01T02:00:00Z')
    await bench.scheduler.close()
    await bench.startAt('2026-03-01T02:00:01Z')
    await bench.moveTo('2026-03-01T03:00:00Z')
    expect(bench.scheduledTimes).toEqual(['2026-03-01T01:00:00Z', '2026-03-01T02:00:00Z', '2026-03-01T03:00:00Z'])
  })

  it('delivers late what is young enough and dead-letters the rest, so that none vanishes', async () => {
    const bench = new SchedulerBench('2026-03-01T00:30:00Z')
    await bench.create('hourly')
    await bench.moveTo('2026-03-01T01:30:00Z')
    bench.crash()
    await bench.startAt('2026-03-01T05:30:00Z')
    expect(bench.scheduledTimes).toEqual(['2026-03-01T01:00:00Z', '2026-03-01T05:00:00Z'])
    expect(bench.deadLetters.map(({ attributes }) => attributes.SCHEDULED_TIME)).toEqual([
      '2026-03-01T02:00:00Z',
      '2026-03-01T03:00:00Z',
      '2026-03-01T04:00:00Z',
    ])
    for (const { attributes, body } of bench.deadLetters) {
      expect(attributes).toMatchObject({
        EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds',
        RETRY_ATTEMPTS: '0',
        ERROR_CODE: 'EventExpired',
      })
      expect(JSON.parse(body)).toEqual({ plannedAt: attributes.SCHEDULED_TIME })
    }
    await bench.moveTo('2026-03-01T06:00:00Z')
    expect(bench.scheduledTimes.at(-1)).toBe('2026-03-01T06:00:00Z')
  })

  it('logs what is too old where there is no dead-letter queue', async () => {
    const bench = new SchedulerBench('2026-03-01T00:30:00Z')
    await bench.create('hourly', { Target: target({ DeadLetterConfig: undefined }) })
    bench.crash()
    await bench.startAt('2026-03-01T02:30:00Z')
    expect(bench.scheduledTimes).toEqual(['2026-03-01T02:00:00Z'])
    expect(bench.logged).toHaveLength(1)
    expect(bench.logged[0]).toContain('2026-03-01T01:00:00.000Z')
  })

  it('catches up on long downtimes of many schedules in order of time', async () => {
    const bench = new SchedulerBench('2026-03-01T00:30:00Z')
    const patient = target({ RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 86_400 } })
    for (let index = 0; index < 20; index++)
      await bench.create(`minutely-${index}`, { ScheduleExpression: 'cron(* * * * ? *)', Target: patient })
    bench.crash()
    await bench.startAt('2026-03-01T12:30:00Z')
    expect(bench.invocations).toHaveLength(20 * 720)
    expect(bench.scheduledTimes).toEqual([...bench.scheduledTimes].sort())
  })

  it('repeats a delivery that a crash cut short', async () => {
    const bench = new SchedulerBench('2026-03-01T00:30:00Z')
    await bench.create('once', { ScheduleExpression: 'at(2026-03-01T01:00:00)', ActionAfterCompletion: 'DELETE' })
    const reached = new Promise<void>((resolve) => {
      bench.answer = () => {
        resolve()
        return new Promise(() => {})
      }
    })
    void bench.moveTo('2026-03-01T01:00:00Z')
    await reached
    bench.crash()
    bench.answer = () => ({ ok: true })
    await bench.startAt('2026-03-01T01:00:05Z')
    expect(bench.scheduledTimes).toEqual(['2026-03-01T01:00:00Z'])
    expect(await bench.exists('once')).toBe(false)
  })

  it('goes on with retries, at their time and with their count', async () => {
    const bench = new SchedulerBench('2026-03-01T00:30:00Z')
    bench.answer = () => ({ ok: false, errorCode: 'ServiceException', message: 'try later', retryable: true })
    await bench.create('failing')
    await bench.moveTo('2026-03-01T01:00:02Z')
    bench.crash()
    await bench.startAt('2026-03-01T01:00:02.500Z')
    expect(bench.invocations).toHaveLength(2)
    await bench.moveTo('2026-03-01T01:00:03Z')
    expect(bench.invocations.map(({ context }) => context.attemptNumber)).toEqual([1, 2, 3])
  })

  it('gives up a retry whose event grew too old meanwhile, with the error it had', async () => {
    const bench = new SchedulerBench('2026-03-01T00:30:00Z')
    bench.answer = () => ({ ok: false, errorCode: 'ServiceException', message: 'try later', retryable: true })
    await bench.create('failing', { ScheduleExpression: 'at(2026-03-01T01:00:00)' })
    await bench.moveTo('2026-03-01T01:00:02Z')
    bench.crash()
    await bench.startAt('2026-03-01T09:00:00Z')
    expect(bench.invocations).toHaveLength(2)
    expect(bench.deadLetters[0]?.attributes).toMatchObject({
      ERROR_CODE: 'ServiceException',
      RETRY_ATTEMPTS: '1',
      EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds',
    })
  })

  it('does not invoke a target again whose dead letter a crash kept from the queue', async () => {
    const taken: string[] = []
    let send: (body: string) => Promise<void> = () => new Promise(() => {})
    const reached = Promise.withResolvers<void>()
    const bench = new SchedulerBench('2026-03-01T00:30:00Z', {
      sendToDeadLetter: (_arn, body) => {
        reached.resolve()
        return send(body)
      },
    })
    bench.answer = () => ({ ok: false, errorCode: 'ResourceNotFoundException', message: 'gone', retryable: false })
    await bench.create('failing', { ScheduleExpression: 'at(2026-03-01T01:00:00)' })
    void bench.moveTo('2026-03-01T01:00:00Z')
    await reached.promise
    bench.crash()
    send = async (body) => {
      taken.push(body)
    }
    await bench.startAt('2026-03-01T01:00:05Z')
    expect(bench.invocations).toHaveLength(1)
    expect(taken).toEqual(['{"plannedAt":"2026-03-01T01:00:00Z"}'])
  })

  it('keeps to the same instant of a flexible window', async () => {
    const FlexibleTimeWindow = { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 50 }
    const bench = new SchedulerBench('2026-03-01T00:30:00Z')
    await bench.create('flexible', { FlexibleTimeWindow })
    for (let minute = 0; minute < 12 * 60; minute += 7) {
      bench.crash()
      const at = new Date(Date.parse('2026-03-01T01:00:00Z') + minute * 60_000).toISOString()
      await bench.startAt(at)
    }
    await bench.moveTo('2026-03-01T13:00:00Z')
    const hours = Array.from({ length: 12 }, (_, index) => String(index + 1).padStart(2, '0'))
    expect(bench.scheduledTimes.slice(0, 12)).toEqual(hours.map((hour) => `2026-03-01T${hour}:00:00Z`))
    expect(new Set(bench.scheduledTimes).size).toBe(bench.scheduledTimes.length)
  })

  it('deletes a completed schedule if a crash came between its last delivery and its deletion', async () => {
    const bench = new SchedulerBench('2026-03-01T00:30:00Z')
    await bench.create('once', { ScheduleExpression: 'at(2026-03-01T01:00:00)', ActionAfterCompletion: 'DELETE' })
    const records = bench.store.map('scheduler_schedules')
    const record = records.get('default/once')
    await bench.moveTo('2026-03-01T01:00:00Z')
    records.set('default/once', record)
    const { id } = record as { id: string }
    bench.store.map('scheduler_progress').set(id, Date.parse('2026-03-01T01:00:00Z'))
    bench.crash()
    await bench.startAt('2026-03-01T01:00:01Z')
    expect(bench.invocations).toHaveLength(1)
    expect(await bench.exists('once')).toBe(false)
  })

  it('finds schedules, groups and tags again in the file of an earlier process', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'scheduler-'))
    try {
      const open = () => {
        const store = DurableStore.inFolder(folder, 'scheduler')
        const clock = new ManualClock(Date.parse('2026-03-01T00:00:00Z'))
        const scheduler = new LocalScheduler({
          ...place,
          store,
          clock,
          invoke: async () => ({ ok: true }),
          sendToDeadLetter: async () => {},
        })
        const call = async (method: string, path: string, body: unknown = {}) => {
          const response = await scheduler.handle({
            method,
            path,
            query: new URLSearchParams(),
            headers: {},
            body: new TextEncoder().encode(JSON.stringify(body)),
          })
          return JSON.parse(String(response.body))
        }
        return { store, call }
      }
      const first = open()
      await first.call('POST', '/schedule-groups/team', { Tags: [{ Key: 'stage', Value: 'test' }] })
      await first.call('POST', '/schedules/hourly', { ...schedule(), GroupName: 'team', Description: 'kept' })
      const before = await first.call('GET', '/schedules')
      first.store.close()
      const second = open()
      expect(await second.call('GET', '/schedules')).toEqual(before)
      expect(before.Schedules).toHaveLength(1)
      expect(await second.call('GET', '/tags/arn:aws:scheduler:eu-west-1:111122223333:schedule-group/team')).toEqual({
        Tags: [{ Key: 'stage', Value: 'test' }],
      })
      second.store.close()
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
