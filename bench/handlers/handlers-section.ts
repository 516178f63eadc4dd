import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import { synthesizeApp } from '../../bin/local/synthesized-app.ts'
import { proxyEvent } from '../../local/api-gateway/proxy-event.ts'
import { RouteTable } from '../../local/api-gateway/route-table.ts'
import { type Cloud, HOME, startCloud } from '../../local/cloud.ts'
import { DynamoDbEngine } from '../../local/dynamodb/engine.ts'
import { functionEnvironment } from '../../local/lambda/function-environment.ts'
import type { ObservedCall } from '../../local/service-ports.ts'
import { type Account, accountsByMailbox } from '../../test/support/api-client.ts'
import { PROJECT_ROOT } from '../cost/metered-cloud.ts'
import { Target } from '../many-due/target.ts'
import type { Findings, Target as Promised, Section, Surroundings } from '../report/section.ts'
import { type Assignment, type RecordedCall, Timings } from './assignment.ts'

const PROCESS = fileURLToPath(new URL('./handler-process.ts', import.meta.url))
const MINUTE_MS = 60_000

/** Times handlers, warm, beside the calls that they make. */
export const handlersSection: Section = {
  name: 'handlers',
  title: 'Handlers, beside the same calls of the SDK alone',
  async measure({ quick, scratch, say }: Surroundings): Promise<Findings> {
    await using ground = await Ground.start(scratch)
    const rounds = quick ? { warmUps: 100, rounds: 150 } : { warmUps: 500, rounds: 1500 }
    const measured: Measured[] = []
    for (const [name, prepare] of Object.entries(subjects)) {
      say(`timing: ${name}`)
      await ground.takeAnotherAccount()
      measured.push({ name, timings: await ground.time({ ...(await prepare(ground)), ...rounds }) })
    }
    return { tables: [table(measured)], targets: targets(measured) }
  },
}

type Measured = { readonly name: string; readonly timings: Timings }
type Subject = Pick<Assignment, 'event' | 'calls' | 'targetUrl'> & { readonly entry: string }

/** The cloud in this process, which only serves what the handler's process does not reach directly: the engine it does. */
class Ground implements AsyncDisposable {
  readonly #recorded: RecordedCall[] = []
  readonly cloud: Cloud
  /** Whose calls are timed. */
  account: Account
  readonly target: Target
  readonly #engine: DynamoDbEngine

  private constructor(
    cloud: Cloud,
    account: Account,
    target: Target,
    engine: DynamoDbEngine,
    recorded: RecordedCall[],
  ) {
    this.cloud = cloud
    this.account = account
    this.target = target
    this.#engine = engine
    this.#recorded = recorded
  }

  static async start(scratch: string): Promise<Ground> {
    const recorded: RecordedCall[] = []
    const engine = await DynamoDbEngine.start({ file: join(scratch, 'handlers.sqlite'), log: console.error })
    const cloud = await startCloud({
      cdkOut: () => synthesizeApp(PROJECT_ROOT, join(scratch, 'cdk.out')),
      dataDir: join(scratch, 'handlers'),
      port: 0,
      environment: { TARGET_ALLOW_CIDRS: '127.0.0.0/8' },
      dynamoDbEndpoint: engine.endpoint,
      onCall: (call) => record(recorded, call),
      log: () => {},
    })
    return new Ground(cloud, await accountsByMailbox(cloud.url)(), await Target.start(), engine, recorded)
  }

  /** Every handler gets the quota of requests of an account of its own, of the largest plan: a refusal would be timed as an answer. */
  async takeAnotherAccount(): Promise<void> {
    this.account = await accountsByMailbox(this.cloud.url)()
    await this.account.api.must('PUT', '/api/users/plan', { plan: 'PRO' })
  }

  /** What a function asks of DynamoDB meanwhile. */
  async recorded(act: () => Promise<unknown>): Promise<readonly RecordedCall[]> {
    this.#recorded.length = 0
    await act()
    return [...this.#recorded]
  }

  functionOf(entry: string) {
    const found = this.cloud.template.functions.find(({ handler }) => handler === `${entry}.handler`)
    if (!found) throw new Error(`No function has the handler ${entry}.handler`)
    return found
  }

  /** The event that API Gateway makes of a call. */
  apiEvent(method: string, path: string, body?: unknown): string {
    const { routes = [], id = '' } = this.cloud.template.httpApis[0] ?? {}
    const [rawPath = '', rawQuery = ''] = path.split('?')
    const match = new RouteTable(routes).find(method, rawPath)
    if (!match) throw new Error(`There is no route ${method} ${rawPath}`)
    const headers = new Map([
      ['authorization', [`Bearer ${this.account.session.accessToken}`]],
      ['content-type', ['application/json']],
      ['host', ['api.example.com']],
    ])
    const request = { method, path: rawPath, rawQuery, headers, sourceIp: '127.0.0.1', protocol: 'HTTP/1.1', port: 443 }
    const sent = body === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(body))
    const place = { accountId: HOME.accountId, apiId: id, requestId: 'bench', nowMs: Date.now() }
    return proxyEvent({ ...request, body: sent }, match, place)
  }

  async time({ entry, ...subject }: Subject & Pick<Assignment, 'warmUps' | 'rounds'>): Promise<Timings> {
    const definition = this.functionOf(entry)
    const endpoints = new Map([...this.cloud.endpoints, ['DYNAMODB', this.#engine.endpoint] as const])
    const overrides = { TARGET_ALLOW_CIDRS: '127.0.0.0/8' }
    const env = functionEnvironment(definition, { region: HOME.region, endpoints, overrides })
    const child = fork(PROCESS, { env: { ...env }, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    child.send({ ...subject, module: join(definition.codeFolder, `${entry}.mjs`) } satisfies Assignment)
    const [message] = await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => Promise.reject(new Error(`${entry} could not be timed`))),
    ])
    return Timings.parse(message)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cloud.close()
    await this.target.close()
    await this.#engine.stop()
  }
}

const Input = z.record(z.string(), z.unknown())

function record(recorded: RecordedCall[], { service, request }: ObservedCall): void {
  if (service !== 'DYNAMODB') return
  const operation = request.headers['x-amz-target']?.split('.').at(-1) ?? ''
  recorded.push({ operation, input: Input.parse(JSON.parse(Buffer.from(request.body).toString())) })
}

const job = { name: 'Sync of all customers', cronExpression: '* * * * *', httpMethod: 'POST', maxRetries: 0 }

async function executorSubject(ground: Ground): Promise<Subject> {
  const { api } = ground.account
  const targetUrl = ground.target.url
  const { id: jobId } = await api.must('POST', '/api/jobs', { ...job, targetUrl })
  const { userId: tenant } = await api.must('GET', '/api/auth/me')
  const order = { kind: 'occurrence', tenant, jobId, plannedAt: '{{minute}}' }
  const minute = (count: number) => new Date((Math.ceil(Date.now() / MINUTE_MS) + count) * MINUTE_MS).toISOString()
  const deliver = (plannedAt: string) =>
    ground.cloud.services.lambda.invoke(ground.functionOf('executor').arn, JSON.stringify({ ...order, plannedAt }))
  await deliver(minute(0))
  const calls = await ground.recorded(() => deliver(minute(1)))
  return { entry: 'executor', event: JSON.stringify(order), calls: [...calls], targetUrl }
}

/** A route, called as it is in an account with ten jobs, each run once. */
const route =
  (entry: string, method: string, path: string, body?: unknown) =>
  async (ground: Ground): Promise<Subject> => {
    const { api } = ground.account
    const { items } = await api.must('GET', '/api/jobs?limit=100')
    for (let count = items.length; count < 11; count++) {
      const { id } = await api.must('POST', '/api/jobs', { ...job, targetUrl: ground.target.url })
      await api.runToEnd(id)
    }
    const { items: runs } = await api.must('GET', '/api/runs?limit=1')
    const known = path.replace('{jobId}', runs[0].jobId).replace('{runId}', runs[0].id)
    // The first call of a minute asks for a share of the quota, the others do not.
    await api.must(method, known, body)
    const calls = await ground.recorded(() => api.must(method, known, body))
    return { entry, event: ground.apiEvent(method, known, body), calls: [...calls], targetUrl: null }
  }

const subjects: Readonly<Record<string, (ground: Ground) => Promise<Subject>>> = {
  'executor, a plain run': executorSubject,
  'GET /api/jobs/{jobId}': route('jobs', 'GET', '/api/jobs/{jobId}'),
  'GET /api/jobs?limit=10': route('jobs', 'GET', '/api/jobs?limit=10'),
  'PATCH /api/jobs/{jobId}': route('jobs', 'PATCH', '/api/jobs/{jobId}', { description: 'changed' }),
  'GET /api/jobs/{jobId}/runs': route('runs', 'GET', '/api/jobs/{jobId}/runs'),
  'GET /api/runs?limit=10': route('runs', 'GET', '/api/runs?limit=10'),
  'GET /api/runs/{runId}': route('runs', 'GET', '/api/runs/{runId}'),
  'GET /api/secrets': route('secrets', 'GET', '/api/secrets'),
  'GET /api/keys': route('keys', 'GET', '/api/keys'),
}

const quantile = (times: readonly number[], share: number): number =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length * share)] ?? Number.NaN

const ratio = ({ own, bare }: Timings): number => quantile(own, 0.5) / quantile(bare, 0.5)

const table = (measured: readonly Measured[]) => ({
  title: 'A warm handler, in ms',
  rows: measured.map(({ name, timings }) => ({
    handler: name,
    p50: quantile(timings.own, 0.5),
    p99: quantile(timings.own, 0.99),
    'calls alone p50': quantile(timings.bare, 0.5),
    'calls alone p99': quantile(timings.bare, 0.99),
    'ratio of p50': ratio(timings),
    'processor ms': timings.ownCpuMs,
    'calls alone, processor ms': timings.bareCpuMs,
  })),
  notes: [
    '"Calls alone": what the handler asks of DynamoDB, recorded and sent by the same SDK in the same process, in turns; for the',
    'executor with a fetch of the target. A route verifies a token, which the calls alone do not.',
  ],
})

const targets = (measured: readonly Measured[]): readonly Promised[] => {
  const [executor, ...routes] = measured
  return [
    ...(executor
      ? [
          {
            promise: 'the executor, in times of its calls and a fetch alone',
            atMost: 1.5,
            measured: ratio(executor.timings),
          },
        ]
      : []),
    {
      promise: 'the slowest route, in times of its calls alone',
      atMost: 1.3,
      measured: Math.max(...routes.map(({ timings }) => ratio(timings))),
    },
  ]
}
