import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { samples } from '../../../lambdas/http/examples/samples.ts'
import { type Account, ApiClient } from '../api-client.ts'
import type { FuzzRequest, Sender } from './fuzz-requests.ts'

export type FuzzAnswer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/** The name of the key that fuzzed requests are sent with, which stays. */
export const READER = 'reader'

const RENEW_AFTER_MS = 8 * 60_000

const agent = new Agent({ keepAlive: true })

/** Bytes that HTTP has no room for in a header or in the line of a request. */
const headerSafe = (value: string) => value.replaceAll(/[^\t\x20-\x7e]/g, '?')

function exchange(
  url: string,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: Buffer | undefined,
): Promise<FuzzAnswer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const outgoing = request({ agent, hostname, port, method, path, headers }, (incoming) => {
      text(incoming).then((answered) => {
        const named = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)])
        resolve({ status: incoming.statusCode ?? 0, headers: Object.fromEntries(named), text: answered })
      }, reject)
    })
    outgoing.once('error', reject)
    outgoing.end(body)
  })
}

/** Accounts that fuzzed requests come from, with something for them to hit. */
export class FuzzSender {
  readonly #url: string
  readonly #tokens: Record<Sender, string | undefined>
  readonly #persons: Readonly<Record<'owner' | 'other', Account>>
  readonly #leaver: Account
  /** The owner's, with a token that is still valid. */
  #api: ApiClient
  #loggedInAt = performance.now()
  #ids: ReadonlyMap<string, string> = new Map()

  /** @param leaver who logs out and goes in the others' place: who has, is not known any more. */
  constructor(url: string, owner: Account, other: Account, leaver: Account, key: string) {
    this.#url = url
    this.#persons = { owner, other }
    this.#leaver = leaver
    this.#api = owner.api
    const { accessToken } = owner.session
    const forged = `${accessToken.slice(0, -6)}AAAAAA`
    this.#tokens = { owner: accessToken, other: other.session.accessToken, key, none: undefined, forged }
  }

  /** Makes what the examples refer to anew, for others have been deleted by requests. */
  async restock(): Promise<void> {
    await this.#stayLoggedIn()
    await this.#tidy()
    const api = this.#api
    await api.must('PUT', '/api/secrets/CRON_SECRET', { value: 'c2VjcmV0LXZhbHVl' })
    const job = await api.createJob()
    const { runId } = await api.must('POST', `/api/jobs/${job.id}/run`)
    const key = await api.must('POST', '/api/keys', { name: 'fuzz', scopes: ['read'] })
    this.#ids = new Map([
      [samples.jobId, job.id],
      [samples.runId, runId],
      [samples.runningRunId, runId],
      [samples.keyId, key.id],
      // No job of these tests may call out.
      [samples.targetUrl, 'http://127.0.0.1:9/sync'],
      [samples.email, this.#persons.owner.email],
    ])
  }

  /** Access tokens live a quarter of an hour, which many requests on a busy machine outlast. */
  async #stayLoggedIn(): Promise<void> {
    if (performance.now() - this.#loggedInAt < RENEW_AFTER_MS) return
    for (const who of ['owner', 'other'] as const) {
      const { refreshToken } = this.#persons[who].session
      const { accessToken } = await new ApiClient(this.#url).must('POST', '/api/auth/refresh', { refreshToken })
      this.#tokens[who] = accessToken
      if (who === 'owner') this.#api = new ApiClient(this.#url, accessToken)
    }
    this.#loggedInAt = performance.now()
  }

  /** The plan has room for so many of each. */
  async #tidy(): Promise<void> {
    const api = this.#api
    const { items: keys } = await api.must('GET', '/api/keys?limit=100')
    for (const { id, name } of keys) if (name !== READER) await api.must('DELETE', `/api/keys/${id}`)
    const { items: jobs } = await api.must('GET', '/api/jobs?limit=100')
    for (const { id } of jobs.slice(20)) await api.must('DELETE', `/api/jobs/${id}`)
    const { items: secrets } = await api.must('GET', '/api/secrets?limit=100')
    for (const { name } of secrets.slice(50)) await api.must('DELETE', `/api/secrets/${name}?force=true`)
  }

  /** Sends a request; again when only a quota was in its way. */
  async send(request: FuzzRequest): Promise<FuzzAnswer> {
    const answer = await this.#sendOnce(request)
    const waitSeconds = Number(answer.headers['retry-after'] ?? 0)
    if (answer.status !== 429 || waitSeconds > 60 || request.route.path.startsWith('/api/auth/')) return answer
    await setTimeout(waitSeconds * 1000)
    return this.#sendOnce(request)
  }

  async #sendOnce({ route, sender, params, query, headers, body }: FuzzRequest): Promise<FuzzAnswer> {
    const path = route.path.replace(/\{(\w+)\}/g, (_, name) =>
      encodeURIComponent(this.#actual(params[name] ?? '').toWellFormed()),
    )
    const search = new URLSearchParams(query.map(([name, value]): [string, string] => [name, this.#actual(value)]))
    const isPerson = sender === 'owner' || sender === 'other'
    const isLeaving = isPerson && (route.operation === 'logOut' || route.operation === 'deleteMe')
    const token = isLeaving ? this.#leaver.session.accessToken : this.#tokens[sender]
    const sent = {
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, headerSafe(value)])),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-length': String(this.#bodyOf(body).byteLength) }),
    }
    const target = search.size === 0 ? path : `${path}?${search}`
    return exchange(this.#url, route.method, target, sent, body === undefined ? undefined : this.#bodyOf(body))
  }

  #bodyOf(body: Buffer): Buffer {
    const asText = body.toString()
    return asText.includes('sample') || asText.includes('example') || asText.includes(samples.jobId)
      ? Buffer.from(this.#actual(asText))
      : body
  }

  #actual(value: string): string {
    const known = [...this.#ids].sort(([a], [b]) => b.length - a.length)
    return known.reduce((text, [sample, actual]) => text.replaceAll(sample, actual), value)
  }
}
