import type { Job } from '../domain/job/job.ts'

/** All jobs of a tenant, for what must see every one of them. */
export interface TenantJobs {
  /**
   * In order of creation, oldest first, tombstones left out; each as it is now, though one just created may not be listed yet.
   * @param options.withDeleted whether tombstones are listed, too.
   */
  ofTenant(
    tenant: string,
    options?: { readonly after?: string | undefined; readonly withDeleted?: boolean },
  ): AsyncIterable<Job>
}
