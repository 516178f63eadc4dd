import { ScanCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHttpTargetSender } from '../../lambdas/adapters/http-target/http-target-sender.ts'
import { consoleLog } from '../../lambdas/adapters/logging/console-log.ts'
import { parseCidrs } from '../../lambdas/domain/target/address-policy.ts'
import { encodings } from '../domain/target/secret-encodings.ts'
import { CANARY, canaryForms, formsIn, textsIn } from '../support/canary.ts'
import { leaks, startCanaryTarget } from '../support/canary-target.ts'
import { startWorld, TENANT, type World } from '../support/world.ts'

/** How many runs are made; 10,000 in `npm run test:long`. */
const RUNS = Number(process.env.CANARY_RUNS ?? 600)

let world: World
let target: Awaited<ReturnType<typeof startCanaryTarget>>
const lines: string[] = []
const sent: string[] = []

beforeAll(async () => {
  world = await startWorld('2026-11-21T12:00:30Z')
  target = await startCanaryTarget(CANARY)
  const loopback = parseCidrs('127.0.0.1')
  const sender = createHttpTargetSender({
    policy: { allowCidrs: loopback.ok ? loopback.cidrs : [] },
    userAgent: 'Punctual/test',
    resolve: async () => ['127.0.0.1'],
  })
  Object.assign(world.deps, {
    hostParallelism: 0,
    log: consoleLog((line) => void lines.push(line)),
    catalog: { read: async () => ({ name: 'CANARY' }) },
    secrets: {
      resolve: async (_: string, names: readonly string[]) => ({
        values: new Map(names.map((name) => [name, CANARY])),
        missing: [],
      }),
      async forget() {},
    },
    sender: {
      send: (request: Parameters<typeof sender.send>[0]) => {
        sent.push(`${request.url.href}\n${JSON.stringify(request.headers)}\n${request.body}`)
        return sender.send(request)
      },
    },
  })
}, 60_000)
afterAll(async () => {
  await target?.close()
  await world?.stop()
})

/** Of these nothing is kept that the target says: credentials by their name, answers that are none, and what is cut off. */
const HIDDEN_ANYWAY: readonly string[] = [
  'cookie',
  'blockedRedirect',
  'wrongRedirect',
  'strangeRedirect',
  'brokenOff',
  'atTheLimit',
  'pastTheLimit',
  'noHttp',
]

/** Jobs that give the canary away in every place where a secret may stand, or, to prove the search, in none. */
const definitionOf = (path: string, knows: boolean) => {
  const at = `http://canary.example.com:${target.port}${path}`
  return {
    // The clock moves on by hours in the long form: nothing is to run but what is asked for.
    cronExpression: '0 0 29 2 *',
    targetUrl: knows ? `${at}?k={{secrets.CANARY}}` : at,
    httpMethod: 'POST' as const,
    headers: knows ? { 'X-Any': 'a {{secrets.CANARY}} b', 'X-Api-Key': '{{secrets.CANARY}}' } : {},
    body: knows ? '{"k":"{{secrets.CANARY}}"}' : null,
    auth: knows
      ? { type: 'basic' as const, username: 'ada', password: '{{secrets.CANARY}}' }
      : { type: 'none' as const },
    maxRetries: 0,
    redirects: 'FOLLOW' as const,
    success: {
      status: ['200-399'],
      bodyIncludes: null,
      bodyExcludes: null,
      json: path.startsWith('/assertion') ? [{ path: '$.success', equals: true }] : [],
    },
  }
}

/** Runs each of the jobs once. */
async function runEach(jobIds: readonly string[]): Promise<void> {
  await world.moveTo(world.clock.now() + 1000)
  for (const jobId of jobIds) await world.requestRun(jobId)
  await Promise.all(world.orders.splice(0).map((order) => world.execute(order)))
}

/** Every item of every tenant, as the engine has it. */
async function everything(): Promise<readonly unknown[]> {
  const items: unknown[] = []
  let ExclusiveStartKey: Record<string, unknown> | undefined
  do {
    const page = await world.table.client.send(
      new ScanCommand({
        TableName: world.table.name,
        ConsistentRead: true,
        ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}),
      }),
    )
    items.push(...(page.Items ?? []))
    ExclusiveStartKey = page.LastEvaluatedKey
  } while (ExclusiveStartKey)
  return items
}

const create = (of: readonly string[], knows: boolean) =>
  Promise.all(of.map(async (leak) => (await world.create(definitionOf(`/${leak}`, knows))).job.id))
const runsOf = async (jobIds: readonly string[]) => {
  const runs = await Promise.all(jobIds.map((jobId) => Array.fromAsync(allRuns(jobId))))
  return runs.flat()
}
async function* allRuns(jobId: string) {
  let after: string | undefined
  do {
    const page = await world.deps.history.ofJob(TENANT, jobId, {}, 100, after)
    yield* page.items
    after = page.next
  } while (after !== undefined)
}

describe('a secret', () => {
  it(`is found nowhere after ${RUNS} runs whose targets hand it back in every way and encoding`, async () => {
    const jobs = await create(leaks, true)
    for (let done = 0; done < RUNS; done += jobs.length) await runEach(jobs.slice(0, RUNS - done))
    expect(sent.filter((text) => formsIn(text, CANARY).length === 0)).toEqual([])
    expect(await runsOf(jobs)).toHaveLength(RUNS)
    expect(lines.filter((line) => line.includes('"message":"run"'))).toHaveLength(RUNS)
    const items = await everything()
    const found = [...items.map(textsIn), ...lines].filter((text) => formsIn(text, CANARY).length > 0)
    expect(found).toEqual([])
    // What was to be kept is there: the search did not look at nothing.
    const kept = textsIn(items)
    for (const sign of [
      'You said: [redacted]',
      'Traceback: KeyError [redacted]',
      'a [redacted] b',
      'Basic [redacted]',
      'chunks [redacted]',
    ])
      expect(kept).toContain(sign)
  }, 3_600_000)

  it('that is not taken out is found, in each encoding and way', async () => {
    const jobs = await create(leaks, false)
    for (let times = 0; times < 2; times++) await runEach(jobs)
    const [body = ''] = jobs
    for (let times = 0; times < encodings.length; times++) await runEach([body])
    const found = new Set((await runsOf([body])).flatMap((run) => formsIn(textsIn(run), CANARY)))
    expect(encodings.filter(({ name }) => !found.has(name)).map(({ name }) => name)).toEqual([])
    const ways = await Promise.all(
      jobs.map(async (jobId, index) =>
        (await runsOf([jobId])).some((run) => formsIn(textsIn(run), CANARY).length > 0) ? leaks[index] : undefined,
      ),
    )
    expect(leaks.filter((leak) => !ways.includes(leak))).toEqual(HIDDEN_ANYWAY)
  }, 120_000)

  it('has forms of its own to be looked for', () => {
    const forms = canaryForms(CANARY)
    expect(new Set(forms.map(({ form }) => form)).size).toBeGreaterThanOrEqual(20)
    for (const { form } of forms) expect(form.length).toBeGreaterThan(CANARY.length / 2)
  })
})
