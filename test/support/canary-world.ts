import { randomBytes, randomUUID } from 'node:crypto'
import { ScanCommand } from '@aws-sdk/lib-dynamodb'
import { ulid } from 'ulid'
import { dynamoRequestClaims } from '../../lambdas/adapters/dynamodb/request-claims.ts'
import { dynamoSecretCatalog } from '../../lambdas/adapters/dynamodb/secret-catalog.ts'
import { dynamoSecretUsage } from '../../lambdas/adapters/dynamodb/secret-usage.ts'
import { dynamoSigningKey } from '../../lambdas/adapters/dynamodb/signing-key.ts'
import { dynamoTemplateStore } from '../../lambdas/adapters/dynamodb/template-store.ts'
import { createHttpTargetSender } from '../../lambdas/adapters/http-target/http-target-sender.ts'
import { consoleLog } from '../../lambdas/adapters/logging/console-log.ts'
import { cachedSecretReader } from '../../lambdas/adapters/secrets/cached-secret-reader.ts'
import { secretsManagerValues } from '../../lambdas/adapters/secrets/secrets-manager-values.ts'
import { secretsManagerVault } from '../../lambdas/adapters/secrets/secrets-manager-vault.ts'
import { jobsFunction } from '../../lambdas/api/jobs.ts'
import { runsFunction } from '../../lambdas/api/runs.ts'
import { secretsFunction } from '../../lambdas/api/secrets.ts'
import { parseCidrs } from '../../lambdas/domain/target/address-policy.ts'
import { type Operation, routes } from '../../lambdas/http/routes.ts'
import type { TargetSender } from '../../lambdas/ports/target-sender.ts'
import { type Answered, type Call, callApi } from './call-api.ts'
import { CANARY, SIGNING_KEY } from './canary.ts'
import { startCanaryTarget, TOLD } from './canary-target.ts'
import { testDoor } from './door.ts'
import { startVault } from './vault.ts'
import { startWorld, TENANT } from './world.ts'

export type CanaryWorld = Awaited<ReturnType<typeof startCanaryWorld>>

type Asked = Omit<Call, 'route' | 'params'> & { readonly params?: Record<string, string> }

/**
 * A world whose jobs call a target that hands secrets back, with the API before it and a vault that has them. Whatever
 * leaves Punctual is kept: log lines, mails, notifications as their receiver got them, and the answers of the API.
 */
export async function startCanaryWorld(start: string) {
  const [world, vault, target] = await Promise.all([startWorld(start), startVault(), startCanaryTarget(CANARY)])
  const { deps, table } = world
  const lines: string[] = []
  const sent: string[] = []
  const answers: { readonly operation: Operation; readonly answered: Answered }[] = []
  const sender = loopbackSender()
  const catalog = dynamoSecretCatalog(table)
  const values = secretsManagerValues('test', vault.client)
  Object.assign(deps, {
    hostParallelism: 0,
    log: consoleLog((line) => void lines.push(line)),
    catalog,
    secrets: cachedSecretReader({ catalog, values, clock: deps.clock }),
    vault: secretsManagerVault(vault.client, 'test'),
    usage: dynamoSecretUsage(table),
    // How many mails a plan allows is not what is asked here.
    mails: { add: async () => 1 },
    sender: {
      send: (...[request, caller]: Parameters<TargetSender['send']>) => {
        if (!request.url.href.endsWith(TOLD))
          sent.push(`${request.url.href}\n${JSON.stringify(request.headers)}\n${request.body}`)
        return sender.send(request, caller)
      },
    },
    newSecretId: () => ulid(),
    newVersionId: randomUUID,
    randomBytes,
  })
  const functions = canaryApi(world)
  for (const [name, value] of [
    ['CANARY', CANARY],
    ['WEBHOOK_SIGNING_KEY', `whsec_${SIGNING_KEY}`],
  ] as const)
    await ask('putSecret', { params: { name }, body: { value } })

  /** Calls an operation of the API, as the tenant, and keeps the answer. */
  async function ask(operation: Operation, call: Asked = {}): Promise<Answered> {
    const answered = await callApi(functions.of(operation), { token: TENANT, ...call, route: routeKey(operation) })
    answers.push({ operation, answered })
    return answered
  }

  return {
    ...world,
    target,
    lines,
    sent,
    answers,
    ask,
    items: () => everyItem(table),
    async stop() {
      await target.close()
      await vault.stop()
      await world.stop()
    },
  }
}

/** The real sender; every host is this machine. */
function loopbackSender(): TargetSender {
  const loopback = parseCidrs('127.0.0.1')
  return createHttpTargetSender({
    policy: { allowCidrs: loopback.ok ? loopback.cidrs : [] },
    userAgent: 'Punctual/test',
    resolve: async () => ['127.0.0.1'],
  })
}

const routeOf = (operation: Operation) => {
  const route = routes.find((each) => each.operation === operation)
  if (!route) throw new Error(`There is no route for ${operation}`)
  return route
}
const routeKey = (operation: Operation): string => `${routeOf(operation).method} ${routeOf(operation).path}`

/** The functions that show jobs, runs and secrets; a token is the name of its tenant. */
function canaryApi({ deps, table }: Awaited<ReturnType<typeof startWorld>>) {
  const unused = async () => {
    throw new Error('not part of this world')
  }
  const door = testDoor(
    {
      ...deps,
      tokens: {
        verify: async (token: string) => ({
          kind: 'user' as const,
          tenant: token,
          username: token,
          role: 'USER' as const,
          accessToken: token,
        }),
      },
      idempotency: {
        claims: dynamoRequestClaims(table),
        clock: deps.clock,
        log: deps.log,
        newClaimId: (now: number) => ulid(now),
      },
      signingKey: dynamoSigningKey(table),
      templates: dynamoTemplateStore(table),
      identity: { readProfile: unused, isActive: unused },
      allowCidrs: [],
    },
    deps.clock,
  )
  const functions = {
    jobs: jobsFunction(door),
    runs: runsFunction(door),
    secrets: secretsFunction(door),
  }
  const isServed = (resource: string): resource is keyof typeof functions => Object.hasOwn(functions, resource)
  return {
    of(operation: Operation) {
      const { resource } = routeOf(operation)
      if (!isServed(resource)) throw new Error(`${resource} is not part of this world`)
      return functions[resource]
    },
  }
}

/** Every item of every tenant, as the engine has it. */
async function everyItem({ client, name }: Awaited<ReturnType<typeof startWorld>>['table']) {
  const items: unknown[] = []
  let ExclusiveStartKey: Record<string, unknown> | undefined
  do {
    const page = await client.send(
      new ScanCommand({ TableName: name, ConsistentRead: true, ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}) }),
    )
    items.push(...(page.Items ?? []))
    ExclusiveStartKey = page.LastEvaluatedKey
  } while (ExclusiveStartKey)
  return items
}
