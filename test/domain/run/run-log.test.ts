import { describe, expect, it } from 'vitest'
import type { Run } from '../../../lambdas/domain/run/run.ts'
import { manualRunId, occurrenceRunId } from '../../../lambdas/domain/run/run-id.ts'
import { runLogFields } from '../../../lambdas/domain/run/run-log.ts'

const JOB = '01JXAMPE00000000000000000J'
const PLANNED = Date.parse('2026-11-21T12:00:00Z')

const run = (fields: Partial<Run> = {}): Run => ({
  tenant: 'tenant-1',
  id: occurrenceRunId(JOB, PLANNED),
  jobName: 'sync',
  status: 'SUCCEEDED',
  startedAt: PLANNED + 1500,
  finishedAt: PLANNED + 1750,
  reason: null,
  attempts: [],
  request: null,
  response: null,
  expiresAt: PLANNED + 86_400_000,
  ...fields,
})

const answered = {
  number: 1,
  startedAt: PLANNED + 1500,
  httpStatus: 503,
  reason: null,
  timings: { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, downloadMs: null, totalMs: 250 },
}

const logged = (fields: Partial<Run>, flexMinutes = 0) =>
  runLogFields(run(fields), { stage: 'test', now: PLANNED + 1750, flexMinutes })

const metricNames = (line: Readonly<Record<string, unknown>>) =>
  [...JSON.stringify(line).matchAll(/"Name":"(\w+)"/g)].map(([, name]) => name)

describe('the log line of a run', () => {
  it('says what happened, and names the job, but neither target nor response', () => {
    expect(
      logged({ status: 'FAILED', reason: { code: 'TIMEOUT', message: 'no answer', hint: null }, attempts: [answered] }),
    ).toMatchObject({
      run: occurrenceRunId(JOB, PLANNED),
      tenant: 'tenant-1',
      jobName: 'sync',
      status: 'FAILED',
      httpStatus: 503,
      reason: 'TIMEOUT',
    })
    expect(
      JSON.stringify(logged({ request: { method: 'GET', url: 'https://api.example.com/private', headers: {} } })),
    ).not.toContain('example.com')
  })

  it('measures how late and how long the run was', () => {
    expect(logged({})).toMatchObject({ Stage: 'test', Runs: 1, StartLateness: 1500, RunDuration: 250 })
  })

  it('says each fact once, because logs are paid for by the byte', () => {
    const line = JSON.stringify({ level: 'info', message: 'run', ...logged({ attempts: [answered] }) })
    expect(line.split(JOB)).toHaveLength(2)
    expect(line.length).toBeLessThan(460)
  })

  it.each(['FAILED', 'TIMED_OUT', 'LOST'] as const)('counts %s as failed', (status) => {
    expect(logged({ status })).toMatchObject({ Runs: 1, FailedRuns: 1 })
  })

  it.each(['SUCCEEDED', 'SKIPPED', 'MISSED', 'UNDELIVERED', 'CANCELLED'] as const)(
    'does not count %s as failed',
    (status) => {
      expect(metricNames(logged({ status }))).not.toContain('FailedRuns')
      expect(logged({ status })).toMatchObject({ Runs: 1 })
    },
  )

  it.each([
    [0, 600_000, 600_000],
    [15, 600_000, 0],
    [15, 900_500, 500],
  ])(
    'takes a start within a flexible window of %i minutes for in time: %i ms after the planned instant are %i late',
    (flexMinutes, afterMs, lateMs) => {
      expect(logged({ startedAt: PLANNED + afterMs }, flexMinutes)).toMatchObject({ StartLateness: lateMs })
    },
  )

  it('says how long its attempts waited for their host, where they did', () => {
    const timings = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, downloadMs: null, totalMs: null }
    const attempt = { number: 1, startedAt: PLANNED, httpStatus: 503, reason: null, timings }
    const waiting = logged({ attempts: [{ ...attempt, waitedMs: 1200 }, attempt, { ...attempt, waitedMs: 300 }] })
    expect(waiting).toMatchObject({ HostWait: 1500, httpStatus: 503 })
    expect(metricNames(waiting)).toContain('HostWait')
    const prompt = logged({ attempts: [attempt] })
    expect('HostWait' in prompt).toBe(false)
    expect(metricNames(prompt)).not.toContain('HostWait')
  })

  it('measures neither for a run that never started', () => {
    expect(metricNames(logged({ status: 'MISSED', startedAt: null }))).toEqual(['Runs'])
  })

  it('measures no lateness of a run by hand, which was planned for no instant', () => {
    const line = logged({ id: manualRunId(JOB, PLANNED, 'ABCDEF') })
    expect(metricNames(line)).toEqual(['Runs', 'RunDuration'])
  })
})
