import type { HostCount } from '../domain/target/host-places.ts'

/** Counts the jobs of each host that have a place of their own. */
export interface HostRegister {
  /** Counts one more unless there are `most` already. @param now epoch ms. @returns whether it was counted. */
  claim(host: string, most: number, now: number): Promise<boolean>
  every(): AsyncIterable<HostCount>
  /** Sets how many there are, unless somebody has claimed one since `known` was read (undefined: there was no count). */
  correct(host: string, known: HostCount | undefined, owners: number): Promise<boolean>
}

/** Places at a host that calls share; each is held by one call. */
export interface HostPlaces {
  /**
   * Takes a place unless all are taken. One whose holder did not give it back is free once its time is over.
   * @returns whether the holder has a place.
   */
  take(host: string, holder: string, lease: PlaceLease): Promise<boolean>
  giveBack(host: string, holder: string): Promise<void>
}

/** Instants are epoch ms; `most` is how many places the host has. */
export type PlaceLease = { readonly now: number; readonly until: number; readonly most: number }
