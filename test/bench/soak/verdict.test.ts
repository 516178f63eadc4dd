import { describe, expect, it } from 'vitest'
import { judge, type SoakEvidence, type SoakRun } from '../../../bench/soak/verdict.ts'

const FROM = Date.parse('2026-11-21T12:00:30Z')
const MINUTE_MS = 60_000

const scheduled = (minute: number, status = 'SUCCEEDED'): SoakRun => ({
  id: `run-${minute}`,
  jobId: 'job',
  trigger: 'SCHEDULE',
  plannedAt: Date.parse('2026-11-21T12:00:00Z') + minute * MINUTE_MS,
  status,
})
const hit = (minute: number, lateMs = 300) => ({
  runId: `run-${minute}`,
  jobId: 'job',
  at: scheduled(minute).plannedAt + lateMs,
})
const byHand = (status: string): SoakRun => ({
  id: 'by-hand',
  jobId: 'job',
  trigger: 'MANUAL',
  plannedAt: FROM,
  status,
})

const evidence = (fields: Partial<SoakEvidence> = {}): SoakEvidence => ({
  jobs: [{ id: 'job', delivery: 'AT_LEAST_ONCE', everyMinutes: 2 }],
  from: FROM,
  to: FROM + 5 * MINUTE_MS,
  runs: [scheduled(2), scheduled(4)],
  promised: [],
  hits: [hit(2), hit(4)],
  ...fields,
})
const atMostOnce = { jobs: [{ id: 'job', delivery: 'AT_MOST_ONCE' as const, everyMinutes: 2 }] }

describe('the verdict of a soak', () => {
  it('is clean when every planned run has a record and a hit', () => {
    expect(judge(evidence())).toEqual({ planned: 2, statuses: { SUCCEEDED: 2 }, repeated: 0, problems: [] })
  })

  it('leaves what was planned before and after alone', () => {
    const runs = [scheduled(0), ...evidence().runs, scheduled(6, 'RUNNING')]
    expect(judge(evidence({ runs, hits: [...evidence().hits, hit(6)] })).problems).toEqual([])
  })

  it('counts a repetition after a crash, which AT_LEAST_ONCE allows', () => {
    const hits = [...evidence().hits, hit(2, 8 * MINUTE_MS)]
    expect(judge(evidence({ hits }))).toMatchObject({ repeated: 1, problems: [] })
  })

  it('takes for no problem that a run was missed and not called', () => {
    expect(judge(evidence({ runs: [scheduled(2, 'MISSED'), scheduled(4)], hits: [hit(4)] })).problems).toEqual([])
  })

  it.each<{ what: string; change: Partial<SoakEvidence>; problem: RegExp }>([
    { what: 'has no record', change: { runs: [scheduled(2)], hits: [hit(2)] }, problem: /12:04.* has no record/ },
    {
      what: 'has not ended',
      change: { runs: [scheduled(2, 'RUNNING'), scheduled(4)] },
      problem: /run-2 has not ended/,
    },
    {
      what: 'has two records',
      change: { runs: [scheduled(2), { ...scheduled(2), id: 'other' }, scheduled(4)] },
      problem: /1 occurrences have two records/,
    },
    { what: 'was never planned', change: { runs: [...evidence().runs, scheduled(3)] }, problem: /never planned/ },
    { what: 'never reached its target', change: { hits: [hit(4)] }, problem: /run-2 SUCCEEDED, and never reached/ },
    {
      what: 'was called although missed',
      change: { runs: [scheduled(2, 'MISSED'), scheduled(4)] },
      problem: /run-2 is MISSED, and reached/,
    },
    {
      what: 'was called twice within its lease',
      change: { hits: [hit(2), hit(2, 900), hit(4)] },
      problem: /run-2 reached its target twice within 600 ms/,
    },
    {
      what: 'was called twice, and AT_MOST_ONCE',
      change: { ...atMostOnce, hits: [hit(2), hit(2, 8 * MINUTE_MS), hit(4)] },
      problem: /run-2 reached its target 2 times/,
    },
    {
      what: 'reached the target without a record',
      change: { hits: [...evidence().hits, { runId: 'ghost', jobId: 'job', at: FROM + 1 }] },
      problem: /ghost reached its target .* no record/,
    },
    { what: 'was promised and has no record', change: { promised: ['by-hand'] }, problem: /by-hand was promised/ },
    {
      what: 'was promised and has not ended',
      change: { promised: ['by-hand'], runs: [...evidence().runs, byHand('RUNNING')] },
      problem: /by-hand was promised/,
    },
  ])('names a run that $what', ({ change, problem }) => {
    expect(judge(evidence(change)).problems).toEqual(expect.arrayContaining([expect.stringMatching(problem)]))
  })
})
