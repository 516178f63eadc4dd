import { setImmediate as settled } from 'node:timers/promises'
import { deleteJob } from '../../lambdas/domain/job/change-job.ts'
import { JobDefinition } from '../../lambdas/domain/job/job.ts'
import { executorFunction } from '../../lambdas/executor/executor.ts'
import type { SentAttempt } from '../../lambdas/ports/target-sender.ts'
import { changeJob } from '../../lambdas/use-cases/change-job.ts'
import { createJob } from '../../lambdas/use-cases/create-job.ts'
import { redefineJob } from '../../lambdas/use-cases/redefine-job.ts'
import { requestRun } from '../../lambdas/use-cases/request-run.ts'
import { type SweepReport, sweep } from '../../lambdas/use-cases/sweep.ts'
import { AsynchronousLambda } from '../support/fault-lambda.ts'
import { type Decide, Process, type Straggler } from '../support/fault-process.ts'
import { answered, TENANT } from '../support/world.ts'
import { Evidence } from './evidence.ts'
import type { Ground, Mutation } from './ground.ts'
import { type Aftermath, violations } from './invariants.ts'
import { type Deps, isExpected, punctual, readDeadLetter } from './punctual.ts'

const MINUTE_MS = 60_000
const FUNCTION_TIMEOUT_MS = 6 * MINUTE_MS
/** What executorFunction adds to the time that its invocation has left. */
const LEASE_MS = FUNCTION_TIMEOUT_MS + MINUTE_MS

export type SimulationOptions = {
  readonly mutate?: Mutation
  /** Tells apart moments of the same millisecond; below 1. */
  readonly fraction?: () => number
  /** What targets answer. @default 200 */
  readonly answer?: () => SentAttempt
  /** Orders wait until time passes, instead of being taken up as soon as they are accepted. */
  readonly isHeld?: boolean
}

/**
 * Punctual's own use cases and functions on a ground, with Lambda's asynchronous invocation between them. Every API call,
 * executor run and sweep is a process of its own, whose calls may be struck; all that really happens is in `evidence`.
 */
export class Simulation {
  readonly ground: Ground
  readonly evidence: Evidence
  readonly lambda: AsynchronousLambda
  readonly #options: SimulationOptions
  /** The ground as Punctual sees it. */
  readonly #seen: Ground
  readonly #stragglers: Straggler[] = []
  #numbers = 0
  /** Decides what happens to the calls of the next executor run or reading of dead letters. */
  decideNext: () => Decide | undefined = () => undefined

  constructor(ground: Ground, options: SimulationOptions = {}) {
    this.ground = ground
    this.#options = options
    this.#seen = options.mutate?.(ground) ?? ground
    this.evidence = new Evidence(() => this.#moment())
    this.lambda = new AsynchronousLambda({
      clock: ground.clock,
      invoke: (order) => this.execute(order, this.decideNext()),
      deliver: (body) => this.#within(this.decideNext(), (deps) => readDeadLetter(deps, body)),
    })
    ground.deliverTo((order) => this.lambda.accept(order))
    ground.mailTo?.((mail) => this.evidence.mailed(mail))
  }

  get now(): number {
    return this.ground.clock.now()
  }

  /** @returns the job's id, or undefined when the caller was told of a failure. */
  async create(fields: Partial<JobDefinition>, decide?: Decide): Promise<string | undefined> {
    const definition = JobDefinition.parse({
      name: 'sync',
      cronExpression: '*/5 * * * *',
      targetUrl: 'https://api.example.com/sync',
      ...fields,
    })
    const snapshot = await this.asApi(decide, (deps) => createJob(deps, { tenant: TENANT, targets: {}, definition }))
    if (snapshot) this.evidence.acknowledge(snapshot, fields)
    return snapshot?.job.id
  }

  /** @returns whether the caller was told that it is done. */
  async edit(jobId: string, patch: Partial<JobDefinition>, decide?: Decide): Promise<boolean> {
    const snapshot = await this.asApi(decide, (deps) =>
      redefineJob(deps, {
        tenant: TENANT,
        jobId,
        ifMatch: undefined,
        targets: {},
        definition: (job) => ({ ...job.definition, ...patch }),
      }),
    )
    if (snapshot) this.evidence.acknowledge(snapshot, patch)
    return snapshot !== undefined
  }

  async delete(jobId: string, decide?: Decide): Promise<boolean> {
    const snapshot = await this.asApi(decide, (deps) =>
      changeJob(deps, { tenant: TENANT, jobId, ifMatch: undefined, change: deleteJob }),
    )
    if (snapshot) this.evidence.acknowledge(snapshot, {})
    return snapshot !== undefined
  }

  async requestRun(jobId: string, decide?: Decide): Promise<boolean> {
    const runId = await this.asApi(decide, (deps) => requestRun(deps, TENANT, jobId))
    if (runId !== undefined) this.evidence.promisedRuns.push(runId)
    return runId !== undefined
  }

  /**
   * @param aheadMs how much later it is for the sweeper than for those who are busy at the same time.
   * @returns what it mended; undefined when the sweep broke off.
   */
  async sweep(decide?: Decide, aheadMs = 0): Promise<SweepReport | undefined> {
    return this.asApi(decide, (deps) => sweep({ ...deps, clock: () => deps.clock() + aheadMs }))
  }

  /** Runs one order as Lambda does. @throws when the invocation fails. */
  async execute(order: unknown, decide?: Decide): Promise<void> {
    await this.#within(decide, (deps) =>
      executorFunction(deps)(order, { getRemainingTimeInMillis: () => FUNCTION_TIMEOUT_MS }),
    )
  }

  /** Time passes: Scheduler fires, Lambda delivers, and runs are carried out on the way. */
  async advance(ms: number): Promise<void> {
    await this.ground.clock.moveTo(this.now + ms)
  }

  /** Calls that were given up and have not acted yet. */
  get stragglers(): readonly Straggler[] {
    return this.#stragglers
  }

  /** Calls that were given up act after all. */
  async landStragglers(): Promise<void> {
    for (const straggler of this.#stragglers.splice(0)) {
      this.evidence.disturb()
      await straggler.land()
      // Nobody knows of it: what it did may be done once more from here on.
      this.evidence.disturb()
    }
  }

  /**
   * Faults end, and the sweeper comes by: when its first sweep began is when everything planned until then is owed. What
   * it hands over is done before the second.
   * @param landing when calls that were given up act: before the first sweep, or after it.
   */
  async mend(landing: 'before' | 'after' = 'before'): Promise<Aftermath> {
    this.decideNext = () => undefined
    if (landing === 'before') await this.landStragglers()
    await this.advance(LEASE_MS + 5 * MINUTE_MS)
    const sweptAt = this.now
    await this.sweep()
    await this.landStragglers()
    await this.advance(Math.max(5 * MINUTE_MS, (await this.#resumedBy()) - this.now))
    await this.sweep()
    await this.advance(5 * MINUTE_MS)
    return this.#aftermath(sweptAt)
  }

  /** When the last of the runs that wait for their next attempt has gone on, and ended. */
  async #resumedBy(): Promise<number> {
    const rows = await this.#snapshots()
    const claims = rows.flatMap(({ activity }) => Object.values(activity.active))
    return Math.max(0, ...claims.map(({ parked }) => (parked ? parked.until + LEASE_MS : 0)))
  }

  async #snapshots() {
    const { snapshots, jobs } = this.ground
    return snapshots ? snapshots() : Array.fromAsync(jobs.every())
  }

  async #aftermath(sweptAt: number): Promise<Aftermath> {
    const { ground, evidence } = this
    const snapshots = await this.#snapshots()
    const jobs = snapshots.map(({ job }) => [job.id, job] as const)
    const runs = await Promise.all(
      [...evidence.reigns.keys()].map((jobId) => ground.history.ofJob(TENANT, jobId, {}, 1_000_000, undefined)),
    )
    return {
      evidence,
      jobs: new Map(jobs),
      untold: snapshots.flatMap(({ activity }) => Object.keys(activity.notices)),
      runs: new Map(runs.flatMap(({ items }) => items).map((run) => [run.id, run])),
      scheduleNames: await Array.fromAsync(ground.scheduleList.names()),
      sweptAt,
      leaseMs: LEASE_MS,
    }
  }

  /** What a caller of the API sees: an answer, or undefined for an error. */
  async asApi<T>(decide: Decide | undefined, call: (deps: Deps) => Promise<T>): Promise<T | undefined> {
    try {
      return await this.#within(decide, call)
    } catch (error) {
      if (!isExpected(error)) this.evidence.bugs.push(error)
      return undefined
    } finally {
      if (!this.#options.isHeld) await this.advance(0)
    }
  }

  async #within<T>(decide: Decide | undefined, act: (deps: Deps) => Promise<T>): Promise<T> {
    let beganAt: number | undefined
    const decideAndNote: Decide = async (call, index) => {
      const verdict = await decide?.(call, index)
      beganAt ??= this.#moment()
      return verdict
    }
    const process = new Process(Object.assign(decideAndNote, { learned: decide?.learned }), (straggler) =>
      this.#stragglers.push(straggler),
    )
    try {
      return await act(
        punctual(process, {
          ground: this.#seen,
          evidence: this.evidence,
          beganAt: () => beganAt ?? this.#moment(),
          answer: this.#options.answer ?? (() => answered(200)),
          accept: (order) => this.lambda.accept(order),
          sleep: (ms) => this.advance(ms),
          nextNumber: () => this.#numbers++,
        }),
      )
    } catch (error) {
      if (!isExpected(error)) this.evidence.bugs.push(error)
      throw error
    } finally {
      if (process.wasStruck) {
        this.evidence.disturb()
        // What the process had begun meanwhile comes to its end.
        await settled()
      }
    }
  }

  #moment(): number {
    return this.now + (this.#options.fraction?.() ?? 0)
  }
}

/** All that is wrong once faults have ended and the sweeper has been. */
export const whatIsWrong = async (simulation: Simulation, landing?: 'before' | 'after'): Promise<readonly string[]> =>
  violations(await simulation.mend(landing))
