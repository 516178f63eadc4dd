import { randomUUID } from 'node:crypto'

export type Answer = {
  readonly status: number
  readonly headers: Headers
  /** The body as it came. */
  readonly text: string
  /** The body as JSON; undefined when there is none or it is not JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came back
  readonly body: any
}

type Options = { readonly headers?: Readonly<Record<string, string>> }

/** Calls the API as any client would. */
export class ApiClient {
  readonly #url: string
  readonly #token: string | undefined

  constructor(url: string, token?: string) {
    this.#url = url
    this.#token = token
  }

  /** @param body sent as JSON; text is sent as it is */
  async call(method: string, path: string, body?: unknown, { headers = {} }: Options = {}): Promise<Answer> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }),
        ...headers,
      },
      redirect: 'manual',
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, body: parseJson(text) }
  }

  get = (path: string, options?: Options) => this.call('GET', path, undefined, options)
  post = (path: string, body?: unknown, options?: Options) => this.call('POST', path, body, options)
  put = (path: string, body: unknown, options?: Options) => this.call('PUT', path, body, options)
  patch = (path: string, body: unknown, options?: Options) => this.call('PATCH', path, body, options)
  delete = (path: string, options?: Options) => this.call('DELETE', path, undefined, options)

  /** For what is not the point of a test. @throws when the answer is no success */
  async must(method: string, path: string, body?: unknown): Promise<Answer['body']> {
    const answer = await this.call(method, path, body)
    if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`)
    return answer.body
  }

  /** Creates a job; what a test does not care about is valid, and does not fire by itself within a day. */
  createJob(fields: Readonly<Record<string, unknown>> = {}): Promise<Answer['body']> {
    return this.must('POST', '/api/jobs', { ...quietJob, ...fields })
  }

  /** Runs a job now and waits for the end of the run. */
  async runToEnd(jobId: string): Promise<Answer['body']> {
    const { runId } = await this.must('POST', `/api/jobs/${jobId}/run`)
    return this.runEnd(runId)
  }

  runEnd(runId: string): Promise<Answer['body']> {
    return until(`the end of run ${runId}`, async () => {
      const { status, body } = await this.get(`/api/runs/${runId}`)
      return status === 200 && body.status !== 'RUNNING' ? body : undefined
    })
  }
}

/** Without retries, so that a failed run is over at once. */
const quietJob = {
  maxRetries: 0,
  name: 'quiet',
  cronExpression: '0 0 29 2 *',
  targetType: 'HTTP',
  targetUrl: 'https://api.example.com/quiet',
  httpMethod: 'GET',
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const POLL_MS = 100

/** Asks again and again until there is an answer. @throws when there is none in time */
export async function until<T>(what: string, ask: () => Promise<T | undefined>, timeoutMs = 30_000): Promise<T> {
  const giveUpAt = performance.now() + timeoutMs
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (performance.now() > giveUpAt) throw new Error(`Waited ${timeoutMs} ms in vain for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

/** Somebody who has logged in. */
export type Account = {
  readonly email: string
  readonly password: string
  readonly session: { readonly accessToken: string; readonly idToken: string; readonly refreshToken: string }
  /** Calls with their access token. */
  readonly api: ApiClient
}

const PASSWORD = 'correct horse Battery 1'

export const newEmail = (): string => `user-${randomUUID()}@example.com`

export async function logIn(url: string, email: string, password: string): Promise<Account> {
  const session = await new ApiClient(url).must('POST', '/api/auth/login', { email, password })
  return { email, password, session, api: new ApiClient(url, session.accessToken) }
}

/** The newest one-time code in the local service's mailbox. */
export async function codeFor(url: string, email: string): Promise<string> {
  const { messages } = await new ApiClient(url).must('GET', `/_local/mailbox?to=${encodeURIComponent(email)}`)
  const code = /\b\d{6}\b/.exec(messages[0]?.text ?? '')?.[0]
  if (code === undefined) throw new Error(`No code was mailed to ${email}`)
  return code
}

/**
 * Makes accounts as a person does: sign up, read the mail, confirm, log in.
 * @param address of the only account that is made. @default a new one for each
 */
export function accountsByMailbox(url: string, address?: string): () => Promise<Account> {
  return async () => {
    const api = new ApiClient(url)
    const email = address ?? newEmail()
    await api.must('POST', '/api/auth/signup', { email, password: PASSWORD, name: 'Ada Lovelace' })
    await api.must('POST', '/api/auth/verify', { email, code: await codeFor(url, email) })
    return logIn(url, email, PASSWORD)
  }
}

/** Hands out accounts that exist already, given as `email:password,…`, and deletes all that they have. */
export function givenAccounts(url: string, list: string): () => Promise<Account> {
  const left = list.split(',').filter((each) => each !== '')
  return async () => {
    const [email = '', ...password] = (left.shift() ?? '').split(':')
    if (email === '') throw new Error('PUNCTUAL_ACCOUNTS has too few accounts for these tests')
    const account = await logIn(url, email, password.join(':'))
    await empty(account.api)
    return account
  }
}

async function empty(api: ApiClient): Promise<void> {
  for (;;) {
    const jobs: { id: string }[] = (await api.must('GET', '/api/jobs?limit=100')).items
    const secrets: { name: string }[] = (await api.must('GET', '/api/secrets?limit=100')).items
    if (jobs.length + secrets.length === 0) return
    for (const { id } of jobs) await api.must('DELETE', `/api/jobs/${id}`)
    for (const { name } of secrets) await api.must('DELETE', `/api/secrets/${name}?force=true`)
  }
}
