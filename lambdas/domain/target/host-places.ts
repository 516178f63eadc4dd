import { hostName } from './target-url.ts'
import { parseTemplatedUrl } from './templated-url.ts'

/**
 * How many calls Punctual makes to one host at the same time, all tenants together; 0 for as many as there are. The first
 * jobs of a host have a place of their own, one each, and nothing to pay for it. All others share what is left: each of
 * their calls takes a place and gives it back.
 */
export type HostParallelism = number

/** How many jobs of a host have a place of their own: as many as run at the price of a plain run. */
export const ownPlaces = (parallelism: HostParallelism): number => Math.floor(parallelism / 2)

/** How many places the calls of all other jobs share. */
export const sharedPlaces = (parallelism: HostParallelism): number => parallelism - ownPlaces(parallelism)

/** The host that a target's calls go to, as it is counted: its name in lower case, or its address. Ports do not count apart. */
export function hostOf(targetUrl: string): string | undefined {
  const parsed = parseTemplatedUrl(targetUrl)
  return parsed.ok ? hostName(parsed.templated.url) : undefined
}

/** How many jobs of a host are known to have a place of their own. */
export type HostCount = {
  readonly host: string
  readonly owners: number
  /** When a job was last given one, epoch ms. */
  readonly touchedAt: number
}
