import { expect } from 'vitest'

/** Expects what real workers and processes will have done soon; generous, as the machine may be busy. */
export const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 10_000, interval: 10 })
