import { describe, expect, it } from 'vitest'
import { completeJob, deleteJob, editJob, newJob } from '../../../lambdas/domain/job/change-job.ts'
import { matches } from '../../../lambdas/domain/job/etag.ts'
import { JobDefinition } from '../../../lambdas/domain/job/job.ts'
import {
  isOver,
  jobSchedule,
  nextRunAt,
  parseScheduleName,
  scheduleName,
} from '../../../lambdas/domain/job/job-schedule.ts'
import { mergePatch } from '../../../lambdas/domain/json-merge-patch.ts'

const ID = '01JXAMPE00000000000000000K'
const NOW = Date.parse('2026-11-21T12:00:30Z')
const LATER = NOW + 3_600_000

const definition = (fields: Partial<JobDefinition> = {}) =>
  JobDefinition.parse({
    name: 'sync',
    cronExpression: '*/5 * * * *',
    targetUrl: 'https://api.example.com/sync',
    ...fields,
  })
const job = (fields: Partial<JobDefinition> = {}) =>
  newJob({ tenant: 't', plan: 'FREE', id: ID, definition: definition(fields) }, NOW)
const iso = (instants: Iterable<number>, count: number) =>
  Iterator.from(instants)
    .take(count)
    .map((instant) => new Date(instant).toISOString())
    .toArray()

describe('a new job', () => {
  it('names its schedules before they exist', () => {
    expect(job()).toMatchObject({ generation: 1, syncState: 'PENDING', schedules: [`${ID}.1`], stale: [] })
  })

  it('has two schedules for an OR expression', () => {
    expect(job({ cronExpression: '0 9 1 * 1' }).schedules).toEqual([`${ID}.1`, `${ID}.1.b`])
  })

  it('has none when it is not enabled', () => {
    expect(job({ enabled: false })).toMatchObject({ desired: 'PAUSED', schedules: [] })
  })
})

describe('an edit', () => {
  it.each([
    ['cronExpression', { cronExpression: '0 * * * *' }],
    ['timezone', { timezone: 'Europe/Paris' }],
    ['startAt', { startAt: '2027-01-01T00:00:00Z' }],
    ['endAt', { endAt: '2027-01-01T00:00:00Z' }],
    ['flexMinutes', { flexMinutes: 5 }],
    ['enabled', { enabled: false }],
  ])('of %s begins a generation whose schedules have new names', (_, fields) => {
    const edited = editJob(job(), definition(fields), LATER)
    expect(edited).toMatchObject({ version: 2, generation: 2, syncState: 'PENDING', since: LATER, stale: [`${ID}.1`] })
    expect(edited.schedules).not.toContain(`${ID}.1`)
  })

  it('that enables what has run out begins a generation', () => {
    const completed = completeJob(job(), NOW)
    expect(editJob(completed, definition(), LATER)).toMatchObject({ desired: 'ACTIVE', generation: 3 })
  })

  it('of anything else leaves the schedules alone', () => {
    const synced = { ...job(), syncState: 'SYNCED' as const }
    const edited = editJob(synced, definition({ name: 'other', timeout: 5000 }), LATER)
    expect(edited).toMatchObject({ version: 2, generation: 1, syncState: 'SYNCED', since: NOW, schedules: [`${ID}.1`] })
  })

  it('never forgets a schedule that may still exist', () => {
    const thrice = editJob(editJob(job(), definition({ flexMinutes: 1 }), LATER), definition({ flexMinutes: 2 }), LATER)
    expect(thrice).toMatchObject({ schedules: [`${ID}.3`], stale: [`${ID}.1`, `${ID}.2`] })
  })

  it('that deletes leaves a tombstone with nothing to fire', () => {
    const ended = { version: 2, generation: 2, schedules: [], stale: [`${ID}.1`], updatedAt: LATER, since: LATER }
    expect(deleteJob(job(), LATER)).toMatchObject({ ...ended, desired: 'DELETED' })
    expect(completeJob(job(), LATER)).toMatchObject({ ...ended, desired: 'COMPLETED' })
    expect(nextRunAt(deleteJob(job(), LATER), LATER)).toBeUndefined()
    expect(nextRunAt(completeJob(job(), LATER), LATER)).toBeUndefined()
  })
})

describe("a job's schedule", () => {
  it('counts rate() from the minute in which the job was made', () => {
    const schedule = jobSchedule(job({ cronExpression: 'rate(10 minutes)' }))
    expect(iso(schedule.occurrencesAfter(NOW), 2)).toEqual(['2026-11-21T12:10:00.000Z', '2026-11-21T12:20:00.000Z'])
    expect(schedule.projections(NOW)).toMatchObject([{ startAt: Date.parse('2026-11-21T12:10:00Z') }])
    // A start date in the past would be refused: a schedule that is made again begins with its next occurrence.
    expect(schedule.projections(LATER)).toMatchObject([{ startAt: Date.parse('2026-11-21T13:10:00Z') }])
  })

  it('counts rate() from startAt where there is one', () => {
    const schedule = jobSchedule(job({ cronExpression: 'rate(1 hour)', startAt: '2026-11-22T08:15:00Z' }))
    expect(iso(schedule.occurrencesAfter(NOW), 2)).toEqual(['2026-11-22T08:15:00.000Z', '2026-11-22T09:15:00.000Z'])
  })

  it('includes startAt and endAt themselves', () => {
    const schedule = jobSchedule(job({ startAt: '2026-11-21T13:00:00Z', endAt: '2026-11-21T13:10:00Z' }))
    expect(iso(schedule.occurrencesAfter(NOW), 9)).toEqual([
      '2026-11-21T13:00:00.000Z',
      '2026-11-21T13:05:00.000Z',
      '2026-11-21T13:10:00.000Z',
    ])
    expect(schedule.covers(Date.parse('2026-11-21T12:55:00Z'))).toBe(false)
    expect(schedule.covers(Date.parse('2026-11-21T13:15:00Z'))).toBe(false)
  })

  it.each([
    ['* * * * *', 0, 60],
    ['*/5 * * * *', 0, 300],
    ['0 2 * * *', 0, 3600],
    ['at(2027-01-01T08:00:00)', 0, 3600],
    ['*/5 * * * *', 30, 300 + 1800],
  ])('%s with %i flexible minutes may start %i s late', (cronExpression, flexMinutes, seconds) => {
    expect(jobSchedule(job({ cronExpression, flexMinutes })).windowSeconds).toBe(seconds)
  })

  it('takes no heed of start and end where it fires once, as EventBridge does', () => {
    const once = job({
      cronExpression: 'at(2026-11-21T13:00:00)',
      startAt: '2026-11-22T00:00:00Z',
      endAt: '2026-11-21T12:30:00Z',
    })
    const due = Date.parse('2026-11-21T13:00:00Z')
    const schedule = jobSchedule(once)
    expect(iso(schedule.occurrencesAfter(NOW), 2)).toEqual(['2026-11-21T13:00:00.000Z'])
    expect(schedule.covers(due)).toBe(true)
    expect(schedule.projections(NOW)).toEqual([
      {
        name: `${ID}.1`,
        expression: 'at(2026-11-21T13:00:00)',
        timezone: 'UTC',
        startAt: undefined,
        endAt: undefined,
        flexMinutes: 0,
        windowSeconds: 3600,
      },
    ])
    expect(jobSchedule({ ...once, since: due }).covers(due)).toBe(false)
    expect(iso(jobSchedule({ ...once, since: due }).occurrencesAfter(0), 1)).toEqual([])
  })

  it('hands EventBridge its start while that is to come, and its end', () => {
    const from = Date.parse('2026-11-21T13:00:00Z')
    const schedule = jobSchedule(
      job({ startAt: '2026-11-21T13:00:00Z', endAt: '2026-11-22T13:00:00Z', timezone: 'Europe/Paris', flexMinutes: 2 }),
    )
    const projection = {
      name: `${ID}.1`,
      expression: 'cron(*/5 * * * ? *)',
      timezone: 'Europe/Paris',
      startAt: from,
      endAt: Date.parse('2026-11-22T13:00:00Z'),
      flexMinutes: 2,
      windowSeconds: 420,
    }
    expect(schedule.projections(NOW)).toEqual([projection])
    expect(schedule.projections(from - 2)).toEqual([projection])
    expect(schedule.projections(from - 1)).toEqual([{ ...projection, startAt: undefined }])
    expect(schedule.projections(from + 86_400_000)).toEqual([])
  })

  it('covers what is planned after its generation began, start and end included', () => {
    const bounded = jobSchedule(job({ startAt: '2026-11-21T13:00:00Z', endAt: '2026-11-21T13:10:00Z' }))
    const covered = (schedule: typeof bounded, times: readonly string[]) =>
      times.filter((time) => schedule.covers(Date.parse(`2026-11-21T${time}Z`)))
    expect(covered(bounded, ['12:55:00', '13:00:00', '13:02:00', '13:10:00', '13:15:00'])).toEqual([
      '13:00:00',
      '13:10:00',
    ])
    expect(covered(jobSchedule(job()), ['12:00:00', '12:05:00', '12:05:30'])).toEqual(['12:05:00'])
    const began = jobSchedule({ ...job(), since: Date.parse('2026-11-21T12:05:00Z') })
    expect(covered(began, ['12:05:00', '12:10:00'])).toEqual(['12:10:00'])
  })

  it.each([
    ['*/5 * * * *', { endAt: '2026-11-21T12:05:00Z' }, 300],
    ['0 0 * * *', { flexMinutes: 1440 }, 86_400],
    ['rate(90 minutes)', {}, 3600],
    ['cron(0 0 1 1 ? 2020)', {}, 3600],
  ])('%s with %j may start %i s late', (cronExpression, fields, seconds) => {
    expect(jobSchedule(job({ cronExpression, ...fields })).windowSeconds).toBe(seconds)
  })

  it('hands EventBridge no end where there is none', () => {
    expect(jobSchedule(job()).projections(NOW)).toMatchObject([{ endAt: undefined, startAt: undefined }])
  })

  it('counts rate() from one period after the minute, which comes first', () => {
    const made = { ...job({ cronExpression: 'rate(10 minutes)' }), since: Date.parse('2026-11-21T12:00:00Z') }
    expect(jobSchedule(made).covers(Date.parse('2026-11-21T12:00:00Z'))).toBe(false)
    const late = { ...made, since: Date.parse('2026-11-21T12:07:59Z') }
    expect(iso(jobSchedule(late).occurrencesAfter(0), 2)).toEqual([
      '2026-11-21T12:17:00.000Z',
      '2026-11-21T12:27:00.000Z',
    ])
  })

  it('counts rate() from startAt rounded up to the minute', () => {
    const schedule = jobSchedule(job({ cronExpression: 'rate(1 hour)', startAt: '2026-11-22T08:15:00.001Z' }))
    expect(iso(schedule.occurrencesAfter(NOW), 1)).toEqual(['2026-11-22T08:16:00.000Z'])
  })

  it('that is not valid after all is a bug, and says whose', () => {
    const broken = { ...job(), definition: { ...definition(), cronExpression: 'never' } }
    expect(() => jobSchedule(broken)).toThrow(`Job ${ID} has a schedule that is not valid: "never" is no schedule`)
  })

  it('is over only when nothing of it can still arrive', () => {
    const once = job({ cronExpression: 'at(2026-11-21T13:00:00)' })
    const due = Date.parse('2026-11-21T13:00:00Z')
    expect(nextRunAt(once, due)).toBeUndefined()
    expect(isOver(once, due + 3_599_000)).toBe(false)
    expect(isOver(once, due + 3_600_000)).toBe(true)
    expect(jobSchedule(once).projections(due)).toEqual([])
  })

  it('has names that can be read back', () => {
    expect(parseScheduleName(scheduleName(ID, 12, 1))).toEqual({ jobId: ID, generation: 12 })
    expect(scheduleName(ID, 12)).toBe(`${ID}.12`)
    expect(parseScheduleName(scheduleName(ID, 12))).toEqual({ jobId: ID, generation: 12 })
    for (const name of ['sweeper', ID, `${ID}.x`, `${ID}.1.c`, `${ID}.1.b.b`, `0${ID}.1`, `${ID}.1.bb`, `${ID}.`])
      expect(parseScheduleName(name)).toBeUndefined()
  })
})

describe('If-Match', () => {
  it.each([
    [undefined, true],
    ['*', true],
    ['"3"', true],
    ['"1", "3"', true],
    ['"1", *', true],
    ['"2"', false],
    ['W/"3"', false],
    ['3', false],
    ['', false],
  ])('%j lets version 3 be changed: %s', (ifMatch, expected) => {
    expect(matches(ifMatch, 3)).toBe(expected)
  })
})

describe('a JSON merge patch', () => {
  // RFC 7396, appendix A.
  it.each([
    ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
    ['{"a":"b"}', '{"a":null}', '{}'],
    ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
    ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
    ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
    ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
    ['{"a":{"b":{"c":1},"d":2}}', '{"a":{"b":{"c":null}}}', '{"a":{"b":{},"d":2}}'],
    ['null', '{"a":1}', '{"a":1}'],
    ['"text"', '{"a":1}', '{"a":1}'],
    ['{}', '{"__proto__":{"a":1}}', '{"__proto__":{"a":1}}'],
    ['["a","b"]', '["c","d"]', '["c","d"]'],
    ['{"a":"b"}', '["c"]', '["c"]'],
    ['{"a":"foo"}', 'null', 'null'],
    ['{"a":"foo"}', '"bar"', '"bar"'],
    ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
    ['[1,2]', '{"a":"b","c":null}', '{"a":"b"}'],
    ['{}', '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
  ])('makes %s and %s into %s', (target, patch, result) => {
    expect(mergePatch(JSON.parse(target), JSON.parse(patch))).toEqual(JSON.parse(result))
  })
})
