import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { DurableStore } from '../durable-store.ts'
import { WireError, type WireRequest, type WireResponse, type WireService } from '../wire-service.ts'
import type { Courier } from './courier.ts'
import { Dispatcher } from './dispatcher.ts'
import * as groups from './group-operations.ts'
import { IdempotencyLedger } from './idempotency.ts'
import type { Operation, OperationContext, Quotas } from './operation.ts'
import { ScheduleBook } from './schedule-book.ts'
import * as schedules from './schedule-operations.ts'

/** Method and path of each operation; `*` stands for the name or ARN at the end of the path. */
const operations: Readonly<Record<string, Operation>> = {
  'POST /schedules/*': schedules.createSchedule,
  'PUT /schedules/*': schedules.updateSchedule,
  'DELETE /schedules/*': schedules.deleteSchedule,
  'GET /schedules/*': schedules.getSchedule,
  'GET /schedules': schedules.listSchedules,
  'POST /schedule-groups/*': groups.createScheduleGroup,
  'DELETE /schedule-groups/*': groups.deleteScheduleGroup,
  'GET /schedule-groups/*': groups.getScheduleGroup,
  'GET /schedule-groups': groups.listScheduleGroups,
  'POST /tags/*': groups.tagResource,
  'DELETE /tags/*': groups.untagResource,
  'GET /tags/*': groups.listTagsForResource,
}

/** The quotas that every account begins with. */
const defaultQuotas: Quotas = { schedules: 10_000_000, scheduleGroups: 500 }

export type LocalSchedulerDeps = Pick<Courier, 'invoke' | 'sendToDeadLetter'> & {
  readonly store: DurableStore
  readonly clock: Clock
  readonly accountId: string
  readonly region: string
  /** Called with a line on each delivery that fails, is given up or goes to a dead-letter queue. */
  readonly log?: (line: string) => void
  /** @default those of a new account */
  readonly quotas?: Quotas
}

/**
 * EventBridge Scheduler on one machine: its twelve operations over its own wire protocol, and its firing. All state is in
 * the store; two instances must not share one.
 *
 * @example
 * const scheduler = new LocalScheduler({ store, clock: systemClock, accountId, region, invoke, sendToDeadLetter })
 * scheduler.start()
 */
export class LocalScheduler implements WireService {
  readonly name = 'SCHEDULER'
  readonly #context: OperationContext

  constructor(deps: LocalSchedulerDeps) {
    const { store, clock, accountId, region, invoke, sendToDeadLetter, log = () => {} } = deps
    const place = { accountId, region }
    const book = new ScheduleBook(store, clock.now())
    const dispatcher = new Dispatcher({
      store,
      clock,
      place,
      invoke,
      sendToDeadLetter,
      log,
      onCompleted: (record) => schedules.removeSchedule(record, this.#context),
    })
    const ledger = new IdempotencyLedger()
    this.#context = { book, dispatcher, ledger, store, clock, place, quotas: deps.quotas ?? defaultQuotas }
    for (const record of [...book.schedules()]) dispatcher.plan(record)
  }

  /** Begins to fire, first of all what fell due while nothing was running. */
  start(): void {
    this.#context.dispatcher.start()
  }

  /** Stops firing and waits up to two seconds for attempts under way; what remains is delivered after the next start. */
  close(): Promise<void> {
    return this.#context.dispatcher.close()
  }

  async handle(request: WireRequest): Promise<WireResponse> {
    try {
      return answer(200, this.#run(request))
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      return answer(error.status, { Message: error.message, ...error.fields }, { 'x-amzn-errortype': error.type })
    }
  }

  #run(request: WireRequest): unknown {
    const [, collection = '', ...rest] = request.path.split('/')
    const resource = decode(rest.join('/'))
    const route = `${request.method} /${collection}${resource === '' ? '' : '/*'}`
    const operation = Object.hasOwn(operations, route) ? operations[route] : undefined
    if (!operation) throw new WireError('UnknownOperationException', `There is no operation ${route}`, 404)
    return operation({ resource, query: request.query, body: request.body }, this.#context)
  }
}

function decode(pathPart: string): string {
  try {
    return decodeURIComponent(pathPart)
  } catch {
    throw new WireError('SerializationException', `The path part ${pathPart} is not percent-encoded rightly`)
  }
}

function answer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): WireResponse {
  const common = { 'content-type': 'application/json', 'x-amzn-requestid': randomUUID() }
  return { status, headers: { ...common, ...headers }, body: JSON.stringify(body) }
}
