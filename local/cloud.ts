import { HttpApiServer } from './api-gateway/http-api.ts'
import { type Clock, systemClock } from './clock.ts'
import { DataDirectory } from './data-directory.ts'
import { DynamoDbClient } from './dynamodb/dynamodb-client.ts'
import { DynamoDbEngine } from './dynamodb/engine.ts'
import { GroupedPuts } from './dynamodb/group-puts.ts'
import { provisionTables } from './dynamodb/provision-tables.ts'
import { TimeToLive } from './dynamodb/time-to-live.ts'
import { ForwardingService } from './forwarding-service.ts'
import { AccessControl } from './iam/access-control.ts'
import type { Home } from './iam/authorization.ts'
import { GuardedService } from './iam/guarded-service.ts'
import type { PermissionUse } from './iam/permission-use.ts'
import { localRoutes } from './local-routes.ts'
import type { Mailbox } from './mail/mailbox.ts'
import { provisionSchedules } from './provisioned-schedules.ts'
import { type ObservedCall, ServicePorts } from './service-ports.ts'
import { createServices, type Services } from './services.ts'
import { readCloudAssembly } from './template/cloud-assembly.ts'
import { type CloudTemplate, readCloudTemplate } from './template/cloud-template.ts'
import type { WireService } from './wire-service.ts'

/** Where the cloud is, as ARNs say. */
export const HOME = { accountId: '000000000000', region: 'us-east-1' } as const satisfies Home

/** Time that requests under way have at the end, in milliseconds. */
const GRACE_MS = 1000

export type CloudOptions = {
  /** Folder that `cdk synth` wrote, or how to make it; that is asked for once data directory and port are ours. */
  readonly cdkOut: string | (() => Promise<string>)
  /** Folder with everything that survives a restart; made when it is not there. */
  readonly dataDir: string
  /** Port of the HTTP API on 127.0.0.1; 0 for any free one. */
  readonly port: number
  /** @default the system's */
  readonly clock?: Clock
  /** Values that replace those of the template, in functions that declare the variable. */
  readonly environment?: Readonly<Record<string, string>>
  /** URL of another DynamoDB engine. @default one of our own */
  readonly dynamoDbEndpoint?: string | undefined
  /** Gets what a person at the terminal should know: failures, resources that have no counterpart here. */
  readonly log?: (message: string) => void
  /** Gets every line that a function writes; they go to `logs/` in the data directory too. */
  readonly onFunctionLine?: (functionId: string, line: string) => void
  /** Told of every call to a local service, DynamoDB included. */
  readonly onCall?: (call: ObservedCall) => void
  /** Whether functions may only do what their roles allow, as on AWS. @default false */
  readonly enforceIam?: boolean
  /** Told of everything that a role of the template is used for. */
  readonly onPermissionUse?: ((use: PermissionUse) => void) | undefined
}

/** A running stack. */
export type Cloud = {
  /** URL of the HTTP API, without a slash at the end. */
  readonly url: string
  readonly template: CloudTemplate
  /** URLs of the services by the suffix of the SDK's endpoint variable. */
  readonly endpoints: ReadonlyMap<string, string>
  readonly services: Services
  readonly mailbox: Mailbox
  /** Stops within 5 seconds; what was accepted and is not done is taken up by the next start. */
  close(): Promise<void>
}

/**
 * Runs a synthesized stack on this machine.
 * @throws with a message for the person at the terminal: data directory or port in use, a template that it cannot run
 */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const { clock = systemClock, log = console.error, onCall } = options
  await using starting = new AsyncDisposableStack()
  const directory = starting.adopt(new DataDirectory(options.dataDir), async (opened) => opened.release())
  const api = new HttpApiServer()
  const url = await api.listen(options.port)
  starting.defer(() => api.close(0))
  const ports = starting.adopt(await ServicePorts.open({ log, observe: onCall }), (opened) => opened.close())
  const dynamoDbEndpoint = options.dynamoDbEndpoint ?? (await startDynamoDb(directory, log, starting))
  const dynamoDb = new DynamoDbClient(dynamoDbEndpoint, HOME.region)

  const assembly = readCloudAssembly(typeof options.cdkOut === 'string' ? options.cdkOut : await options.cdkOut())
  const place = {
    ...HOME,
    stackName: assembly.stackName,
    queueEndpoint: ports.urls.get('SQS') ?? '',
    apiEndpoint: url,
  }
  const template = readCloudTemplate(assembly, place)
  for (const { logicalId, type } of template.unsupported) log(`Not run here: ${logicalId} (${type})`)
  const access = accessControl(options, template, log)
  const tables = provisionTables(dynamoDb, template.tables)
  const guarded = (service: WireService) => (access ? new GuardedService(service, access) : service)
  const engine = new ForwardingService('DYNAMODB', dynamoDbEndpoint)
  if (options.dynamoDbEndpoint === undefined) ports.serve(guarded(new GroupedPuts(engine)))
  else if (onCall || access) ports.serve(guarded(engine))
  else ports.redirect('DYNAMODB', dynamoDbEndpoint)
  const services = createServices({ ...options, log, clock, template, place, directory, endpoints: ports.urls, access })
  for (const service of services.wire) ports.serve(guarded(service))
  starting.defer(() => services.closeFunctions())
  await tables
  await provisionSchedules(services.scheduler, services.schedulerStore, template)

  const expiry = new TimeToLive({ client: dynamoDb, tables: template.tables, clock, log })
  starting.defer(async () => {
    expiry.close()
    await Promise.all([api.close(GRACE_MS), services.scheduler.close()])
  })
  api.serve(template.httpApis[0], {
    accountId: place.accountId,
    clock,
    log,
    invoke: (functionArn, event, caller) => services.lambda.invoke(functionArn, event, caller),
    localRoutes: localRoutes(services.mailbox),
  })
  expiry.start()
  services.start()
  const running = starting.move()
  return {
    url,
    template,
    services,
    endpoints: ports.urls,
    mailbox: services.mailbox,
    close: () => running.disposeAsync(),
  }
}

/** Starts an engine that ends with the cloud. Returns its URL. */
async function startDynamoDb(
  directory: DataDirectory,
  log: (message: string) => void,
  starting: AsyncDisposableStack,
): Promise<string> {
  const engine = await DynamoDbEngine.start({ file: directory.file('dynamodb.sqlite'), log })
  starting.defer(() => engine.stop())
  return engine.endpoint
}

/** Nobody watches over calls unless somebody wants to know or to refuse. */
function accessControl(
  { enforceIam: enforce = false, onPermissionUse: onUse }: CloudOptions,
  template: CloudTemplate,
  log: (message: string) => void,
): AccessControl | undefined {
  if (!enforce && !onUse) return undefined
  return new AccessControl({ template, home: HOME, enforce, onUse, log })
}
