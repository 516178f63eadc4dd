import type { Answered } from './call-api.ts'
import { leaks, TOLD } from './canary-target.ts'
import type { CanaryWorld } from './canary-world.ts'
import { MINUTE_MS } from './world.ts'

/** Targets whose every run fails: nobody is told of the next one unless their job is edited first. */
const FAILING: ReadonlySet<string> = new Set([
  'error',
  'refusal',
  'assertion',
  'blockedRedirect',
  'wrongRedirect',
  'strangeRedirect',
  'brokenOff',
  'noHttp',
])

/** A job that gives the canary away in every place where a secret may stand, or, to prove the search, in none. */
export function definitionOf(port: number, leak: string, knows: boolean) {
  const host = `http://canary.example.com:${port}`
  return {
    name: leak,
    cronExpression: '*/5 * * * *',
    targetUrl: knows ? `${host}/${leak}?k={{secrets.CANARY}}` : `${host}/${leak}`,
    httpMethod: 'POST',
    headers: knows ? { 'X-Any': 'a {{secrets.CANARY}} b', 'X-Api-Key': '{{secrets.CANARY}}' } : {},
    body: knows ? '{"k":"{{secrets.CANARY}}"}' : null,
    auth: knows ? { type: 'basic', username: 'ada', password: '{{secrets.CANARY}}' } : { type: 'none' },
    sign: knows,
    maxRetries: 0,
    redirects: 'FOLLOW',
    success: { status: ['200-399'], json: leak === 'assertion' ? [{ path: '$.success', equals: true }] : [] },
    ...(leak === 'refusal' ? { disableAfterFailures: 1 } : {}),
    // Whoever is told hands the canary back as well, and half of them refuse, for good.
    notify: {
      afterFailures: 1,
      onSuccess: leak === 'body' || leak === 'chunks',
      webhookUrl: `${host}/${leaks.indexOf(leak) % 2 ? 'body' : 'refusal'}${TOLD}`,
    },
  }
}

export type CanaryJob = { readonly id: string; readonly leak: string }

/** Makes a job for each of the ways to leak, by the API. */
export async function createJobs(world: CanaryWorld, of: readonly string[], knows: boolean) {
  const made: CanaryJob[] = []
  for (const leak of of) {
    const { body } = await succeeded(world.ask('createJob', { body: definitionOf(world.target.port, leak, knows) }))
    made.push({ id: body.id, leak })
  }
  return made
}

/** Lets the next occurrence of each job run, and edits those that fail, so that people are told again. */
export async function runEach(world: CanaryWorld, jobs: readonly CanaryJob[]): Promise<void> {
  const ids = new Set(jobs.map(({ id }) => id))
  const period = 5 * MINUTE_MS
  await world.moveTo((Math.floor(world.clock.now() / period) + 1) * period + 400)
  const orders = world.orders.splice(0).filter(({ jobId }) => ids.has(jobId))
  await Promise.all(orders.map((order) => world.execute(order)))
  for (const { id, leak } of jobs.filter((job) => FAILING.has(job.leak))) {
    const body = { name: `${leak} ${world.clock.now()}`, enabled: true }
    const headers = { 'content-type': 'application/merge-patch+json' }
    await succeeded(world.ask('patchJob', { params: { jobId: id }, body, headers }))
  }
}

/** All runs of a job as the API shows them. */
export async function showRuns(world: CanaryWorld, jobId: string): Promise<readonly unknown[]> {
  const runs: unknown[] = []
  let cursor: string | undefined
  do {
    const query = { limit: '100', ...(cursor === undefined ? {} : { cursor }) }
    const { body } = await succeeded(world.ask('listJobRuns', { params: { jobId }, query }))
    runs.push(...body.items)
    cursor = body.nextCursor ?? undefined
  } while (cursor !== undefined)
  return runs
}

/** @throws when the request was refused. */
export async function succeeded(answering: Promise<Answered>): Promise<Answered> {
  const answered = await answering
  if (answered.status >= 300) throw new Error(`${answered.status} ${JSON.stringify(answered.body)}`)
  return answered
}
