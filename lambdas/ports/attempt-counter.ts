/** What is counted: what was tried, by or for whom, in which window. */
export type AttemptCount = {
  readonly attempt: string
  readonly by: 'address' | 'source' | 'tenant'
  /** The e-mail address, the network address or the tenant; only a hash of it is kept. */
  readonly value: string
  /** Epoch ms. The count is forgotten some time after the window has ended. */
  readonly window: { readonly startsAt: number; readonly endsAt: number }
}

/** Counts attempts, exactly, whoever else counts at the same time. */
export interface AttemptCounter {
  /** @returns how many there are now. */
  add(count: AttemptCount, by: 1 | -1): Promise<number>
}
