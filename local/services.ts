import type { Clock } from './clock.ts'
import { LocalCognito } from './cognito/cognito.ts'
import type { DataDirectory } from './data-directory.ts'
import type { DurableStore } from './durable-store.ts'
import type { AccessControl } from './iam/access-control.ts'
import { denialOfDestination, denialOfPolling, denialOfSchedule } from './iam/service-roles.ts'
import { FunctionLogs } from './lambda/function-logs.ts'
import { LambdaService } from './lambda/lambda-service.ts'
import { LocalEmailService } from './mail/email-service.ts'
import { Mailbox } from './mail/mailbox.ts'
import { LocalScheduler } from './scheduler/local-scheduler.ts'
import { readOrMakeKeyFile } from './secrets-manager/key-file.ts'
import { LocalSecretsManager } from './secrets-manager/secrets-manager.ts'
import { LocalNotificationService } from './sns/notification-service.ts'
import { EventSource } from './sqs/event-source.ts'
import { Queues as QueueSet, type Queues } from './sqs/queues.ts'
import { SqsService } from './sqs/sqs-service.ts'
import type { CloudTemplate } from './template/cloud-template.ts'
import type { Place } from './template/physical-ids.ts'
import type { WireService } from './wire-service.ts'

export type ServicesOptions = {
  readonly template: CloudTemplate
  readonly place: Place
  readonly directory: DataDirectory
  readonly clock: Clock
  readonly endpoints: ReadonlyMap<string, string>
  readonly environment?: Readonly<Record<string, string>>
  readonly log: (message: string) => void
  readonly onFunctionLine?: (functionId: string, line: string) => void
  /** Asked before a service does something in the name of a role. @default everything is allowed */
  readonly access?: AccessControl | undefined
}

/** The services of one stack, wired to each other. */
export type Services = {
  readonly lambda: LambdaService
  readonly scheduler: LocalScheduler
  readonly schedulerStore: DurableStore
  readonly queues: Queues
  readonly mailbox: Mailbox
  /** All that are served on a port. */
  readonly wire: readonly WireService[]
  /** Begins everything that happens by itself: schedules, queues, asynchronous events. */
  start(): void
  closeFunctions(): Promise<void>
}

export function createServices(options: ServicesOptions): Services {
  const { template, place, directory, clock, access } = options
  const { accountId, region } = place
  const identityStore = directory.openStore('identity')
  const schedulerStore = directory.openStore('scheduler')
  const mailbox = new Mailbox({ store: directory.openStore('mail'), clock })
  const queues = new QueueSet({ definitions: template.queues, store: directory.openStore('sqs'), clock })
  const topics = new LocalNotificationService({
    topics: template.topics,
    store: directory.openStore('sns'),
    clock,
    mailbox,
  })
  const { lambda, logs } = createLambda(options, async (arn, record, definition) => {
    const denial = denialOfDestination(access, definition, arn)
    if (denial !== undefined) throw new Error(denial)
    if (arn.startsWith('arn:aws:sns:')) topics.publish(arn, record)
    else sendTo(queues, arn, record)
  })
  const scheduler = createScheduler(options, schedulerStore, { lambda, queues })
  const eventSources = createEventSources(options, lambda, queues)
  const key = readOrMakeKeyFile(directory.file('secrets.key'))
  return {
    lambda,
    scheduler,
    schedulerStore,
    queues,
    mailbox,
    wire: [
      lambda,
      scheduler,
      topics,
      new LocalSecretsManager({ store: directory.openStore('secrets'), clock, accountId, region, key }),
      new LocalCognito({ pools: template.userPools, store: identityStore, clock, mailbox, region }),
      new LocalEmailService({ mailbox }),
      new SqsService({ queues, clock }),
    ],
    start() {
      lambda.start()
      for (const source of eventSources) source.start()
      scheduler.start()
    },
    async closeFunctions() {
      await Promise.all([lambda.close(), ...eventSources.map((source) => source.close())])
      await logs.close()
    },
  }
}

function createLambda(
  { template, place, directory, clock, log, endpoints, environment = {}, onFunctionLine }: ServicesOptions,
  deliver: ConstructorParameters<typeof LambdaService>[0]['deliver'],
): { readonly lambda: LambdaService; readonly logs: FunctionLogs } {
  const logs = new FunctionLogs(directory.file('logs'))
  const lambda = new LambdaService({
    functions: template.functions,
    surroundings: { region: place.region, endpoints, overrides: environment },
    store: directory.openStore('lambda'),
    clock,
    log,
    deliver,
    onLine: ({ logicalId }, line) => {
      logs.write(logicalId, line)
      onFunctionLine?.(logicalId, line)
    },
  })
  return { lambda, logs }
}

type Targets = { readonly lambda: LambdaService; readonly queues: Queues }

function createScheduler(
  { place, clock, log, access }: ServicesOptions,
  store: DurableStore,
  targets: Targets,
): LocalScheduler {
  const { accountId, region } = place
  return new LocalScheduler({
    store,
    clock,
    accountId,
    region,
    log,
    async invoke(arn, input, { scheduleArn }, roleArn) {
      const message = denialOfSchedule(access, { roleArn, scheduleArn }, arn)
      if (message !== undefined) return { ok: false, errorCode: 'AccessDeniedException', message, retryable: false }
      return invokeTarget(targets, arn, input)
    },
    async sendToDeadLetter(arn, body, attributes, schedule) {
      const denial = denialOfSchedule(access, schedule, arn)
      if (denial !== undefined) throw new Error(denial)
      sendTo(targets.queues, arn, body, attributes)
    },
  })
}

function createEventSources(
  { template, place, clock, log, access }: ServicesOptions,
  lambda: LambdaService,
  queues: Queues,
): readonly EventSource[] {
  return template.eventSources.map((definition) => {
    const queue = queues.find(definition.queueArn)
    if (!queue) throw new Error(`An event source reads ${definition.queueArn}, which is no queue of the template`)
    const target = lambda.find(definition.functionArn)
    const denial = target && denialOfPolling(access, target, definition.queueArn)
    if (denial !== undefined) throw new Error(`An event source cannot be made: ${denial}`)
    const invoke = (functionArn: string, event: string) => lambda.invoke(functionArn, event)
    return new EventSource({ definition, queue, region: place.region, clock, invoke, log })
  })
}

type Delivered = Awaited<ReturnType<ConstructorParameters<typeof LocalScheduler>[0]['invoke']>>

/** Hands the event of a schedule to its target: a function, which gets it asynchronously, or a queue. */
async function invokeTarget({ lambda, queues }: Targets, arn: string, input: string): Promise<Delivered> {
  if (lambda.find(arn)) await lambda.accept(arn, input)
  else if (queues.find(arn)) sendTo(queues, arn, input)
  else return { ok: false, errorCode: 'ResourceNotFoundException', message: `There is no ${arn}`, retryable: false }
  return { ok: true }
}

/** @throws when there is no such queue */
function sendTo(queues: Queues, arn: string, body: string, attributes: Readonly<Record<string, string>> = {}): void {
  const queue = queues.find(arn)
  if (!queue) throw new Error(`There is no queue ${arn}`)
  const typed = Object.entries(attributes).map(
    ([name, text]) => [name, { DataType: 'String', StringValue: text }] as const,
  )
  queue.send({ body, attributes: Object.fromEntries(typed), delaySeconds: 0 })
}
