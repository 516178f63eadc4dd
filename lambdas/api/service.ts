import { ok } from '../http/answer.ts'
import { type ApiFunctionDeps, apiFunction } from '../http/api-function.ts'
import type { Contracts } from '../http/contracts/index.ts'
import { serviceContracts } from '../http/contracts/service.ts'
import { publicEndpoint } from '../http/endpoint.ts'
import { openApi } from '../http/open-api.ts'
import { checkHealth, type HealthProbes } from '../use-cases/check-health.ts'

export type ServiceDeps = ApiFunctionDeps & {
  readonly version: string
  readonly probes: HealthProbes & { readonly table: () => Promise<void> }
  readonly contracts: Contracts
}

/** Serves what tells about the service itself: its health and its description. */
export function serviceFunction(deps: ServiceDeps) {
  let document: unknown
  return apiFunction(
    'service',
    {
      readHealth: publicEndpoint(serviceContracts.readHealth, async ({ requestId }) => {
        const { status, checks, errors } = await checkHealth(deps.probes)
        if (status !== 'ok') deps.log.error('health check failed', { requestId, errors })
        return { status: status === 'ok' ? 200 : 503, body: { status, version: deps.version, checks } }
      }),
      readOpenApi: publicEndpoint(serviceContracts.readOpenApi, async () => {
        document ??= openApi(deps.contracts, deps.version)
        return ok(document)
      }),
    },
    deps,
  )
}
