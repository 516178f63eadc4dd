import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Contract } from '../../lambdas/http/contract.ts'
import { contracts } from '../../lambdas/http/contracts/index.ts'
import { routes } from '../../lambdas/http/routes.ts'
import { ApiClient, accountsByMailbox } from '../support/api-client.ts'
import { type FuzzRequest, fuzzRequests } from '../support/fuzz/fuzz-requests.ts'
import { type FuzzAnswer, FuzzSender, READER } from '../support/fuzz/fuzz-sender.ts'
import { type PunctualService, startService } from '../support/punctual-service.ts'

/** In all; `npm run test:long` sends ten times as many. */
const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 2_000)
/** Another seed, other requests. */
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_121)
const AT_ONCE = 8
/** On a machine that has much else to do, a request may take a second. */
const TIME_LIMIT_MS = 300_000 + REQUESTS * 200
/** After how many requests there is something to hit again. */
const RESTOCK_EVERY = 200

const contractOf = new Map<string, Contract>(Object.values(contracts).flatMap((resource) => Object.entries(resource)))

type Statuses = Record<string, { responses: Record<string, unknown> }>

/** What is wrong with an answer, whatever was asked; empty when it is as every answer has to be. */
function complaints({ route }: FuzzRequest, answer: FuzzAnswer, documented: readonly string[]): readonly string[] {
  const { status, headers, text } = answer
  return [
    ...(status >= 500 ? [`status ${status}`] : []),
    ...(documented.includes(String(status)) ? [] : [`${status} is not documented`]),
    ...['x-request-id', 'x-content-type-options', 'content-security-policy', 'strict-transport-security']
      .filter((name) => !headers[name])
      .map((name) => `no ${name}`),
    ...(/\bat .*\.m?[jt]s:\d+|node_modules|ZodError|Exception\b/.test(text) ? ['it tells of the inside'] : []),
    ...(status >= 400 ? problemComplaints(answer) : successComplaints(route.operation, answer)),
  ]
}

function problemComplaints({ status, headers, text }: FuzzAnswer): readonly string[] {
  if (!headers['content-type']?.startsWith('application/problem+json')) return ['no problem']
  const body = JSON.parse(text)
  return [
    ...(body.status === status ? [] : ['another status in the body']),
    ...(body.requestId === headers['x-request-id'] ? [] : ['another request id in the body']),
    ...['type', 'title', 'detail'].filter((field) => !body[field]).map((field) => `no ${field}`),
    ...(status === 400 && body.type === '/problems/validation' && !body.errors?.length ? ['no errors'] : []),
    ...(status === 429 && !headers['retry-after'] ? ['no retry-after'] : []),
  ]
}

function successComplaints(operation: string, { status, headers, text }: FuzzAnswer): readonly string[] {
  const schema = contractOf.get(operation)?.answers[status]?.schema
  if (!schema) return text === '' ? [] : ['a body that is not documented']
  if (!headers['content-type']?.startsWith('application/json')) return []
  const { error } = schema.safeParse(JSON.parse(text))
  return error ? [`not as documented: ${error.message}`] : []
}

describe('any request', () => {
  let service: PunctualService
  let sender: FuzzSender
  let statusesOf: (request: FuzzRequest) => readonly string[]

  beforeAll(async () => {
    service = await startService()
    const newAccount = accountsByMailbox(service.url)
    const [owner, other, leaver] = [await newAccount(), await newAccount(), await newAccount()]
    const { key } = await owner.api.must('POST', '/api/keys', { name: READER, scopes: ['read'] })
    sender = new FuzzSender(service.url, owner, other, leaver, key)
    const { paths } = await owner.api.must('GET', '/api/openapi.json')
    statusesOf = ({ route }) =>
      Object.keys((paths[route.path] as Statuses)[route.method.toLowerCase()]?.responses ?? {})
  })
  afterAll(() => service?.discard())

  it(
    `is answered as documented, ${REQUESTS} times (seed ${SEED})`,
    async () => {
      const each = Math.ceil(REQUESTS / routes.length)
      const byRoute = routes.map((route, index) => fuzzRequests(route, each, SEED + index))
      const requests = Array.from({ length: each }, (_, round) => byRoute.flatMap((of) => of[round] ?? [])).flat()
      const faults = new Map<string, unknown>()
      const begunAt = performance.now()
      const counts = new Map<number, number>()
      for (let from = 0; from < requests.length; from += RESTOCK_EVERY) {
        await sender.restock()
        const turn = requests.slice(from, from + RESTOCK_EVERY)
        const next = turn.values()
        await Promise.all(
          Array.from({ length: AT_ONCE }, async () => {
            for (const request of next) {
              const answer = await sender.send(request)
              counts.set(answer.status, (counts.get(answer.status) ?? 0) + 1)
              const found = complaints(request, answer, statusesOf(request))
              for (const complaint of found) {
                // One of each kind is enough to read.
                const kind = `${request.route.operation}: ${complaint}`
                if (!faults.has(kind))
                  faults.set(kind, { request: readable(request), answer: answer.text.slice(0, 400) })
              }
            }
          }),
        )
      }
      const seconds = Math.round((performance.now() - begunAt) / 1000)
      console.log(
        `${requests.length} requests in ${seconds} s: ${JSON.stringify(Object.fromEntries([...counts].sort()))}`,
      )
      expect([...faults]).toEqual([])
      // A fuzz that is refused at the door tests only the door.
      // Only some of many requests are too large.
      for (const status of [200, 201, 400, 401, 403, 404, 415, ...(REQUESTS < 2_000 ? [] : [413])])
        expect(counts.get(status), String(status)).toBeGreaterThan(0)
      expect((counts.get(200) ?? 0) / requests.length).toBeGreaterThan(0.1)
    },
    TIME_LIMIT_MS,
  )

  it('leaves the service well, and no error in its log', async () => {
    const health = await new ApiClient(service.url).get('/api/health')
    expect(health.body.status).toBe('ok')
    expect(service.output()).not.toMatch(/unhandled|request failed|FATAL|heap/i)
  })
})

const readable = ({ route, sender, params, query, headers, body }: FuzzRequest) => ({
  call: `${route.method} ${route.path}`,
  sender,
  params: JSON.stringify(params).slice(0, 300),
  query: JSON.stringify(query).slice(0, 300),
  headers: JSON.stringify(headers).slice(0, 300),
  body: body?.toString().slice(0, 600),
})
