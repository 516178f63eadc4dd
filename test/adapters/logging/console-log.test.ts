import { describe, expect, it } from 'vitest'
import { consoleLog } from '../../../lambdas/adapters/logging/console-log.ts'

/** What was written, one entry a line. */
function written(use: (log: ReturnType<typeof consoleLog>) => void): unknown[] {
  const lines: string[] = []
  use(
    consoleLog(
      (line) => lines.push(line),
      () => Date.UTC(2026, 0, 2),
    ),
  )
  return lines.map((line) => {
    expect(line).toMatch(/^[^\n]+\n$/)
    return JSON.parse(line)
  })
}

describe('consoleLog', () => {
  it.each(['info', 'warn', 'error'] as const)('writes one line of JSON for %s', (level) => {
    expect(written((log) => log[level]('run', { runId: '01', text: 'two\nlines' }))).toEqual([
      { level, message: 'run', runId: '01', text: 'two\nlines', time: '2026-01-02T00:00:00.000Z' },
    ])
  })

  it('begins with the level and the message, which no field replaces', () => {
    const lines: string[] = []
    consoleLog((line) => lines.push(line)).warn('real', { a: 1, level: 'fake', message: 'fake', time: 'fake' })
    expect(lines[0]).toMatch(/^\{"level":"warn","message":"real","a":1,/)
    expect(lines[0]).not.toContain('fake')
  })

  it('leaves the time out of a line whose metrics have theirs', () => {
    expect(written((log) => log.info('run', { _aws: { Timestamp: 1 } }))).toEqual([
      { level: 'info', message: 'run', _aws: { Timestamp: 1 } },
    ])
  })

  it('writes an error with its whole chain of causes', () => {
    const error = new TypeError('outer', { cause: new Error('middle', { cause: 'the root' }) })
    expect(written((log) => log.error('failed', { error }))).toMatchObject([
      {
        error: {
          name: 'TypeError',
          message: 'outer',
          stack: expect.stringContaining('console-log.test.ts'),
          cause: { name: 'Error', message: 'middle', cause: 'the root' },
        },
      },
    ])
  })

  it('finds errors inside of other fields', () => {
    expect(written((log) => log.error('failed', { errors: { table: [new RangeError('deep')] } }))).toMatchObject([
      { errors: { table: [{ name: 'RangeError', message: 'deep' }] } },
    ])
  })

  it('ends where causes or fields go round in a circle', () => {
    const error = new Error('a')
    error.cause = error
    const circle: Record<string, unknown> = { name: 'circle' }
    circle.self = [circle]
    expect(written((log) => log.error('failed', { error, circle }))).toMatchObject([
      { error: { message: 'a' }, circle: { name: 'circle', self: ['[circular]'] } },
    ])
  })

  it('writes the same object twice where it stands twice', () => {
    const shared = { x: 1 }
    expect(written((log) => log.info('m', { a: shared, b: shared }))).toMatchObject([{ a: { x: 1 }, b: { x: 1 } }])
  })

  it('writes what JSON has no word for', () => {
    const fields = { big: 2n ** 64n, date: new Date(0), none: undefined, nothing: null }
    expect(written((log) => log.info('m', fields))).toEqual([
      {
        level: 'info',
        message: 'm',
        big: '18446744073709551616',
        date: '1970-01-01T00:00:00.000Z',
        nothing: null,
        time: '2026-01-02T00:00:00.000Z',
      },
    ])
  })
})
