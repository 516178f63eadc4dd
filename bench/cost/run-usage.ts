import { until } from '../../test/support/api-client.ts'
import type { EchoTarget, TargetAnswer } from '../../test/support/echo-target.ts'
import type { MeteredCloud } from './metered-cloud.ts'
import type { Usage } from './usage.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

/** A target's short answer, as most are. */
const ok = { status: 200, body: '{"success":true,"message":"Auto-sync completed","synced":2}' } as const
const failed = { status: 500, body: '{"success":false}' } as const

const secretHeaders = (name: string) => ({ headers: { 'X-Cron-Secret': `{{secrets.${name}}}` } })

/** Runs of jobs that have run before: what counts is the run that comes every few minutes, not the first. */
export class RunUsage {
  readonly #metered: MeteredCloud
  readonly #target: EchoTarget
  #jobs = 0
  #answer: () => TargetAnswer = () => ok
  /** All jobs fire every minute of a day that lies ahead: none by itself while something is counted. */
  readonly #day = new Date(Math.ceil(Date.now() / DAY_MS) * DAY_MS + 10 * DAY_MS)
  #nextMinute = this.#day.getTime()

  constructor(metered: MeteredCloud, target: EchoTarget) {
    this.#metered = metered
    this.#target = target
  }

  /** A job of the kind that most people have, without retries unless `fields` say so. Returns its id. */
  async job(fields: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const path = `/job-${this.#jobs++}`
    this.#target.on(path, () => this.#answer())
    const { id } = await this.#metered.account.api.must('POST', '/api/jobs', {
      name: 'Sync of all customers',
      cronExpression: `* * ${this.#day.getUTCDate()} ${this.#day.getUTCMonth() + 1} *`,
      targetUrl: this.#target.url(path),
      httpMethod: 'POST',
      maxRetries: 0,
      ...fields,
    })
    return id
  }

  /** Delivers the occurrence of the next minute. Returns it, to be delivered again. */
  async occurrence(jobId: string) {
    const plannedAt = new Date(this.#nextMinute).toISOString()
    this.#nextMinute += MINUTE_MS
    const { userId: tenant } = await this.#me()
    const order = { kind: 'occurrence', tenant, jobId, plannedAt } as const
    await this.#metered.invoke('executor', order)
    return order
  }

  #userId: Promise<{ readonly userId: string }> | undefined
  #me() {
    this.#userId ??= this.#metered.account.api.must('GET', '/api/auth/me')
    return this.#userId
  }

  /** What one more run of a job that has run before uses. */
  async #warm(fields: Readonly<Record<string, unknown>>, answer: () => TargetAnswer = () => ok): Promise<Usage> {
    const jobId = await this.job(fields)
    try {
      await this.occurrence(jobId)
      this.#answer = answer
      return await this.#metered.usageOf(() => this.occurrence(jobId))
    } finally {
      this.#answer = () => ok
    }
  }

  plain = () => this.#warm({})

  async coldSecret(): Promise<Usage> {
    await this.#putSecret('COLD')
    const jobId = await this.job(secretHeaders('COLD'))
    return this.#metered.usageOf(() => this.occurrence(jobId))
  }

  async warmSecret(): Promise<Usage> {
    await this.#putSecret('WARM')
    return this.#warm(secretHeaders('WARM'))
  }

  failure = () => this.#warm({}, () => failed)

  retryInPlace(): Promise<Usage> {
    let calls = 0
    return this.#warm({ maxRetries: 1, retryDelaySeconds: 1 }, () => (calls++ === 0 ? failed : ok))
  }

  /** The delay is so long that only we resume the run. */
  async parkedRetry(): Promise<Usage> {
    const jobId = await this.job({ maxRetries: 1, retryDelaySeconds: 3600 })
    await this.occurrence(jobId)
    return this.#metered.usageOf(async () => {
      this.#answer = () => failed
      const { tenant } = await this.occurrence(jobId)
      this.#answer = () => ok
      const { lastRun } = await this.#metered.account.api.must('GET', `/api/jobs/${jobId}`)
      await this.#metered.invoke('executor', { kind: 'resume', tenant, jobId, runId: lastRun.id, attempt: 2 })
    })
  }

  async skipped(): Promise<Usage> {
    const jobId = await this.job({ overlap: 'SKIP' })
    await this.occurrence(jobId)
    const started = Promise.withResolvers<void>()
    const going = Promise.withResolvers<void>()
    this.#answer = () => {
      started.resolve()
      return { ...ok, after: going.promise }
    }
    const first = this.occurrence(jobId)
    await started.promise
    const usage = await this.#metered.usageOf(() => this.occurrence(jobId))
    this.#answer = () => ok
    going.resolve()
    await first
    return usage
  }

  /** Two at once, so that no later one waits for its worker to start. */
  async warmUp(): Promise<void> {
    const jobs = [await this.job(), await this.job()]
    this.#answer = () => ({ ...ok, after: new Promise((resolve) => setTimeout(resolve, 500)) })
    await Promise.all(jobs.map((jobId) => this.occurrence(jobId)))
    this.#answer = () => ok
  }

  async duplicate(): Promise<Usage> {
    const order = await this.occurrence(await this.job())
    return this.#metered.usageOf(() => this.#metered.invoke('executor', order))
  }

  /** From the call of the API to the run's end. */
  async manual(): Promise<Usage> {
    const jobId = await this.job()
    await this.occurrence(jobId)
    let calls = 0
    this.#answer = () => {
      calls++
      return ok
    }
    return this.#metered.usageOf(async () => {
      await this.#metered.account.api.must('POST', `/api/jobs/${jobId}/run`)
      await until('the manual run', async () => (calls > 0 ? true : undefined))
    })
  }

  /** The run before has kept as much: it is read with the job. */
  keptResponse(bytes: number): Promise<Usage> {
    this.#answer = () => ({ status: 200, body: 'x'.repeat(bytes) })
    return this.#warm({ saveResponse: 'ALWAYS' }, this.#answer)
  }

  /** A call that lasts so long that its run is shown while it is going on. */
  longCall = () => this.#warm({}, () => ({ ...ok, after: new Promise((resolve) => setTimeout(resolve, 2_500)) }))

  #putSecret(name: string): Promise<unknown> {
    return this.#metered.account.api.must('PUT', `/api/secrets/${name}`, { value: 'c2VjcmV0LWZvci10aGUtdGFyZ2V0LTE=' })
  }
}
