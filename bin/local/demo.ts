import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import type { Cloud } from '../../local/cloud.ts'
import { ApiClient } from './api-client.ts'
import { type EchoTarget, startEchoTarget } from './echo-target.ts'

/** The account of the demo. Its password is no secret: it opens nothing but this machine's own service. */
export const DEMO_ACCOUNT = { email: 'demo@example.com', password: 'Punctual-demo-1' } as const

const SECRET_NAME = 'DEMO_SECRET'

const JOB_NAME = 'Echo every minute'

const demoJob = (targetUrl: string) => ({
  name: JOB_NAME,
  description: 'Calls the built-in echo target, which answers with the request it got.',
  tags: ['demo'],
  cronExpression: '* * * * *',
  targetType: 'HTTP',
  targetUrl,
  httpMethod: 'POST',
  headers: { 'Content-Type': 'application/json', 'X-Demo-Secret': `{{secrets.${SECRET_NAME}}}` },
  body: '{"hello":"world"}',
})

const Tokens = z.object({ accessToken: z.string() })
const Job = z.object({ id: z.string(), name: z.string(), targetUrl: z.string() })
const Jobs = z.object({ items: z.array(Job) })

const DemoState = z.object({ made: z.boolean(), echoPort: z.number() })
type DemoState = z.infer<typeof DemoState>

/** What is known of the demo of a data directory; undefined when it has none. */
export function readDemoState(file: string): DemoState | undefined {
  try {
    return DemoState.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return undefined
  }
}

const writeDemoState = (file: string, state: DemoState) => writeFileSync(file, JSON.stringify(state))

/** Notes that a demo is to be made, so that a start that is cut short is finished by the next one. */
export function orderDemo(file: string): void {
  writeDemoState(file, { made: false, echoPort: 0 })
}

/**
 * Starts the demo's echo target and sees to it that account, secret and job are there and that the job calls it.
 */
export async function startDemo(cloud: Cloud, stateFile: string): Promise<EchoTarget> {
  const before = readDemoState(stateFile)
  const echo = await startEchoTarget(before?.echoPort ?? 0)
  if (before?.made && before.echoPort === echo.port) return echo
  writeDemoState(stateFile, { made: before?.made ?? false, echoPort: echo.port })
  try {
    const api = new ApiClient(cloud.url)
    if (!before?.made) await makeAccount(api, cloud)
    await logIn(api)
    if (before?.made) await pointJobAt(api, echo.url)
    else await makeJob(api, echo.url)
    writeDemoState(stateFile, { made: true, echoPort: echo.port })
    return echo
  } catch (error) {
    echo.close()
    throw error
  }
}

async function makeAccount(api: ApiClient, { mailbox }: Cloud): Promise<void> {
  const { email } = DEMO_ACCOUNT
  // Refused when an earlier attempt came this far; logging in tells whether all is well.
  await api.call('POST', '/api/auth/signup', { ...DEMO_ACCOUNT, name: 'Demo' })
  const code = /\b\d{6}\b/.exec(mailbox.list(email)[0]?.text ?? '')?.[0]
  if (code !== undefined) await api.call('POST', '/api/auth/verify', { email, code })
}

async function logIn(api: ApiClient): Promise<void> {
  api.authorize(Tokens.parse(await api.mustCall('POST', '/api/auth/login', DEMO_ACCOUNT)).accessToken)
}

/** Makes secret and job, and runs it at once, so that there is a run to see within seconds. */
async function makeJob(api: ApiClient, targetUrl: string): Promise<void> {
  await api.mustCall('PUT', `/api/secrets/${SECRET_NAME}`, {
    value: randomBytes(24).toString('base64'),
    description: 'A made-up credential; the run log shows it redacted',
  })
  const existing = await findJob(api)
  const job = existing ?? Job.parse(await api.mustCall('POST', '/api/jobs', demoJob(targetUrl)))
  if (job.targetUrl !== targetUrl) await api.mustCall('PATCH', `/api/jobs/${job.id}`, { targetUrl })
  await api.mustCall('POST', `/api/jobs/${job.id}/run`)
}

/** The echo target has moved; the job follows, if its owner has kept it. */
async function pointJobAt(api: ApiClient, targetUrl: string): Promise<void> {
  const job = await findJob(api)
  if (job) await api.mustCall('PATCH', `/api/jobs/${job.id}`, { targetUrl })
}

async function findJob(api: ApiClient): Promise<z.infer<typeof Job> | undefined> {
  const { items } = Jobs.parse(await api.mustCall('GET', '/api/jobs?tag=demo'))
  return items.find(({ name }) => name === JOB_NAME)
}
