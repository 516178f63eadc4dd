import { notFound } from '../domain/refusal.ts'
import type { Answer } from '../http/answer.ts'
import { ok } from '../http/answer.ts'
import { type ApiFunctionDeps, apiFunction } from '../http/api-function.ts'
import type { Contracts } from '../http/contracts/index.ts'
import { serviceContracts } from '../http/contracts/service.ts'
import { publicEndpoint } from '../http/endpoint.ts'
import { openApi } from '../http/open-api.ts'
import type { Clock } from '../ports/clock.ts'
import type { PageFiles } from '../ports/page-files.ts'
import { checkHealth, type HealthProbes } from '../use-cases/check-health.ts'

export type ServiceDeps = ApiFunctionDeps & {
  readonly version: string
  readonly probes: HealthProbes & { readonly table: () => Promise<void> }
  readonly clock: Clock
  readonly contracts: Contracts
  readonly pageFiles: PageFiles
}

/** What the reference page may load and call: its own files and the API beside it, nothing from elsewhere, nothing inline. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

type FileRequest = { readonly ifNoneMatch: string | undefined; readonly acceptEncoding: string | undefined }

/** @throws Refusal `not-found` */
async function pageAnswer(
  deps: ServiceDeps,
  name: string,
  { ifNoneMatch, acceptEncoding }: FileRequest,
): Promise<Answer> {
  const file = await deps.pageFiles.read(name)
  if (!file) throw notFound('file')
  const headers = {
    'content-security-policy': PAGE_POLICY,
    'cache-control': 'public, max-age=3600',
    etag: file.etag,
    vary: 'accept-encoding',
  }
  if (ifNoneMatch === file.etag) return { status: 304, headers }
  const type = { 'content-type': file.type }
  return /\bbr\b/.test(acceptEncoding ?? '')
    ? { status: 200, headers: { ...headers, ...type, 'content-encoding': 'br' }, file: file.brotli }
    : { status: 200, headers: { ...headers, ...type }, file: await file.plain() }
}

/** Serves what tells about the service itself: its health and its description, for machines and for people. */
export function serviceFunction(deps: ServiceDeps) {
  let document: unknown
  return apiFunction(
    'service',
    {
      readHealth: publicEndpoint(serviceContracts.readHealth, async ({ requestId }) => {
        const { status, checks, errors } = await checkHealth(deps)
        if (status !== 'ok') deps.log.error('health check failed', { requestId, errors })
        return { status: status === 'ok' ? 200 : 503, body: { status, version: deps.version, checks } }
      }),
      readOpenApi: publicEndpoint(serviceContracts.readOpenApi, async () => {
        document ??= openApi(deps.contracts, deps.version)
        return ok(document)
      }),
      readReference: publicEndpoint(serviceContracts.readReference, (request) =>
        pageAnswer(deps, 'index.html', request),
      ),
      readReferenceFile: publicEndpoint(serviceContracts.readReferenceFile, (request) =>
        pageAnswer(deps, request.params.file, request),
      ),
    },
    deps,
  )
}
