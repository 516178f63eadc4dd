import { rm } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { freePort } from '../../local/free-port.ts'
import { type ApiClient, accountsByMailbox, logIn } from '../../test/support/api-client.ts'
import { EchoTarget } from '../../test/support/echo-target.ts'
import { newDataDir, type PunctualService, startService } from '../../test/support/punctual-service.ts'
import { type Hit, judge, type SoakJob, type SoakRun, type Verdict } from './verdict.ts'

const usage = `npm run soak -- [--minutes 30] [--kill-every 3] [--jobs 40]

Runs the service under load, kills it every few minutes, and matches what the target saw with what was planned. Runs
that a kill has broken off are taken over when their leases end: the end takes up to a quarter of an hour longer.`

const MINUTE_MS = 60_000
/** After this long every broken run has been taken over: its lease, a sweep, and the run itself, in ms. */
const SETTLED_WITHIN_MS = 16 * MINUTE_MS
const POLL_MS = 30_000
/** Long enough for a kill to find some calls going on, in ms. */
const SLOWEST_ANSWER_MS = 5000

/** The service, the same one across its restarts, and somebody to use it. */
class Soak {
  readonly target: EchoTarget
  readonly #dataDir: string
  readonly #port: number
  #service: PunctualService | undefined
  #credentials: { readonly email: string; readonly password: string } | undefined
  #api: ApiClient | undefined
  readonly jobs: (SoakJob & { readonly path: string })[] = []
  readonly promised: string[] = []
  kills = 0

  constructor(target: EchoTarget, dataDir: string, port: number) {
    this.target = target
    this.#dataDir = dataDir
    this.#port = port
  }

  async start(): Promise<void> {
    this.#service = await startService({ dataDir: this.#dataDir, port: this.#port })
    this.#credentials ??= await accountsByMailbox(this.#service.url)()
    await this.#logIn()
  }

  async kill(): Promise<void> {
    this.#api = undefined
    await this.#service?.kill()
    this.kills++
  }

  /** Stops the service and removes its data, even of one that never started. */
  async discard(): Promise<void> {
    await this.#service?.discard()
    await rm(this.#dataDir, { recursive: true, force: true })
  }

  async #logIn(): Promise<void> {
    if (!this.#service || !this.#credentials) return
    const { email, password } = this.#credentials
    this.#api = (await logIn(this.#service.url, email, password)).api
  }

  /** Access tokens live for a quarter of an hour. */
  async call(method: string, path: string, body?: unknown) {
    const answer = await this.#api?.call(method, path, body)
    if (answer?.status !== 401) return answer
    await this.#logIn()
    return this.#api?.call(method, path, body)
  }

  async createJobs(count: number): Promise<void> {
    for (let number = 0; number < count; number++) {
      const everyMinutes = 1 + (number % 3)
      const delivery = number % 2 === 0 ? 'AT_LEAST_ONCE' : 'AT_MOST_ONCE'
      const path = `/soak-${number}`
      const answer = await this.call('POST', '/api/jobs', {
        name: `soak ${number}`,
        cronExpression: everyMinutes === 1 ? '* * * * *' : `*/${everyMinutes} * * * *`,
        targetUrl: this.target.url(path),
        overlap: 'ALLOW',
        delivery,
      })
      if (!answer || answer.status >= 300) throw new Error(`Job ${number} was not made: ${answer?.text}`)
      this.target.on(path, () => ({ after: wait(Math.random() * SLOWEST_ANSWER_MS) }))
      this.jobs.push({ id: answer.body.id, delivery, everyMinutes, path })
    }
  }

  /** One call of a user, who may find the service gone. */
  async use(turn: number): Promise<void> {
    const job = this.jobs[turn % this.jobs.length]
    try {
      if (turn % 3 === 0) await this.call('PATCH', `/api/jobs/${job?.id}`, { description: `turn ${turn}` })
      if (turn % 3 === 1) await this.call('GET', '/api/jobs?limit=50')
      if (turn % 3 === 2) {
        const answer = await this.call('POST', `/api/jobs/${job?.id}/run`)
        if (answer?.status === 202) this.promised.push(answer.body.runId)
      }
    } catch {
      // It has just been killed.
    }
  }

  async runs(): Promise<readonly SoakRun[]> {
    const runs: SoakRun[] = []
    let cursor = ''
    do {
      const query = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
      const answer = await this.call('GET', `/api/runs?limit=100${query}`)
      if (answer?.status !== 200) throw new Error(`The runs could not be read: ${answer?.text}`)
      for (const { id, jobId, trigger, plannedAt, status } of answer.body.items) {
        runs.push({ id, jobId, trigger, plannedAt: Date.parse(plannedAt), status })
      }
      cursor = answer.body.nextCursor ?? ''
    } while (cursor !== '')
    return runs
  }

  hits(): readonly Hit[] {
    return this.jobs.flatMap(({ id, path }) =>
      this.target.requests(path).map(({ headers, at }) => ({ runId: String(headers['webhook-id']), jobId: id, at })),
    )
  }
}

const say = (text: string) => console.log(`${new Date().toISOString().slice(11, 19)}  ${text}`)

/** Users call, and every few minutes everything is killed, at whatever it is. */
async function load(soak: Soak, until: number, killEveryMs: number): Promise<void> {
  let nextKill = Date.now() + killEveryMs
  for (let turn = 0; Date.now() < until; turn++) {
    await soak.use(turn)
    await wait(1000 + Math.random() * 1000)
    if (Date.now() < nextKill) continue
    // Kills come soon after a minute has begun, when most is going on.
    await wait((MINUTE_MS - (Date.now() % MINUTE_MS) + Math.random() * 3000) % MINUTE_MS)
    await soak.kill()
    await soak.start()
    nextKill = Date.now() + killEveryMs
    say(`killed and started again, ${soak.kills} times so far; ${soak.hits().length} hits`)
  }
}

/** Judges again and again until all is well, or it has had time enough. */
async function settle(soak: Soak, from: number, to: number): Promise<Verdict> {
  const giveUpAt = Date.now() + SETTLED_WITHIN_MS
  for (;;) {
    const { jobs, promised } = soak
    const verdict = judge({ jobs, from, to, promised, runs: await soak.runs(), hits: soak.hits() })
    if (verdict.problems.length === 0 || Date.now() > giveUpAt) return verdict
    say(`${verdict.problems.length} runs are not settled yet, such as: ${verdict.problems[0]}`)
    await wait(POLL_MS)
  }
}

function report(soak: Soak, { planned, statuses, repeated, problems }: Verdict): void {
  const counts = Object.entries(statuses).map(([status, count]) => `${count} ${status}`)
  say(`${soak.jobs.length} jobs, ${soak.kills} kills, ${planned} planned runs: ${counts.join(', ')}`)
  say(`${soak.hits().length} hits, ${repeated} of them repeated after a crash; ${soak.promised.length} runs by hand`)
  for (const problem of problems.slice(0, 50)) say(`  ${problem}`)
  say(problems.length === 0 ? 'PASSED: every run is accounted for.' : `FAILED: ${problems.length} problems.`)
}

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    'kill-every': { type: 'string', default: '3' },
    jobs: { type: 'string', default: '40' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(usage)
  process.exit(0)
}
const [minutes, killEvery, jobs] = [values.minutes, values['kill-every'], values.jobs].map(Number)
if (!minutes || !killEvery || !jobs) {
  console.error(`--minutes, --kill-every and --jobs must be numbers greater than 0.\n\n${usage}`)
  process.exit(2)
}
const soak = new Soak(await EchoTarget.start(), await newDataDir(), await freePort())
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    await soak.discard()
    process.exit(1)
  })
}
try {
  say(`Starting; ${minutes} minutes of load, a kill every ${killEvery}.`)
  await soak.start()
  await soak.createJobs(jobs)
  const from = Date.now()
  await load(soak, from + minutes * MINUTE_MS, killEvery * MINUTE_MS)
  const verdict = await settle(soak, from, Date.now())
  report(soak, verdict)
  process.exitCode = verdict.problems.length === 0 ? 0 : 1
} finally {
  await soak.discard()
  await soak.target.close()
}
