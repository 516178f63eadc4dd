/** What the executor is told to run. Occurrences come from EventBridge Scheduler; both kinds are delivered at least once. */
export type RunOrder =
  | { readonly kind: 'occurrence'; readonly tenant: string; readonly jobId: string; readonly plannedAt: string }
  | { readonly kind: 'manual'; readonly tenant: string; readonly jobId: string; readonly runId: string }

/** Hands a run to the executor, which takes it up in the background. */
export interface RunStarter {
  start(order: RunOrder): Promise<void>
}
