import type { JobSummary } from '../domain/job/job-summary.ts'

/** All jobs of a tenant in brief, a few dozen to a read unit. */
export interface JobSummaries {
  /** In order of creation, tombstones left out; one just created or changed may be listed a moment later. */
  ofTenant(tenant: string): AsyncIterable<JobSummary>
}
