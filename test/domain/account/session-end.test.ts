import { describe, expect, it } from 'vitest'
import { isEnded } from '../../../lambdas/domain/account/session-end.ts'

const at = (time: string) => Date.parse(`2027-01-31T${time}Z`)
const end = (time: string, by?: string) => ({ endedAt: at(time), by })
const session = (time: string, id?: string) => ({ startedAt: at(time), id })

describe('a session', () => {
  it.each([
    ['began before the end', session('08:00:00', 'a'), end('08:00:01.000', 'b'), true],
    ['began long before', session('07:00:00'), end('08:00:01.999'), true],
    ['began after', session('08:00:02', 'a'), end('08:00:01.999', 'b'), false],
    ['began in the second of the end, which another ended', session('08:00:01', 'a'), end('08:00:01.500', 'b'), false],
    ['ended itself in its first second', session('08:00:01', 'a'), end('08:00:01.500', 'a'), true],
    ['has no id, and neither has the end', session('08:00:01'), end('08:00:01.500'), false],
  ])('that %s', (_what, origin, ended, expected) => {
    expect(isEnded(origin, ended)).toBe(expected)
  })
})
