import { randomBytes, randomUUID } from 'node:crypto'
import { ulid } from 'ulid'
import { apiKeyVerifier } from '../../lambdas/adapters/identity/api-key-verifier.ts'
import { bearerVerifier } from '../../lambdas/adapters/identity/bearer-verifier.ts'
import { adminFunction } from '../../lambdas/api/admin.ts'
import { auditFunction } from '../../lambdas/api/audit.ts'
import { authFunction } from '../../lambdas/api/auth.ts'
import { jobsFunction } from '../../lambdas/api/jobs.ts'
import { keysFunction } from '../../lambdas/api/keys.ts'
import { runsFunction } from '../../lambdas/api/runs.ts'
import { schedulesFunction } from '../../lambdas/api/schedules.ts'
import { secretsFunction } from '../../lambdas/api/secrets.ts'
import { serviceFunction } from '../../lambdas/api/service.ts'
import { statsFunction } from '../../lambdas/api/stats.ts'
import type { UserCaller } from '../../lambdas/domain/account/caller.ts'
import { nextRunMemory } from '../../lambdas/domain/job/next-run-memory.ts'
import { contracts } from '../../lambdas/http/contracts/index.ts'
import { type Operation, type Resource, type Route, routes } from '../../lambdas/http/routes.ts'
import type { TokenVerifier } from '../../lambdas/ports/token-verifier.ts'
import { requestLimiter } from '../../lambdas/use-cases/limit-requests.ts'
import { type Answered, type Call, callApi } from '../support/call-api.ts'
import { MINUTE_MS, TENANT } from '../support/world.ts'
import type { Deps } from './punctual.ts'
import type { RealGround } from './real-ground.ts'
import type { Simulation } from './simulation.ts'

/** A credential that nothing is asked about, as access tokens are verified by public keys. It is a minute old. */
export const tokenOf = (tenant: string, role: 'USER' | 'ADMIN' = 'USER'): string => `${role}-${tenant}`
const TOKEN = /^(USER|ADMIN)-(.+)$/

function callerOf(token: string, now: number): UserCaller | undefined {
  const [, role, tenant] = TOKEN.exec(token) ?? []
  if (tenant === undefined) return undefined
  return {
    kind: 'user',
    tenant,
    username: 'a@example.com',
    role: role === 'ADMIN' ? 'ADMIN' : 'USER',
    accessToken: token,
    session: { id: 'session', startedAt: now - MINUTE_MS },
  }
}

/** Whose accounts are made admins. */
export const isAdmin = (email: string): boolean => email.startsWith('admin-')

/** The functions of the API, each as one that has just started. */
const functions = {
  admin: adminFunction,
  audit: auditFunction,
  auth: (deps) =>
    authFunction({ ...deps, adminEmails: { has: isAdmin } as ReadonlySet<string>, newUserId: randomUUID }),
  jobs: (deps) => jobsFunction({ ...deps, allowCidrs: [] }),
  keys: (deps) => keysFunction({ ...deps, newKeyId: (now) => ulid(now), randomBytes }),
  runs: runsFunction,
  schedules: (deps) => schedulesFunction({ ...deps, tzVersion: 'test' }),
  secrets: (deps) => secretsFunction({ ...deps, randomBytes }),
  service: (deps) => serviceFunction({ ...deps, version: 'test', probes: { table: deps.probe }, contracts, pageFiles }),
  stats: (deps) => statsFunction({ ...deps, nextRun: nextRunMemory() }),
} satisfies Record<Resource, (deps: ApiDeps) => Parameters<typeof callApi>[0]>

/** No request to AWS is made for them. */
const pageFiles = { read: async () => undefined }

const apiDeps = (deps: Deps, ground: RealGround) => {
  const services = ground.apiServices()
  const stored = bearerVerifier({
    accessTokens: services.accessTokens,
    keys: apiKeyVerifier({ ...services, clock: deps.clock }),
  })
  const tokens: TokenVerifier = {
    verify: async (token) => callerOf(token, deps.clock()) ?? stored.verify(token),
  }
  const { clock, log } = deps
  const requests = requestLimiter({ counter: services.counter, clock, log })
  const idempotency = { claims: services.claims, clock, log, newClaimId: (now: number) => ulid(now) }
  return { ...deps, ...services, tokens, requests, idempotency, history: ground.history, pause: async () => {} }
}
type ApiDeps = ReturnType<typeof apiDeps>

export const routeOf = (operation: Operation): Route => {
  const route = routes.find((each) => each.operation === operation)
  if (!route) throw new Error(`There is no route for ${operation}`)
  return route
}

/** Calls an operation of the API. @returns undefined when the function ended before it answered. */
export async function callOperation(
  simulation: Simulation,
  ground: RealGround,
  operation: Operation,
  call: Omit<Call, 'route'>,
): Promise<Answered | undefined> {
  const { method, path, resource } = routeOf(operation)
  const answer = await simulation.asApi(undefined, (deps) =>
    callApi(functions[resource](apiDeps(deps, ground)), {
      token: tokenOf(TENANT),
      ...call,
      // Not where the targets of simulations are.
      headers: { host: 'punctual.example.com', ...call.headers },
      route: `${method} ${path}`,
    }),
  )
  return ground.wire.hasEnded ? undefined : answer
}
