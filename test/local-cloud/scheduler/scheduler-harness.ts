import { type CreateScheduleCommandInput, SchedulerClient } from '@aws-sdk/client-scheduler'
import { ManualClock } from '../../../local/clock.ts'
import { DurableStore } from '../../../local/durable-store.ts'
import type { AttemptResult } from '../../../local/scheduler/delivery.ts'
import { LocalScheduler, type LocalSchedulerDeps } from '../../../local/scheduler/local-scheduler.ts'
import type { AttemptContext } from '../../../local/scheduler/target-event.ts'
import { WireServer } from '../../../local/wire-server.ts'

export const lambdaArn = 'arn:aws:lambda:eu-west-1:111122223333:function:executor'
export const roleArn = 'arn:aws:iam::111122223333:role/scheduler'
export const queueArn = 'arn:aws:sqs:eu-west-1:111122223333:dead-letters'
export const place = { accountId: '111122223333', region: 'eu-west-1' }

export type Invocation = { readonly atMs: number; readonly input: string; readonly context: AttemptContext }
export type DeadLetter = {
  readonly queueArn: string
  readonly body: string
  readonly attributes: Record<string, string>
}

/** A Scheduler on a clock that stands still until moved, with what it invoked and what it gave up. */
export class SchedulerBench {
  clock: ManualClock
  readonly store: DurableStore
  readonly invocations: Invocation[] = []
  readonly deadLetters: DeadLetter[] = []
  readonly logged: string[] = []
  /** How the target answers; replace it to make it fail. */
  answer: (invocation: Invocation) => AttemptResult | Promise<AttemptResult> = () => ({ ok: true })
  readonly #overrides: Partial<LocalSchedulerDeps>
  scheduler: LocalScheduler

  constructor(start: string, overrides: Partial<LocalSchedulerDeps> = {}) {
    this.clock = new ManualClock(Date.parse(start))
    this.store = new DurableStore(':memory:')
    this.#overrides = overrides
    this.scheduler = this.#boot()
    this.scheduler.start()
  }

  /** The planned instants that reached the target, in order of arrival. */
  get scheduledTimes(): string[] {
    return this.invocations.map(({ context }) => context.scheduledTime)
  }

  async moveTo(instant: string): Promise<void> {
    await this.clock.moveTo(Date.parse(instant))
  }

  /** Ends the service at once and without a word to it: its clock never moves again. */
  crash(): void {
    this.clock = new ManualClock(this.clock.now())
  }

  /** Brings up another service on the same store. */
  async startAt(instant: string): Promise<void> {
    this.clock = new ManualClock(Date.parse(instant))
    this.scheduler = this.#boot()
    this.scheduler.start()
    await this.clock.moveTo(Date.parse(instant))
  }

  async call(
    method: string,
    path: string,
    body: unknown = {},
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    const url = new URL(path, 'http://localhost')
    const bytes = new TextEncoder().encode(JSON.stringify(body))
    const response = await this.scheduler.handle({
      method,
      path: url.pathname,
      query: url.searchParams,
      headers: {},
      body: bytes,
    })
    return { status: response.status, body: JSON.parse(String(response.body)) }
  }

  /** Creates a schedule and expects it to be taken. Dates may be ISO strings. */
  async create(name: string, fields: Record<string, unknown> = {}): Promise<void> {
    const { StartDate, EndDate, ...rest }: Record<string, unknown> = { ...schedule(), ...fields }
    const dates = {
      ...(StartDate ? { StartDate: seconds(StartDate) } : {}),
      ...(EndDate ? { EndDate: seconds(EndDate) } : {}),
    }
    const { status, body } = await this.call('POST', `/schedules/${name}`, { ...rest, ...dates })
    if (status !== 200) throw new Error(`${name} was refused: ${JSON.stringify(body)}`)
  }

  async exists(name: string): Promise<boolean> {
    return (await this.call('GET', `/schedules/${name}`)).status === 200
  }

  #boot(): LocalScheduler {
    return new LocalScheduler({
      ...place,
      store: this.store,
      clock: this.clock,
      invoke: async (_arn, input, context) => {
        const invocation = { atMs: this.clock.now(), input, context }
        const result = await this.answer(invocation)
        this.invocations.push(invocation)
        return result
      },
      sendToDeadLetter: async (queueArn, body, attributes) => {
        this.deadLetters.push({ queueArn, body, attributes })
      },
      log: (line) => this.logged.push(line),
      ...this.#overrides,
    })
  }
}

function seconds(date: unknown): number {
  return Date.parse(String(date)) / 1000
}

/** The least that CreateSchedule takes, as JSON: hourly, with a dead-letter queue. */
export function schedule() {
  return {
    ScheduleExpression: 'cron(0 * * * ? *)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: target(),
  } satisfies Omit<CreateScheduleCommandInput, 'Name'>
}

export function target(fields: Record<string, unknown> = {}) {
  return {
    Arn: lambdaArn,
    RoleArn: roleArn,
    Input: '{"plannedAt":"<aws.scheduler.scheduled-time>"}',
    DeadLetterConfig: { Arn: queueArn },
    RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 3600 },
    ...fields,
  }
}

/** Serves a Scheduler on a loopback port and hands back the real SDK client for it. */
export async function serve(
  scheduler: LocalScheduler,
): Promise<{ client: SchedulerClient; close: () => Promise<void> }> {
  const server = new WireServer({
    log: (bug) => {
      throw new Error(bug)
    },
  })
  const endpoint = await server.listen()
  server.serve(scheduler)
  const client = new SchedulerClient({
    endpoint,
    region: place.region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  })
  const close = async () => {
    client.destroy()
    await server.close()
  }
  return { client, close }
}
