import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { ApiClient } from '../local/api-client.ts'
import { logIn, type SmokeAccount } from './log-in.ts'

export type SmokeTest = {
  readonly api: ApiClient
  readonly account: SmokeAccount
  /** Whom the job calls; has to answer GET with 2xx. */
  readonly targetUrl: string
  /** Whether to wait, up to two minutes, until EventBridge Scheduler has started the job, too. */
  readonly waitsForSchedule: boolean
  readonly say: (line: string) => void
}

const LONGEST_RUN_MS = 60_000
/** A minute until the next occurrence, and how long a run may take. */
const LONGEST_WAIT_MS = 60_000 + LONGEST_RUN_MS
const POLL_MS = 500

/** What takes back what was done, the last first. */
type TidyUp = (() => Promise<unknown>)[]

const Health = z.object({ status: z.literal('ok'), version: z.string() })
const Job = z.object({ id: z.string(), nextRunAt: z.string().nullable() })
const RunStarted = z.object({ runId: z.string() })
/** With all other fields as they are: what must not be in a run is looked for in all of it. */
const Run = z.looseObject({
  id: z.string(),
  trigger: z.string(),
  status: z.string(),
  httpStatus: z.number().nullable(),
  latenessMs: z.number().nullable(),
  durationMs: z.number().nullable(),
  reason: z.object({ code: z.string(), message: z.string() }).nullable(),
})
type Run = z.infer<typeof Run>
const Runs = z.object({ items: z.array(Run) })

/**
 * Does what a user does, from logging in to a run in the log, and tidies up, also after a failure.
 * @throws Error that says which step failed, and why
 */
export async function smokeTest(test: SmokeTest): Promise<void> {
  const { api, say } = test
  const { version } = await step('health', async () => Health.parse(await api.mustCall('GET', '/api/health')))
  say(`ok  health: version ${version}`)
  await step('log in', () => logIn(api, test.account, say))
  say(`ok  log in: ${test.account.email}`)
  const tidyUp: TidyUp = [() => api.mustCall('POST', '/api/auth/logout')]
  const failures: string[] = []
  const attempt = (action: () => Promise<unknown>) => action().catch((error) => void failures.push(messageOf(error)))
  await attempt(() => useJob(test, tidyUp))
  for (const undo of tidyUp.toReversed()) await attempt(() => step('tidy up', undo))
  if (failures.length > 0) throw new Error(failures.join('\n'))
  say('ok  tidied up')
}

async function useJob({ api, targetUrl, waitsForSchedule, say }: SmokeTest, tidyUp: TidyUp) {
  const suffix = randomBytes(4).toString('hex')
  const [name, value] = [`SMOKE_${suffix.toUpperCase()}`, randomBytes(24).toString('base64url')]
  await step('store a secret', () => api.mustCall('PUT', `/api/secrets/${name}`, { value }))
  tidyUp.push(() => api.mustCall('DELETE', `/api/secrets/${name}?force=true`))
  say(`ok  store a secret: ${name}`)
  const job = await step('create a job', async () => {
    const fields = { name: `Smoke test ${suffix}`, cronExpression: '* * * * *', targetUrl, maxRetries: 0 }
    const headers = { 'X-Smoke-Test': `{{secrets.${name}}}` }
    return Job.parse(await api.mustCall('POST', '/api/jobs', { ...fields, headers, notify: { onFailure: false } }))
  })
  tidyUp.push(() => api.mustCall('DELETE', `/api/jobs/${job.id}`))
  say(`ok  create a job: ${job.id}, calls ${targetUrl}, next at ${job.nextRunAt}`)
  const { runId } = await step('run now', async () =>
    RunStarted.parse(await api.mustCall('POST', `/api/jobs/${job.id}/run`)),
  )
  await step('run now', async () => say(`ok  run now: ${describe(await endOf(api, runId), value)}`))
  if (!waitsForSchedule) return
  say('..  run on schedule: waiting for the next minute')
  await step('run on schedule', async () =>
    say(`ok  run on schedule: ${describe(await scheduled(api, job.id), value)}`),
  )
}

function endOf(api: ApiClient, runId: string): Promise<Run> {
  return until(LONGEST_RUN_MS, 'its end', async () => {
    const { status, body } = await api.call('GET', `/api/runs/${runId}`)
    const run = status === 200 ? Run.parse(body) : undefined
    return run?.status === 'RUNNING' ? undefined : run
  })
}

function scheduled(api: ApiClient, jobId: string): Promise<Run> {
  return until(LONGEST_WAIT_MS, 'a run that the schedule has started', async () => {
    const { items } = Runs.parse(await api.mustCall('GET', `/api/jobs/${jobId}/runs`))
    // An occurrence that finds the run before it under way is skipped; the next one will do.
    return items.find(({ trigger, status }) => trigger === 'SCHEDULE' && status !== 'RUNNING' && status !== 'SKIPPED')
  })
}

/** @throws when the run is no success or shows the secret */
function describe(run: Run, secret: string): string {
  const { id, status, httpStatus, latenessMs, durationMs, reason } = run
  if (status !== 'SUCCEEDED')
    throw new Error(`${id} is ${status}: ${reason?.code ?? ''} ${reason?.message ?? ''}`.trim())
  if (JSON.stringify(run).includes(secret)) throw new Error(`${id} shows the secret`)
  return `${id} ${status}, HTTP ${httpStatus}, ${latenessMs} ms late, took ${durationMs} ms`
}

async function until<Found>(longestMs: number, what: string, ask: () => Promise<Found | undefined>): Promise<Found> {
  const giveUpAt = performance.now() + longestMs
  for (;;) {
    const found = await ask()
    if (found !== undefined) return found
    if (performance.now() > giveUpAt) throw new Error(`${longestMs / 1000} s were not enough for ${what}`)
    await sleep(POLL_MS)
  }
}

async function step<Result>(name: string, action: () => Promise<Result>): Promise<Result> {
  try {
    return await action()
  } catch (error) {
    throw new Error(`${name}: ${messageOf(error)}`, { cause: error })
  }
}

/** `fetch` only says that it failed; why is in the cause. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error instanceof TypeError && error.cause instanceof Error ? error.cause.message : error.message
}
