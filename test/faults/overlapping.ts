import { Readable } from 'node:stream'
import { setImmediate as settled } from 'node:timers/promises'
import { hmacSha256 } from '../../lambdas/adapters/http-target/hmac-sha256.ts'
import { newJob } from '../../lambdas/domain/job/change-job.ts'
import { JobDefinition } from '../../lambdas/domain/job/job.ts'
import { isFinal, type Run } from '../../lambdas/domain/run/run.ts'
import { parseRunId } from '../../lambdas/domain/run/run-id.ts'
import { executorFunction } from '../../lambdas/executor/executor.ts'
import type { RunLedger } from '../../lambdas/ports/run-ledger.ts'
import type { SentAttempt, TargetSender } from '../../lambdas/ports/target-sender.ts'
import { sweep } from '../../lambdas/use-cases/sweep.ts'
import { boundlessHosts } from '../support/boundless-hosts.ts'
import { MemoryTable, memoryJobStore, memoryRunLedger } from '../support/fault-memory.ts'
import { Process, type StrikeKind } from '../support/fault-process.ts'
import { answered, TENANT } from '../support/world.ts'
import { jobIdOf } from './ground.ts'

export const START = Date.parse('2026-11-21T12:00:00Z')
const MINUTE_MS = 60_000
const FUNCTION_TIMEOUT_MS = 6 * MINUTE_MS
const LEASE_MS = FUNCTION_TIMEOUT_MS + MINUTE_MS

const NO_TIMINGS = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, downloadMs: null, totalMs: 0 }
const aborted: SentAttempt = { kind: 'failure', code: 'ABORTED', message: 'stopped', timings: NO_TIMINGS }

/** A function at work: its requests to the outside wait until they are let go. */
type Function = { readonly beganAt: number; readonly beganWith: number; isKilled: boolean }

type Request = { readonly by: Function; readonly go: (strike: StrikeKind | undefined) => void }
type Call = { readonly by: Function; readonly runId: string; end: (answer: SentAttempt) => void; isOpen: boolean }

/** What became of a run, and how many events had happened by then. */
type End = { readonly run: Run; readonly by: Function; readonly event: number }

export type OverlapOptions = Pick<JobDefinition, 'overlap' | 'delivery'>

/**
 * One job whose calls last, on a clock that is moved by hand: functions run at the same time, each request of theirs is
 * let go one by one, and any of them may end there.
 */
export class OverlappingRuns {
  readonly table = new MemoryTable()
  readonly problems: string[] = []
  readonly #jobId = jobIdOf(START, 0)
  readonly #delivered: unknown[] = []
  readonly #postponed: { readonly order: unknown; readonly at: number }[] = []
  readonly #functions = new Set<Function>()
  readonly #ends = new Map<string, End>()
  #requests: Request[] = []
  readonly #calls: Call[] = []
  #sleepers: { readonly until: number; readonly wake: () => void }[] = []
  #watchers: { readonly by: Function; next: number; readonly periodMs: number; readonly run: () => void }[] = []
  #now = START
  #events = 0
  #nextOccurrence = START + MINUTE_MS

  constructor({ overlap, delivery }: OverlapOptions) {
    const definition = JobDefinition.parse({
      name: 'slow',
      cronExpression: '* * * * *',
      targetUrl: 'https://api.example.com/slow',
      maxRetries: 1,
      // Nothing is too late, however long it waits.
      flexMinutes: 60,
      overlap,
      delivery,
    })
    const job = newJob({ tenant: TENANT, id: this.#jobId, plan: 'FREE', definition }, START)
    this.table.of(TENANT, this.#jobId).job = { ...job, syncState: 'SYNCED' }
  }

  /** One request goes on its way, perhaps struck. */
  async letGo(index: number, strike: StrikeKind | undefined): Promise<void> {
    const request = this.#requests[index % Math.max(1, this.#requests.length)]
    if (!request) return
    this.#requests = this.#requests.filter((other) => other !== request)
    this.#events++
    if (strike?.startsWith('ended')) this.#kill(request.by)
    request.go(request.by.isKilled ? 'ended before' : strike)
    await settled()
  }

  /** One target answers. */
  async answer(index: number, status: number): Promise<void> {
    const open = this.#calls.filter((call) => call.isOpen)
    open[index % Math.max(1, open.length)]?.end(answered(status))
    await settled()
  }

  /** An order comes once more. */
  async deliverAgain(index: number): Promise<void> {
    const order = this.#delivered[index % Math.max(1, this.#delivered.length)]
    if (order !== undefined) this.#start(order)
    await settled()
  }

  /** Time passes, from one thing that falls due to the next. */
  async pass(ms: number): Promise<void> {
    const until = this.#now + ms
    while (this.#now < until) {
      this.#now = Math.min(until, this.#nextInstant())
      this.#fireDue()
      await settled()
    }
  }

  async sweep(): Promise<void> {
    const orders: unknown[] = []
    await sweep({
      stage: 'test',
      clock: () => this.#now,
      log: {
        info() {},
        warn() {},
        error: (message, fields) => void this.problems.push(`${message}: ${fields?.error}`),
      },
      jobs: memoryJobStore(this.table),
      ledger: memoryRunLedger(this.table),
      schedules: { create: async () => {}, remove: async () => {} },
      scheduleList: { names: () => Readable.from(this.table.of(TENANT, this.#jobId).job?.schedules ?? []) },
      starter: { start: async (order) => void orders.push(order) },
      ...boundlessHosts,
    })
    for (const order of orders.filter(isRunOrder)) this.#start(order)
    await settled()
  }

  /** Faults end, targets answer, no more occurrences are due, and the sweeper comes by until nothing is left to do. */
  async end(): Promise<readonly string[]> {
    this.#nextOccurrence = Number.POSITIVE_INFINITY
    for (let round = 0; round < 4; round++) {
      await this.#comeToRest()
      await this.pass(LEASE_MS + 5 * MINUTE_MS)
      await this.sweep()
    }
    await this.#comeToRest()
    const { runs, activity } = this.table.of(TENANT, this.#jobId)
    const unfinished = [...runs.values()]
      .filter(({ run }) => !isFinal(run.status))
      .map(({ run }) => `${run.id} never ended`)
    const claimed = Object.keys(activity?.active ?? {}).filter((id) => !runs.has(id))
    return [
      ...this.problems,
      ...unfinished,
      ...claimed.map((id) => `${id} was claimed and has no record`),
      ...this.#wrongSkips(),
    ]
  }

  /** How many runs ended each way. */
  tally(): Readonly<Record<string, number>> {
    const statuses = [...this.#ends.values()].map(({ run }) => run.reason?.code ?? run.status)
    return Object.fromEntries(
      [...Map.groupBy(statuses, (status) => status)].map(([status, all]) => [status, all.length]),
    )
  }

  async #comeToRest(): Promise<void> {
    for (let turn = 0; turn < 2000; turn++) {
      if (this.#requests.length > 0) await this.letGo(0, undefined)
      else if (this.#calls.some(({ isOpen }) => isOpen)) await this.answer(0, 200)
      else if (this.#sleepers.length > 0) await this.pass(1000)
      else return
    }
    this.problems.push('it does not come to rest')
  }

  #nextInstant(): number {
    const instants = [
      this.#nextOccurrence,
      ...this.#sleepers.map(({ until }) => until),
      ...this.#watchers.map(({ next }) => next),
      ...this.#postponed.map(({ at }) => at),
      ...[...this.#functions].map(({ beganAt }) => beganAt + FUNCTION_TIMEOUT_MS),
    ]
    return Math.min(...instants.filter((instant) => instant > this.#now))
  }

  #fireDue(): void {
    for (; this.#nextOccurrence <= this.#now; this.#nextOccurrence += MINUTE_MS) {
      const plannedAt = new Date(this.#nextOccurrence).toISOString()
      this.#start({ kind: 'occurrence', tenant: TENANT, jobId: this.#jobId, plannedAt })
    }
    for (const postponed of this.#postponed.splice(0)) {
      if (postponed.at <= this.#now) this.#start(postponed.order)
      else this.#postponed.push(postponed)
    }
    for (const one of this.#functions) if (this.#now >= one.beganAt + FUNCTION_TIMEOUT_MS) this.#kill(one)
    const awake = this.#sleepers.filter(({ until }) => until <= this.#now)
    this.#sleepers = this.#sleepers.filter(({ until }) => until > this.#now)
    for (const { wake } of awake) wake()
    for (const watcher of this.#watchers) {
      if (watcher.next > this.#now || watcher.by.isKilled) continue
      watcher.next += watcher.periodMs
      watcher.run()
    }
  }

  /** The function is gone, and its connections with it. */
  #kill(one: Function): void {
    one.isKilled = true
    for (const call of this.#calls) if (call.by === one && call.isOpen) call.end(aborted)
    const waiting = this.#requests.filter(({ by }) => by === one)
    this.#requests = this.#requests.filter(({ by }) => by !== one)
    for (const { go } of waiting) go('ended before')
  }

  #start(order: unknown): void {
    this.#delivered.push(order)
    const one: Function = { beganAt: this.#now, beganWith: this.#events, isKilled: false }
    this.#functions.add(one)
    const process = new Process(() =>
      one.isKilled
        ? 'ended before'
        : new Promise((go) => {
            this.#requests.push({ by: one, go })
          }),
    )
    const remaining = { getRemainingTimeInMillis: () => one.beganAt + FUNCTION_TIMEOUT_MS - this.#now }
    executorFunction(this.#deps(process, one))(order, remaining)
      .catch(() => {})
      .finally(() => {
        this.#functions.delete(one)
        this.#watchers = this.#watchers.filter(({ by }) => by !== one)
      })
  }

  #deps(process: Process, one: Function): Parameters<typeof executorFunction>[0] {
    const unused = async () => undefined
    return {
      stage: 'test',
      clock: () => this.#now,
      log: { info() {}, warn() {}, error() {} },
      random: () => 0.5,
      jobs: process.port('jobs', memoryJobStore(this.table)),
      ledger: process.port('ledger', this.#witnessed(one)),
      postponer: process.port('postponer', { postpone: async (order, at) => void this.#postponed.push({ order, at }) }),
      secrets: { resolve: async () => ({ values: new Map(), missing: [] }), async forget() {} },
      catalog: { read: unused },
      sender: process.port('sender', { send: (...call) => this.#send(one, ...call) } satisfies TargetSender, [
        'ended before',
      ]),
      hmacSha256,
      mailer: { channel: 'EMAIL', send: async () => ({ kind: 'SENT' }) },
      mails: { add: async () => 1 },
      owners: { emailOf: unused },
      apiUrl: 'https://punctual.example.com',
      ...boundlessHosts,
      sleep: (ms) => new Promise((wake) => this.#sleepers.push({ until: this.#now + ms, wake })),
      every: (periodMs, run) => {
        const watcher = { by: one, next: this.#now + periodMs, periodMs, run }
        this.#watchers.push(watcher)
        return () => {
          this.#watchers = this.#watchers.filter((other) => other !== watcher)
        }
      },
    }
  }

  #witnessed(one: Function): RunLedger {
    const ledger = memoryRunLedger(this.table)
    return {
      ...ledger,
      conclude: async (run, token) => {
        const isWritten = await ledger.conclude(run, token)
        if (isWritten && isFinal(run.status)) this.#ends.set(run.id, { run, by: one, event: this.#events })
        return isWritten
      },
    }
  }

  #send(one: Function, { headers }: { readonly headers: Readonly<Record<string, string>> }, signal?: AbortSignal) {
    const runId = headers['webhook-id'] ?? ''
    this.#judgeBeginning(runId)
    return new Promise<SentAttempt>((resolve) => {
      const call: Call = { by: one, runId, isOpen: true, end: () => {} }
      call.end = (answer) => {
        call.isOpen = false
        this.#events++
        resolve(answer)
      }
      this.#calls.push(call)
      signal?.addEventListener('abort', () => call.isOpen && call.end(aborted))
    })
  }

  /**
   * When a call begins, no other is going on, and no run that was claimed before and has called may still come back to it;
   * what was claimed after it has to look out itself, and what is only written down comes back to nothing.
   */
  #judgeBeginning(runId: string): void {
    const open = this.#calls.filter((call) => call.isOpen)
    this.problems.push(...open.map((call) => `${runId} was called while ${call.runId} was going on`))
    const { activity, runs } = this.table.of(TENANT, this.#jobId)
    const own = activity?.active[runId]?.token ?? 0
    for (const [id, { leaseUntil, token, recordOnly }] of Object.entries(activity?.active ?? {})) {
      const record = runs.get(id)?.run
      const isOver = record !== undefined && isFinal(record.status)
      const hasCalled = this.#calls.some((call) => call.runId === id)
      if (token < own && recordOnly === undefined && hasCalled && !isOver && leaseUntil > this.#now) {
        this.problems.push(`${runId} was called while ${id} held the lock`)
      }
    }
  }

  /** A run is only skipped for another that had been claimed and had not ended when the skipping began. */
  #wrongSkips(): readonly string[] {
    return [...this.#ends.values()].flatMap(({ run, by }) => {
      if (run.status !== 'SKIPPED') return []
      const inTheWay = /^Run (\S+) of/.exec(run.reason?.message ?? '')?.[1] ?? ''
      const other = this.#ends.get(inTheWay)
      if (parseRunId(inTheWay)?.jobId !== this.#jobId || !other)
        return [`${run.id} was skipped for ${inTheWay}, which never was`]
      return other.event < by.beganWith ? [`${run.id} was skipped for ${inTheWay}, which had ended`] : []
    })
  }
}

const isRunOrder = (order: unknown): boolean =>
  typeof order === 'object' && order !== null && Reflect.get(order, 'kind') !== 'notify'
