import type { Job } from '../domain/job/job.ts'
import { type HostCount, type HostParallelism, hostOf, ownPlaces } from '../domain/target/host-places.ts'
import type { Clock } from '../ports/clock.ts'
import type { HostRegister } from '../ports/host-places.ts'
import type { JobStore } from '../ports/job-store.ts'

export type TendHostsDeps = {
  readonly hostRegister: HostRegister
  readonly hostParallelism: HostParallelism
  readonly jobs: Pick<JobStore, 'read' | 'replace'>
  readonly clock: Clock
}

/** Jobs that have a place of their own, by host; a job is put down by its tenant and id. */
export type HostOwners = Map<string, Pick<Job, 'tenant' | 'id'>[]>

/** A place that was given so lately may be a job's that was not there to be seen, ms. */
const SETTLED_AFTER_MS = 10 * 60_000

/** Puts a job down where it has a place of its own. */
export function noteOwner(owners: HostOwners, { tenant, id, desired, sharesHost, definition }: Job): void {
  const host = desired === 'DELETED' || sharesHost ? undefined : hostOf(definition.targetUrl)
  if (host === undefined) return
  const known = owners.get(host)
  if (known) known.push({ tenant, id })
  else owners.set(host, [{ tenant, id }])
}

/**
 * Brings the counts of jobs with places of their own in line with the jobs that there are: places of jobs that are gone or
 * call another host now become free, and jobs beyond what a host may have (the limit was lowered) share from now on.
 */
export async function tendHosts(deps: TendHostsDeps, owners: HostOwners): Promise<void> {
  if (deps.hostParallelism === 0) return
  const most = ownPlaces(deps.hostParallelism)
  const counts = new Map<string, HostCount>()
  for await (const count of deps.hostRegister.every()) counts.set(count.host, count)
  for (const host of new Set([...counts.keys(), ...owners.keys()])) {
    const jobs = (owners.get(host) ?? []).toSorted((a, b) => (a.id < b.id ? -1 : 1))
    for (const job of jobs.slice(most)) await makeShare(deps, job, host)
    const count = counts.get(host)
    const actual = Math.min(jobs.length, most)
    const isUnsettled = count !== undefined && deps.clock() - count.touchedAt < SETTLED_AFTER_MS
    if (count?.owners === actual || (isUnsettled && count.owners > actual)) continue
    await deps.hostRegister.correct(host, count, actual)
  }
}

/** No edit: the version stays. Whoever changes the job meanwhile wins, and the next sweep looks again. */
async function makeShare(deps: TendHostsDeps, { tenant, id }: Pick<Job, 'tenant' | 'id'>, host: string): Promise<void> {
  const job = (await deps.jobs.read(tenant, id))?.job
  if (!job || job.desired === 'DELETED' || hostOf(job.definition.targetUrl) !== host) return
  await deps.jobs.replace({ ...job, sharesHost: true }, job.version)
}
