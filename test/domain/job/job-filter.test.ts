import { describe, expect, it } from 'vitest'
import { newJob } from '../../../lambdas/domain/job/change-job.ts'
import { JobDefinition } from '../../../lambdas/domain/job/job.ts'
import { type JobFilter, passes } from '../../../lambdas/domain/job/job-filter.ts'

const NOW = Date.parse('2026-11-21T12:00:30Z')

const job = (fields: object = {}) => {
  const definition = JobDefinition.parse({
    name: 'KYC sync',
    cronExpression: 'at(2026-11-21T13:00:00)',
    targetUrl: 'https://api.example.com:8443/path?query=1',
    tags: ['Paris', 'dealer-7'],
    ...fields,
  })
  return newJob({ tenant: 't', plan: 'FREE', id: '01JXAMPE00000000000000000K', definition }, NOW)
}

describe('a job passes', () => {
  it.each<[JobFilter, boolean]>([
    [{}, true],
    [{ status: 'ACTIVE' }, true],
    [{ status: 'COMPLETED' }, false],
    [{ tag: 'Paris' }, true],
    [{ tag: 'dealer-7' }, true],
    [{ tag: 'paris' }, false],
    [{ tag: 'dealer' }, false],
    [{ q: 'kyc' }, true],
    [{ q: 'C S' }, true],
    [{ q: 'EXAMPLE.com:8443' }, true],
    [{ q: 'PARI' }, true],
    [{ q: '-7' }, true],
    [{ q: '' }, true],
    [{ q: 'path' }, false],
    [{ q: 'https' }, false],
    [{ status: 'ACTIVE', tag: 'Paris', q: 'sync' }, true],
    [{ status: 'PAUSED', tag: 'Paris', q: 'sync' }, false],
    [{ status: 'ACTIVE', tag: 'Rome', q: 'sync' }, false],
    [{ status: 'ACTIVE', tag: 'Paris', q: 'async' }, false],
  ])('%j: %s', (filter, expected) => {
    expect(passes(job(), filter, NOW)).toBe(expected)
  })

  it('as what it is by then', () => {
    expect(passes(job(), { status: 'COMPLETED' }, NOW + 3_600_000)).toBe(true)
    expect(passes(job({ enabled: false }), { status: 'PAUSED' }, NOW)).toBe(true)
  })

  it('by its name where its URL has no host that can be read', () => {
    const odd = job({ targetUrl: 'nowhere' })
    expect(passes(odd, { q: 'sync' }, NOW)).toBe(true)
    expect(passes(odd, { q: 'where' }, NOW)).toBe(false)
  })
})
