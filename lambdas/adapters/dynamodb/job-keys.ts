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
export const jobKey = (tenant: string, jobId: string): string => `T#${tenant}#J#${jobId}`
export const runKey = (runId: string): string => `${RUN_PREFIX}${runId}`
export const runIdOfKey = (key: string): string => key.slice(RUN_PREFIX.length)

/** Jobs of all tenants, spread over a few partitions so that the sweeper's index has no hot one. */
export const sweepKey = (jobId: string): string => `SWEEP#${(jobId.codePointAt(jobId.length - 1) ?? 0) % SWEEP_SHARDS}`
export const sweepKeys = (): readonly string[] => Array.from({ length: SWEEP_SHARDS }, (_, shard) => `SWEEP#${shard}`)

/** The tenant of a job's collection. */
export const tenantOfJobKey = (pk: string): string => pk.slice('T#'.length, pk.lastIndexOf('#J#'))
