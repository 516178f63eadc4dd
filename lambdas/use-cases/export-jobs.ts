import { importLimits } from '../domain/import/limits.ts'
import type { PunctualDocument } from '../domain/import/punctual-document.ts'
import type { JobDefinition } from '../domain/job/job.ts'
import type { Clock } from '../ports/clock.ts'
import { allSecrets, type ReadTenantStateDeps } from './read-tenant-state.ts'

export type ExportJobsDeps = Pick<ReadTenantStateDeps, 'tenantJobs' | 'catalog'> & { readonly clock: Clock }

/** Room for everything of the document but its jobs, in bytes. */
const ENVELOPE_BYTES = 128 * 1024

/**
 * All jobs of a tenant exactly as they are defined, oldest first, and the names of the secrets. As many as one import takes.
 * @returns the document, and the id of its last job when there are more.
 */
export async function exportJobs(
  deps: ExportJobsDeps,
  tenant: string,
  after: string | undefined,
): Promise<{
  readonly document: Required<Omit<PunctualDocument, 'nextCursor' | 'secretValues'>>
  readonly next: string | undefined
}> {
  const secrets = await allSecrets(deps, tenant)
  const jobs: JobDefinition[] = []
  let bytes = ENVELOPE_BYTES
  let last = after
  let next: string | undefined
  for await (const { id, definition } of deps.tenantJobs.ofTenant(tenant, { after })) {
    bytes += Buffer.byteLength(JSON.stringify(definition)) + 1
    if (jobs.length === importLimits.jobs || bytes > importLimits.bytes) {
      next = last
      break
    }
    jobs.push({ ...definition, headers: sorted(definition.headers) })
    last = id
  }
  const exportedAt = new Date(deps.clock()).toISOString()
  return {
    document: { format: 'punctual', version: 1, exportedAt, jobs, secrets: [...secrets.keys()] },
    next,
  }
}

/** The table keeps no order of members, and two exports of the same jobs should be the same text. */
const sorted = (headers: JobDefinition['headers']): JobDefinition['headers'] =>
  Object.fromEntries(Object.entries(headers).sort(([a], [b]) => (a < b ? -1 : 1)))
