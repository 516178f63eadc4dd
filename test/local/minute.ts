import { type Answer, type ApiClient, until } from '../support/api-client.ts'
import type { EchoTarget } from '../support/echo-target.ts'
import { cases } from './minute-cases.ts'

export const MINUTE_MS = 60_000

/** Making all jobs takes less, in milliseconds. */
const PREPARATION_MS = 20_000

export const pathOf = (name: string): string => `/${name}`

export type PlayedMinute = {
  /** Its planned instant, epoch ms. */
  readonly minute: number
  /** Ids by name. */
  readonly jobs: ReadonlyMap<string, string>
  /** What became of the minute's occurrences, by name of the job. */
  readonly runs: ReadonlyMap<string, Answer['body']>
  /** Lets the calls end that began before the minute. */
  release(): void
}

/** Plays the next whole minute: makes a job for each case, waits for the minute, and for the end of all its runs. */
export async function playMinute(api: ApiClient, target: EchoTarget): Promise<PlayedMinute> {
  const minute = Math.ceil((Date.now() + PREPARATION_MS) / MINUTE_MS) * MINUTE_MS
  const jobs = new Map<string, string>()
  const released = Promise.withResolvers<void>()
  const make = async (name: string, fields: object = {}) => {
    const startAt = new Date(minute - 1000).toISOString()
    const targetUrl = target.url(pathOf(name))
    const job = await api.createJob({ name, cronExpression: '* * * * *', startAt, targetUrl, ...fields })
    jobs.set(name, job.id)
    return job
  }
  await makeLasting(api, target, make, released.promise)
  target.on('/landing', { body: 'landed' })
  await Promise.all(
    Object.entries(cases).map(([name, { job, answer }]) => {
      target.on(pathOf(name), answer)
      return make(name, job)
    }),
  )
  await make('oneOff', { cronExpression: `at(${new Date(minute).toISOString().slice(0, 19)})`, startAt: null })
  await make('paused', { enabled: false })
  const { id: deleted } = await make('deleted')
  await api.must('DELETE', `/api/jobs/${deleted}`)
  const { id: resumed } = await make('resumed', { enabled: false })
  await api.must('POST', `/api/jobs/${resumed}/resume`)
  if (Date.now() >= minute) throw new Error(`Making the jobs took longer than ${PREPARATION_MS} ms`)

  await until('the minute', async () => (Date.now() >= minute ? true : undefined), 2 * MINUTE_MS)
  const runs = new Map<string, Answer['body']>()
  for (const [name, jobId] of jobs)
    if (name !== 'paused' && name !== 'deleted') runs.set(name, await runOf(api, jobId, minute))
  return { minute, jobs, runs, release: released.resolve }
}

/** Jobs whose first call lasts beyond the minute, so that its occurrence finds a call under way. */
async function makeLasting(
  api: ApiClient,
  target: EchoTarget,
  make: (name: string, fields: object) => Promise<{ id: string }>,
  end: Promise<void>,
): Promise<void> {
  for (const [name, overlap] of [
    ['skipping', 'SKIP'],
    ['overlapping', 'ALLOW'],
  ] as const) {
    const path = pathOf(name)
    target.on(path, () => (target.requests(path).length === 1 ? { after: end } : {}))
    const { id } = await make(name, { overlap, timeout: 120_000 })
    await api.must('POST', `/api/jobs/${id}/run`)
    await target.request(path)
  }
}

function runOf(api: ApiClient, jobId: string, minute: number): Promise<Answer['body']> {
  const plannedAt = new Date(minute).toISOString()
  return until(`the run of job ${jobId}`, async () => {
    const { items } = await api.must('GET', `/api/jobs/${jobId}/runs`)
    return items.find(
      (run: { trigger: string; status: string; plannedAt: string }) =>
        run.trigger === 'SCHEDULE' && run.status !== 'RUNNING' && run.plannedAt === plannedAt,
    )
  })
}
