import { exampleRequests } from '../../lambdas/http/examples/index.ts'
import { samples } from '../../lambdas/http/examples/samples.ts'
import { type Operation, type Route, routes } from '../../lambdas/http/routes.ts'
import { type Answer, ApiClient, accountsByMailbox, codeFor, until } from './api-client.ts'
import type { EchoTarget } from './echo-target.ts'

type SampleName = keyof typeof samples

/** Operations that come before their place in the route table, and those that end something and come last. */
const FIRST: readonly Operation[] = ['signUp', 'resendVerification', 'verify', 'logIn', 'putSecret']
const LAST: readonly Operation[] = [
  'deleteTemplate',
  'revokeKey',
  'deleteSecret',
  'deleteJob',
  'forgotPassword',
  'changePassword',
  // Both end every session.
  'logOut',
  'resetPassword',
  'deleteMe',
]

const place = ({ operation }: Route): number => {
  const [first, last] = [FIRST.indexOf(operation), LAST.indexOf(operation)]
  return last >= 0 ? routes.length + last : first >= 0 ? first - FIRST.length : 0
}

/** Every operation, in an order in which one account can do them one after the other. */
export const storyOrder: readonly Route[] = routes.toSorted((a, b) => place(a) - place(b))

/** What is learned from the answer of an operation: the sample it stands for, and its field. */
const LEARNED: Partial<Record<Operation, readonly (readonly [SampleName, string])[]>> = {
  logIn: [
    ['accessToken', 'accessToken'],
    ['refreshToken', 'refreshToken'],
  ],
  readMe: [['userId', 'userId']],
  signUp: [['userId', 'userId']],
  createKey: [
    ['apiKey', 'key'],
    ['keyId', 'id'],
  ],
  createJob: [['jobId', 'id']],
  runJob: [['runId', 'runId']],
  generateSecret: [['generated', 'value']],
  bulkJobs: [['bulkId', 'bulkId']],
}

/** What differs each time and is of no use to a reader. */
const MADE_UP = [
  [/eyJ[\w-]+\.[\w-]+\.[\w.-]+/g, samples.accessToken],
  [/"pk_\w{6}"/g, JSON.stringify(samples.apiKey.slice(0, 9))],
  // The target of the tests has no TLS.
  [/"Over http:[^"]+",?/g, ''],
  [/"nextCursor":"[^"]+"/g, `"nextCursor":"${samples.cursor}"`],
] as const

const NEVER = new Promise(() => {})

/**
 * Sends the examples to a service, and puts what it makes up (ids, codes, tokens) in the place of samples, both ways. It is
 * one account's story: what an operation makes is there for those behind it.
 */
export class ExampleStory {
  readonly #url: string
  readonly #target: EchoTarget
  readonly #actual = new Map<SampleName, string>()

  /** @param email whose story it is: an admin's. */
  constructor(url: string, target: EchoTarget, email: string) {
    this.#url = url
    this.#target = target
    this.#actual.set('email', email)
    this.#actual.set('targetUrl', target.on('/sync', { body: '{"success":true,"synced":2}' }))
  }

  /** Sends the example of an operation. @throws when there is none */
  async send({ operation, method, path, access }: Route): Promise<Answer> {
    await this.#prepare(operation)
    const request = exampleRequests[operation]
    if (!request) throw new Error(`${operation} has no example`)
    const filled = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(request.params?.[name] ?? ''))
    const query = request.query ? `?${new URLSearchParams(request.query)}` : ''
    const api = new ApiClient(this.#url, access === 'user' ? this.#actual.get('accessToken') : undefined)
    const body = request.body === undefined ? undefined : this.#toActual(JSON.stringify(request.body))
    const answer = await api.call(method, this.#toActual(`${filled}${query}`), body)
    this.#learn(operation, answer.body)
    return answer
  }

  /** An answer as it is written down: with samples in place of what the service has made up. */
  toSamples(body: unknown): unknown {
    if (body === undefined) return undefined
    const known = [...this.#actual].sort(([, a], [, b]) => b.length - a.length)
    const text = known.reduce((text, [name, actual]) => text.replaceAll(actual, samples[name]), JSON.stringify(body))
    return JSON.parse(MADE_UP.reduce((text, [pattern, sample]) => text.replace(pattern, sample), text))
  }

  #toActual(text: string): string {
    const known = [...this.#actual].sort(([a], [b]) => samples[b].length - samples[a].length)
    return known.reduce((text, [name, actual]) => text.replaceAll(samples[name], actual), text)
  }

  async #prepare(operation: Operation): Promise<void> {
    if (operation === 'verify' || operation === 'resetPassword') {
      this.#actual.set('code', await codeFor(this.#url, this.#actual.get('email') ?? ''))
    }
    if (operation === 'readRun') await this.#api().runEnd(this.#actual.get('runId') ?? '')
    if (operation === 'listJobRuns') await this.#awaitListed()
    if (operation === 'cancelRun') await this.#startEndlessRun()
    if (operation === 'readUser') this.#actual.set('otherUserId', await this.#signUpAnother())
    if (operation === 'deleteMe') {
      await this.#logInAnew()
      // The last admin cannot go.
      await this.#promote(await this.#signUpAnother())
    }
  }

  async #signUpAnother(): Promise<string> {
    const { api } = await accountsByMailbox(this.#url)()
    return (await api.must('GET', '/api/auth/me')).userId
  }

  /** With the password that was set last; all sessions have ended. */
  async #logInAnew(): Promise<void> {
    const { newPassword } = Object(exampleRequests.resetPassword?.body)
    const credentials = { email: this.#actual.get('email'), password: newPassword }
    this.#learn('logIn', await new ApiClient(this.#url).must('POST', '/api/auth/login', credentials))
  }

  async #promote(userId: string): Promise<void> {
    await this.#api().must('PUT', `/api/admin/users/${userId}/role`, { role: 'ADMIN' })
  }

  readonly #api = () => new ApiClient(this.#url, this.#actual.get('accessToken'))

  /** Lists come from an index that follows a moment later. */
  async #awaitListed(): Promise<void> {
    await this.#api().runEnd(this.#actual.get('runId') ?? '')
    const path = `/api/jobs/${this.#actual.get('jobId')}/runs?status=SUCCEEDED`
    await until('the run in the list', async () => {
      const { items } = await this.#api().must('GET', path)
      return items.length > 0 || undefined
    })
  }

  async #startEndlessRun(): Promise<void> {
    this.#target.on('/sync', { after: NEVER })
    const { runId } = await this.#api().must('POST', `/api/jobs/${this.#actual.get('jobId')}/run`)
    this.#actual.set('runningRunId', runId)
    await until('the call', async () => (this.#target.requests('/sync').length > 1 ? true : undefined))
  }

  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came back
  #learn(operation: Operation, body: any): void {
    for (const [sample, field] of LEARNED[operation] ?? []) this.#actual.set(sample, String(body[field]))
  }
}
