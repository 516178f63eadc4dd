import type { Job } from '../domain/job/job.ts'
import { type HostParallelism, hostOf, ownPlaces } from '../domain/target/host-places.ts'
import type { Clock } from '../ports/clock.ts'
import type { HostRegister } from '../ports/host-places.ts'

export type FindHostPlaceDeps = {
  readonly hostRegister: HostRegister
  readonly hostParallelism: HostParallelism
  readonly clock: Clock
}

/**
 * Whether a job gets a place of its own at the host that it calls, or shares places with others. A job that keeps its host
 * keeps its place. What is counted here for a job that is not stored after all, a sweep corrects.
 */
export async function findHostPlace(
  deps: FindHostPlaceDeps,
  targetUrl: string,
  current?: Job,
): Promise<Pick<Job, 'sharesHost'>> {
  const { hostRegister, hostParallelism, clock } = deps
  const host = hostOf(targetUrl)
  if (hostParallelism === 0 || host === undefined) return {}
  if (current && hostOf(current.definition.targetUrl) === host) return placeOf(current)
  return (await hostRegister.claim(host, ownPlaces(hostParallelism), clock())) ? {} : { sharesHost: true }
}

const placeOf = ({ sharesHost }: Job): Pick<Job, 'sharesHost'> => (sharesHost ? { sharesHost } : {})
