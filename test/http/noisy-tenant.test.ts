import { describe, expect, it } from 'vitest'
import { planLimits } from '../../lambdas/domain/account/plan.ts'
import { ok } from '../../lambdas/http/answer.ts'
import { apiFunction } from '../../lambdas/http/api-function.ts'
import { bare } from '../../lambdas/http/contract.ts'
import { publicEndpoint, userEndpoint } from '../../lambdas/http/endpoint.ts'
import type { RequestCounter } from '../../lambdas/ports/request-counter.ts'
import { requestLimiter } from '../../lambdas/use-cases/limit-requests.ts'
import { callApi, memoryLog } from '../support/call-api.ts'
import { testDoor } from '../support/door.ts'

const QUOTA = planLimits.FREE.requestsPerMinute
const START = Date.parse('2027-01-31T08:00:00Z')
const LIST = 'GET /api/runs'

/** A function in which every piece of work, a reservation, a session read or a handled request, is written down under its tenant. */
function started(now = START) {
  const log = memoryLog()
  const work: string[] = []
  const reserved = new Map<string, number>()
  const counter: RequestCounter = {
    async reserve(requester, _window, requests) {
      const name = requester.kind === 'tenant' ? requester.tenant : requester.source
      work.push(`${name} reserves`)
      reserved.set(name, (reserved.get(name) ?? 0) + requests)
      return { reserved: reserved.get(name) ?? 0, plan: undefined }
    },
  }
  const tokens = {
    verify: async (token: string) =>
      token === 'bad'
        ? undefined
        : ({
            kind: 'user',
            tenant: token,
            username: token,
            role: 'USER',
            accessToken: token,
            session: { id: 's', startedAt: 0 },
          } as const),
  }
  const sessions = {
    async find(tenant: string) {
      work.push(`${tenant} is looked up`)
      return undefined
    },
  }
  const user = userEndpoint({ ...bare, summary: '', answers: {} }, async (_request, { tenant }) => {
    work.push(`${tenant} is served`)
    return ok({ items: [] })
  })
  const endpoints = { listJobRuns: user, listRuns: user, readRun: user, cancelRun: user }
  const requests = requestLimiter({ counter, clock: () => now, log })
  const runs = apiFunction('runs', endpoints, testDoor({ tokens, sessions, log, requests }))
  const anyone = publicEndpoint({ ...bare, summary: '', answers: {} }, async () => ok({}))
  const service = apiFunction(
    'service',
    { readHealth: anyone, readOpenApi: anyone, readReference: anyone, readReferenceFile: anyone },
    testDoor({ tokens, log, requests }),
  )
  const workOf = (tenant: string) => work.filter((each) => each.startsWith(tenant))
  return { runs, service, workOf }
}

describe('a noisy tenant', () => {
  it('at ten times its quota is answered 429, and leaves a quiet one exactly the work that it has alone', async () => {
    const [alone, shared] = [started(), started()]
    const quiet = { alone: [] as unknown[], shared: [] as unknown[] }
    const noisy = { admitted: 0, refused: 0 }
    for (let n = 0; n < 10 * QUOTA; n++) {
      const { status } = await callApi(shared.runs, { route: LIST, token: 'noisy' })
      if (status === 429) noisy.refused++
      else noisy.admitted++
      if (n % 300 !== 0) continue
      quiet.alone.push(await callApi(alone.runs, { route: LIST, token: 'quiet' }))
      quiet.shared.push(await callApi(shared.runs, { route: LIST, token: 'quiet' }))
    }
    expect(noisy).toEqual({ admitted: QUOTA, refused: 9 * QUOTA })
    expect(quiet.shared).toEqual(quiet.alone)
    expect(quiet.shared).toHaveLength(QUOTA / 30)
    expect(shared.workOf('quiet')).toEqual(alone.workOf('quiet'))
    // What it is refused costs nothing: no reservation, no read, no handler.
    expect(shared.workOf('noisy').length).toBeLessThanOrEqual(2 * QUOTA + 300)
  })

  it('is told when to come again, and what its quota is', async () => {
    const { runs } = started(START + 17_500)
    for (let n = 0; n < QUOTA; n++) await callApi(runs, { route: LIST, token: 'noisy' })
    expect(await callApi(runs, { route: LIST, token: 'noisy' })).toMatchObject({
      status: 429,
      headers: {
        'content-type': 'application/problem+json',
        'retry-after': '43',
        'ratelimit-policy': `"free";q=${QUOTA};w=60`,
        ratelimit: '"free";r=0;t=43',
      },
      body: {
        type: '/problems/too-many-requests',
        detail: `With the plan FREE there may be ${QUOTA} requests a minute.`,
      },
    })
  })
})

describe('a source without a valid credential', () => {
  const attempt = { route: LIST, token: 'bad' } as const

  it('is limited by its address, and speaks for no tenant', async () => {
    const { runs, service } = started()
    const statuses = new Map<number, number>()
    for (let n = 0; n < 6_100; n++) {
      const { status } = await callApi(runs, attempt)
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }
    expect(Object.fromEntries(statuses)).toEqual({ 401: 6_000, 429: 100 })
    expect(await callApi(service, { route: 'GET /api/health' })).toMatchObject({ status: 429 })
    expect(await callApi(service, { route: 'GET /api/nowhere' })).toMatchObject({ status: 429 })
    expect(await callApi(runs, { ...attempt, sourceIp: '198.51.100.1' })).toMatchObject({ status: 401 })
    expect(await callApi(runs, { route: LIST, token: 'quiet' })).toMatchObject({ status: 200 })
  })

  it('is a whole network where addresses are many', async () => {
    const { runs, workOf } = started()
    await callApi(runs, { ...attempt, sourceIp: '2001:db8:1:2::1' })
    await callApi(runs, { ...attempt, sourceIp: '2001:db8:1:2:3::9' })
    expect(workOf('2001:db8:1:2::/64')).toEqual(['2001:db8:1:2::/64 reserves'])
  })
})

describe('every answer', () => {
  it.each([
    ['of a handler', { route: LIST, token: 'quiet' }, 200],
    ['to nobody', { route: LIST }, 401],
    ['to a request that is not valid', { route: LIST, token: 'quiet', body: { a: 1 } }, 200],
    ['to what is not there', { route: 'GET /api/nowhere' }, 404],
  ])('%s says what is left of the quota', async (_what, call, status) => {
    const answered = await callApi(started().runs, call)
    expect(answered).toMatchObject({
      status,
      headers: {
        'ratelimit-policy': expect.stringMatching(/^"(free|source)";q=\d+;w=60$/),
        ratelimit: expect.stringMatching(/^"(free|source)";r=\d+;t=60$/),
      },
    })
  })
})
