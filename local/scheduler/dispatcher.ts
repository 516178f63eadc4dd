import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import type { Clock } from '../clock.ts'
import type { DurableMap, DurableStore } from '../durable-store.ts'
import { GroupCommit } from '../group-commit.ts'
import { BoundedPool } from './bounded-pool.ts'
import { type Courier, handOver } from './courier.ts'
import { type ActiveDelivery, DeliveryLog } from './delivery-log.ts'
import { type Due, DueQueue } from './due-queue.ts'
import { flexibleDelayMs, plannedInstants } from './occurrence-plan.ts'
import { type Place, type ScheduleRecord, scheduleArn } from './schedule-record.ts'

/** Attempts under way at once. */
const CONCURRENT_ATTEMPTS = 200
/** Occurrences written down in one transaction. */
const BATCH = 500
/** How long `close` waits for attempts under way; the rest is repeated after the next start. */
const CLOSING_MS = 2000

type Plan = { readonly record: ScheduleRecord; readonly instants: Iterator<number>; next: Entry | undefined }
type Entry = Due &
  (
    | { readonly kind: 'occurrence'; readonly plan: Plan; readonly plannedMs: number }
    | { readonly kind: 'delivery'; readonly delivery: ActiveDelivery }
  )

export type DispatcherDeps = Courier & {
  readonly store: DurableStore
  readonly clock: Clock
  readonly place: Place
  /** Called when a schedule with ActionAfterCompletion DELETE has nothing left to invoke or deliver. */
  readonly onCompleted: (record: ScheduleRecord) => void
}

/**
 * Invokes targets when their schedules fall due. One timer stands for the earliest of all that is due next (occurrences
 * and retries), so that the cost of a firing does not grow with the number of schedules. What falls due is written down,
 * together with how far its schedule has come, before the first attempt: a restart goes on from there.
 */
export class Dispatcher {
  readonly #deps: DispatcherDeps
  readonly #progress: DurableMap
  readonly #log: DeliveryLog
  readonly #commit: GroupCommit
  readonly #queue = new DueQueue<Entry>()
  readonly #queued = new Map<ActiveDelivery, Entry>()
  readonly #plans = new Map<string, Plan>()
  readonly #pool = new BoundedPool(CONCURRENT_ATTEMPTS)
  #state: 'made' | 'started' | 'closing' | 'closed' = 'made'
  #firing = false
  #order = 0
  #timer: { readonly atMs: number; readonly cancel: () => void } | undefined

  constructor(deps: DispatcherDeps) {
    this.#deps = deps
    this.#progress = deps.store.map('scheduler_progress')
    this.#log = new DeliveryLog(deps.store)
    this.#commit = new GroupCommit(deps.store)
    for (const delivery of this.#log.all()) this.#queueDelivery(delivery, delivery.record.nextAttemptMs)
  }

  /** Begins to fire, first of all what fell due while nothing was running. */
  start(): void {
    if (this.#state === 'made') this.#state = 'started'
    this.#arm()
  }

  /** Takes a schedule up, or up again after a change; what is already on its way stays so. */
  plan(record: ScheduleRecord): void {
    this.#unplan(record.id)
    const last = z.number().optional().parse(this.#progress.get(record.id))
    const plan: Plan = { record, instants: plannedInstants(record, last), next: undefined }
    this.#plans.set(record.id, plan)
    this.#queueNext(plan)
    this.#completeIfDone(record.id)
    this.#arm()
  }

  /** Drops a schedule with everything of it that is not delivered yet. */
  forget(scheduleId: string): void {
    this.#unplan(scheduleId)
    this.#progress.delete(scheduleId)
    for (const delivery of this.#log.cancel(scheduleId)) this.#unqueueDelivery(delivery)
    this.#arm()
  }

  /** Stops firing; attempts under way may end and be recorded for a while yet. */
  async close(): Promise<void> {
    this.#state = 'closing'
    this.#timer?.cancel()
    this.#pool.clear()
    await Promise.race([this.#pool.idle(), wait(CLOSING_MS, undefined, { ref: false })])
    this.#commit.flush()
    this.#state = 'closed'
  }

  /** Sets the one timer for the earliest entry. */
  #arm(): void {
    if (this.#state !== 'started' || this.#firing) return
    const first = this.#queue.peek()
    if (first?.dueMs === this.#timer?.atMs) return
    this.#timer?.cancel()
    this.#timer = undefined
    if (!first) return
    const cancel = this.#deps.clock.at(first.dueMs, async () => {
      this.#timer = undefined
      await this.#fireDue()
      await this.#pool.idle()
    })
    this.#timer = { atMs: first.dueMs, cancel }
  }

  async #fireDue(): Promise<void> {
    this.#firing = true
    while (this.#state === 'started') {
      const due = this.#takeDue()
      if (due.length === 0) break
      const deliveries = this.#deps.store.transaction(() => due.map((entry) => this.#begin(entry)))
      for (const delivery of deliveries) this.#pool.run(() => this.#attempt(delivery))
      await this.#pool.room()
    }
    this.#firing = false
    this.#arm()
  }

  #takeDue(): Entry[] {
    const nowMs = this.#deps.clock.now()
    const due: Entry[] = []
    while (due.length < BATCH) {
      const entry = this.#queue.takeDue(nowMs)
      if (!entry) break
      due.push(entry)
    }
    return due
  }

  /** Writes down an occurrence that has fallen due and queues the one after it. */
  #begin(entry: Entry): ActiveDelivery {
    if (entry.kind === 'delivery') {
      this.#queued.delete(entry.delivery)
      return entry.delivery
    }
    const { plan, plannedMs, dueMs } = entry
    const { record } = plan
    this.#progress.set(record.id, plannedMs)
    this.#queueNext(plan)
    return this.#log.open({
      scheduleId: record.id,
      scheduleArn: scheduleArn(this.#deps.place, record),
      plannedMs,
      bornMs: dueMs,
      target: record.definition.Target,
      attempts: 0,
      nextAttemptMs: dueMs,
    })
  }

  async #attempt(delivery: ActiveDelivery): Promise<void> {
    if (delivery.cancelled) return
    const keep = (record: ActiveDelivery['record']) => {
      if (!delivery.cancelled && this.#state !== 'closed') this.#log.update(delivery, record)
    }
    const outcome = await handOver(delivery.record, { ...this.#deps, keep })
    if (delivery.cancelled || this.#state === 'closed') return
    if (outcome.kind === 'again') {
      this.#queueDelivery(delivery, outcome.atMs)
      this.#arm()
      return
    }
    await this.#commit.add(() => this.#end(delivery))
  }

  /** Strikes out a delivery that is done; its schedule may have gone meanwhile. */
  #end(delivery: ActiveDelivery): void {
    if (delivery.cancelled) return
    this.#log.close(delivery)
    this.#completeIfDone(delivery.record.scheduleId)
  }

  #completeIfDone(scheduleId: string): void {
    const plan = this.#plans.get(scheduleId)
    if (!plan || plan.next || this.#log.has(scheduleId)) return
    const { definition } = plan.record
    if (definition.State === 'ENABLED' && definition.ActionAfterCompletion === 'DELETE')
      this.#deps.onCompleted(plan.record)
  }

  /** Only the next occurrence is queued, which keeps them in order even where flexible windows overlap. */
  #queueNext(plan: Plan): void {
    const following = plan.instants.next()
    plan.next = undefined
    if (following.done) return
    const plannedMs = following.value
    const delayMs = flexibleDelayMs(plan.record.id, plan.record.definition.FlexibleTimeWindow, plannedMs)
    const dueMs = plannedMs + delayMs
    plan.next = { kind: 'occurrence', plan, plannedMs, dueMs, order: this.#order++, position: -1 }
    this.#queue.add(plan.next)
  }

  #queueDelivery(delivery: ActiveDelivery, dueMs: number): void {
    const entry: Entry = { kind: 'delivery', delivery, dueMs, order: this.#order++, position: -1 }
    this.#queued.set(delivery, entry)
    this.#queue.add(entry)
  }

  #unqueueDelivery(delivery: ActiveDelivery): void {
    const entry = this.#queued.get(delivery)
    if (entry) this.#queue.remove(entry)
    this.#queued.delete(delivery)
  }

  #unplan(scheduleId: string): void {
    const plan = this.#plans.get(scheduleId)
    if (plan?.next) this.#queue.remove(plan.next)
    this.#plans.delete(scheduleId)
  }
}
