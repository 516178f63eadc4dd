import type { Projection } from '../../lambdas/domain/job/job-schedule.ts'
import type { ScheduleList, ScheduleProjector } from '../../lambdas/ports/schedule-projector.ts'
import type { Clock } from '../../local/clock.ts'
import { type Due, DueQueue } from '../../local/scheduler/due-queue.ts'
import { occurrencesAfter, parseScheduleExpression } from '../../schedule-expressions/index.ts'

type Occurrence = Parameters<ScheduleProjector['create']>[1]

export type ScheduledOrder = Occurrence & { readonly kind: 'occurrence'; readonly plannedAt: string }

type Entry = Due & {
  readonly projection: Projection
  readonly occurrence: Occurrence
  readonly instants: Iterator<number>
  dueMs: number
}

/**
 * EventBridge Scheduler as far as Punctual uses it, in memory: it fires as its clock moves. For proofs that need
 * thousands of worlds; the adapter's contract holds for it.
 */
export class MemoryScheduler implements ScheduleProjector, ScheduleList {
  readonly #clock: Clock
  readonly #deliver: (order: ScheduledOrder) => void
  readonly #schedules = new Map<string, Entry>()
  readonly #queue = new DueQueue<Entry>()
  #order = 0
  #timer: { readonly atMs: number; readonly cancel: () => void } | undefined

  constructor(clock: Clock, deliver: (order: ScheduledOrder) => void) {
    this.#clock = clock
    this.#deliver = deliver
  }

  async create(projection: Projection, occurrence: Occurrence): Promise<void> {
    if (this.#schedules.has(projection.name)) return
    const instants = instantsOf(projection, this.#clock.now())
    const entry: Entry = { projection, occurrence, instants, dueMs: 0, order: this.#order++, position: -1 }
    this.#schedules.set(projection.name, entry)
    this.#queueNext(entry)
    this.#arm()
  }

  async remove(name: string): Promise<void> {
    const entry = this.#schedules.get(name)
    if (!entry) return
    this.#schedules.delete(name)
    if (entry.position >= 0) this.#queue.remove(entry)
    this.#arm()
  }

  async *names(): AsyncIterable<string> {
    yield* [...this.#schedules.keys()]
  }

  /** What each schedule was made from, by name. */
  projections(): readonly Projection[] {
    return [...this.#schedules.values()].map(({ projection }) => projection)
  }

  /** Two schedulers that have the same schedules have the same text. */
  text(): string {
    return JSON.stringify(this.projections().toSorted((a, b) => (a.name < b.name ? -1 : 1)))
  }

  #queueNext(entry: Entry): void {
    const next = entry.instants.next()
    // As ActionAfterCompletion DELETE has it.
    if (next.done) return void this.#schedules.delete(entry.projection.name)
    entry.dueMs = next.value
    this.#queue.add(entry)
  }

  #arm(): void {
    const first = this.#queue.peek()
    if (first?.dueMs === this.#timer?.atMs) return
    this.#timer?.cancel()
    this.#timer = undefined
    if (!first) return
    const cancel = this.#clock.at(first.dueMs, () => {
      this.#timer = undefined
      for (let due = this.#queue.takeDue(this.#clock.now()); due; due = this.#queue.takeDue(this.#clock.now())) {
        const plannedAt = new Date(due.dueMs).toISOString().replace('.000', '')
        this.#deliver({ kind: 'occurrence', ...due.occurrence, plannedAt })
        this.#queueNext(due)
      }
      this.#arm()
    })
    this.#timer = { atMs: first.dueMs, cancel }
  }
}

function* instantsOf({ expression: text, timezone, startAt, endAt }: Projection, createdAt: number): Generator<number> {
  const parsed = parseScheduleExpression(text)
  if (!parsed.ok) throw new Error(`ValidationException: ${parsed.problem}`)
  const { expression } = parsed
  if (expression.kind === 'rate' && startAt === undefined) throw new Error('A rate would fire at once')
  const isBounded = expression.kind !== 'at'
  const after = isBounded && startAt !== undefined ? Math.max(createdAt, startAt - 1) : createdAt
  for (const instant of occurrencesAfter(expression, { timezone, after, anchor: startAt })) {
    if (isBounded && endAt !== undefined && instant > endAt) return
    yield instant
  }
}
