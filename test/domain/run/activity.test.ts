import { describe, expect, it } from 'vitest'
import {
  Activity,
  cancelRequested,
  claimed,
  mayCall,
  noActivity,
  parked,
} from '../../../lambdas/domain/run/activity.ts'

const MINUTE = 60_000
const NOW = Date.parse('2026-11-21T12:05:00Z')
const lease = { now: NOW, leaseMs: 7 * MINUTE, version: 3 }
const first = claimed(noActivity, 'run-1', lease)
const entry = { token: 1, claimedAt: NOW, leaseUntil: NOW + 7 * MINUTE, version: 3 }

describe('a claim', () => {
  it('is entered under the revision that it is written as', () => {
    expect(first).toEqual({ ...noActivity, rev: 1, active: { 'run-1': entry } })
  })

  it('leaves other runs as they are, and takes only its own promise', () => {
    const busy: Activity = { ...first, queued: { 'run-2': 5, 'run-3': 6 } }
    expect(claimed(busy, 'run-2', lease)).toEqual({
      ...first,
      rev: 2,
      queued: { 'run-3': 6 },
      active: { 'run-1': entry, 'run-2': { ...entry, token: 2 } },
    })
  })

  it('that is taken over keeps when it began, at which version, and what was asked of it, and is not parked any more', () => {
    const waiting = parked(first, 'run-1', 1, { attempt: 2, until: NOW + MINUTE })
    const asked = waiting && cancelRequested(waiting, 'run-1', 'USER')
    const later = { now: NOW + MINUTE, leaseMs: MINUTE, version: 9 }
    expect(asked && claimed(asked, 'run-1', later).active).toEqual({
      'run-1': { token: 4, claimedAt: NOW, leaseUntil: NOW + 2 * MINUTE, version: 3, cancel: 'USER' },
    })
    expect(claimed(first, 'run-1', later).active).toEqual({
      'run-1': { token: 2, claimedAt: NOW, leaseUntil: NOW + 2 * MINUTE, version: 3 },
    })
  })
})

describe('a claim to write down only', () => {
  it('says so, and one to call does not', () => {
    expect(claimed(noActivity, 'run-1', { ...lease, recordOnly: true }).active).toEqual({
      'run-1': { ...entry, recordOnly: true },
    })
    expect(claimed(noActivity, 'run-1', { ...lease, recordOnly: false }).active).toStrictEqual({ 'run-1': entry })
  })
})

describe('a claimed run', () => {
  it.each<[string, Parameters<typeof mayCall>[0], boolean]>([
    ['within its lease', { ...entry, leaseUntil: NOW + 1 }, true],
    ['whose lease has ended', { ...entry, leaseUntil: NOW }, false],
    ['that waits', { ...entry, parked: { attempt: 2, until: NOW } }, false],
    ['that is only written down', { ...entry, recordOnly: true }, false],
  ])('%s may be calling: %s', (_, claim, expected) => {
    expect(mayCall(claim, NOW)).toBe(expected)
  })
})

describe('a run that waits', () => {
  const both = claimed(first, 'run-2', lease)
  const until = { attempt: 2, until: NOW + 10 * MINUTE }

  it('is laid aside until five minutes past its time', () => {
    expect(parked(both, 'run-1', 1, until)).toEqual({
      ...both,
      rev: 3,
      active: { ...both.active, 'run-1': { ...entry, parked: until, leaseUntil: NOW + 15 * MINUTE } },
    })
  })

  it.each([
    ['has another holder', 'run-1', 2],
    ['is not active', 'run-3', 1],
  ])('is not laid aside when it %s', (_, runId, token) => {
    expect(parked(both, runId, token, until)).toBeUndefined()
  })
})

describe('a wish that a run stop', () => {
  const both = claimed(first, 'run-2', lease)

  it.each(['USER', 'REPLACED'] as const)('is noted with the run: %s', (by) => {
    expect(cancelRequested(both, 'run-1', by)).toEqual({
      ...both,
      rev: 3,
      active: { ...both.active, 'run-1': { ...entry, cancel: by } },
    })
  })

  it('is noted once, and only with a run that is active', () => {
    const asked = cancelRequested(both, 'run-1', 'REPLACED')
    expect(asked && cancelRequested(asked, 'run-1', 'USER')).toBeUndefined()
    expect(cancelRequested(both, 'run-3', 'USER')).toBeUndefined()
  })
})

describe('the row of an activity', () => {
  const row = {
    rev: 3,
    active: {
      a: { ...entry, parked: { attempt: 2, until: NOW }, cancel: 'USER' },
      b: { ...entry, cancel: 'REPLACED', recordOnly: true },
    },
    queued: { c: NOW },
    consecutiveFailures: 2,
    countedFrom: 4,
    firstFailed: 'd',
    lastGood: 'e',
    notices: { f: { kinds: ['FAILURE'], failures: 2, tries: 0, notBefore: 0 } },
  }

  it('is read whole', () => {
    expect(Activity.parse(row)).toEqual(row)
  })

  it('of an older form has nothing to tell, and counts from the first version', () => {
    const { countedFrom: _, notices: _notices, ...older } = row
    expect(Activity.parse(older)).toEqual({ ...row, countedFrom: 1, notices: {} })
  })

  it.each([
    { rev: 1.5 },
    { active: { a: { ...entry, token: undefined } } },
    { active: { a: { ...entry, claimedAt: 'now' } } },
    { active: { a: { ...entry, parked: { attempt: 2 } } } },
    { active: { a: { ...entry, cancel: 'NOBODY' } } },
    { active: { a: { ...entry, recordOnly: false } } },
    { queued: { a: 'now' } },
    { consecutiveFailures: '1' },
    { firstFailed: 1 },
    { notices: { f: {} } },
  ])('is none with %j', (fields) => {
    expect(Activity.safeParse({ ...row, ...fields }).success).toBe(false)
  })
})
