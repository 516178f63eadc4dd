/**
 * The keys of jobs and runs in the one table. Everything of one job (definition, activity, runs) is one item collection
 * whose last three items are the job, its activity and its newest run, so that one query reads all that a run needs. The
 * tenant is part of every key: another tenant's id finds nothing.
 */
export const BY_TENANT = 'byTenant'
export const BY_SWEEP = 'bySweep'

/** Keys sort runs (`R#`) before state (`S#`). */
const RUN_PREFIX = 'R#'
export const ACTIVITY_KEY = 'S#ACTIVITY'
export const JOB_KEY = 'S#JOB'

const SWEEP_SHARDS = 8

export const jobsOfTenantKey = (tenant: string): string => `T#${tenant}#JOBS`
export const runsOfTenantKey = (tenant: string): string => `T#${tenant}#RUNS`
/** Bulk requests of a tenant, in the same index: what deletes a user finds them by it. */
export const tasksOfTenantKey = (tenant: string): string => `T#${tenant}#TASKS`
export const jobKey = (tenant: string, jobId: string): string => `T#${tenant}#J#${jobId}`
export const runKey = (runId: string): string => `${RUN_PREFIX}${runId}`
export const runIdOfKey = (key: string): string => key.slice(RUN_PREFIX.length)

/** What is found across all tenants is spread over a few partitions, so that there is no hot one. @param id ends at random. */
export const shardOf = (id: string): number => (id.codePointAt(id.length - 1) ?? 0) % SWEEP_SHARDS
export const shards = (): readonly number[] => Array.from({ length: SWEEP_SHARDS }, (_, shard) => shard)

/** Jobs of all tenants, for the sweeper. */
export const sweepKey = (jobId: string): string => `SWEEP#${shardOf(jobId)}`
export const sweepKeys = (): readonly string[] => shards().map((shard) => `SWEEP#${shard}`)

/** All tenants that ever had a job, in the same index. */
export const tenantsKey = (tenant: string): string => `TENANTS#${shardOf(tenant)}`
export const tenantsKeys = (): readonly string[] => shards().map((shard) => `TENANTS#${shard}`)

/** The tenant of a job's collection. */
export const tenantOfJobKey = (pk: string): string => pk.slice('T#'.length, pk.lastIndexOf('#J#'))
