import { describe, expect, it } from 'vitest'
import { terminalLine } from '../../../bin/local/run-line.ts'
import { manualRunId, occurrenceRunId } from '../../../lambdas/domain/run/run-id.ts'

const JOB = '01JXAMPE00000000000000000J'
const PLANNED = Date.parse('2026-03-01T12:00:00Z')

const run = (fields: object) =>
  JSON.stringify({
    level: 'info',
    message: 'run',
    run: occurrenceRunId(JOB, PLANNED),
    jobName: 'Health Check',
    status: 'SUCCEEDED',
    httpStatus: 200,
    StartLateness: 41,
    RunDuration: 84,
    ...fields,
  })

describe('terminalLine', () => {
  it.each<[what: string, line: string, expected: string | undefined]>([
    ['a run', run({}), '✓ 12:00:00Z Health Check: SUCCEEDED 200, in 84 ms, 41 ms late'],
    [
      'a failed run with its reason',
      run({ status: 'FAILED', httpStatus: 401, reason: 'HTTP_STATUS' }),
      '✗ 12:00:00Z Health Check: FAILED 401, HTTP_STATUS, in 84 ms, 41 ms late',
    ],
    [
      'a run that made no call',
      run({ status: 'MISSED', httpStatus: undefined, RunDuration: undefined, StartLateness: undefined }),
      '✗ 12:00:00Z Health Check: MISSED',
    ],
    [
      'a run by hand',
      run({ run: manualRunId(JOB, PLANNED, 'ABCDEF'), StartLateness: undefined }),
      '✓ 12:00:00Z Health Check: SUCCEEDED 200, in 84 ms, by hand',
    ],
    ['a run with an id of another kind', run({ run: '01J' }), '✓ Health Check: SUCCEEDED 200, in 84 ms, 41 ms late'],
    [
      'control characters in a name',
      run({ jobName: 'a\u001b[2Jb\nc' }),
      '✓ 12:00:00Z a [2Jb c: SUCCEEDED 200, in 84 ms, 41 ms late',
    ],
    [
      'a run that waits',
      JSON.stringify({
        message: 'run waits',
        run: occurrenceRunId(JOB, PLANNED),
        jobName: 'Health\u0007Check',
        attempt: 2,
        until: '2026-03-01T12:10:00.400Z',
      }),
      '… 12:00:00Z Health Check: waits until 12:10:00Z for attempt 2',
    ],
    [
      'an error',
      '{"level":"error","message":"broken","error":{"name":"Error","message":"why","stack":"…"}}',
      '! Executor: broken: why',
    ],
    ['an error without cause', '{"level":"error","message":"broken"}', '! Executor: broken'],
    ['another entry', '{"level":"info","message":"sweep"}', undefined],
    ['a run line of another shape', '{"message":"run"}', undefined],
    ['plain text', 'hello', undefined],
    ['what only begins like JSON', '{hello', undefined],
  ])('shows %s', (_what, line, expected) => {
    expect(terminalLine('Executor', line)).toBe(expected)
  })

  it('cuts what is too long for a line', () => {
    expect(terminalLine('F', run({ jobName: 'x'.repeat(1000) }))).toHaveLength(300)
  })
})
