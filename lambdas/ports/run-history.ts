import type { Run, RunStatus } from '../domain/run/run.ts'
import type { Page } from './job-store.ts'

export type RunFilter = {
  readonly status?: RunStatus | undefined
  /** Planned at or after, and before; epoch ms. */
  readonly from?: number | undefined
  readonly to?: number | undefined
}

/** Recorded runs, newest first. */
export interface RunHistory {
  ofJob(tenant: string, jobId: string, filter: RunFilter, limit: number, after: string | undefined): Promise<Page<Run>>
  ofTenant(tenant: string, filter: RunFilter, limit: number, after: string | undefined): Promise<Page<Run>>
}
