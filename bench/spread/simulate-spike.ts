/** The account's quotas that a spike meets, per second unless they say otherwise. */
export type Quotas = {
  /** Invocations that EventBridge Scheduler makes; what is over waits and is tried again. */
  readonly invocations: number
  /** Executions of the function at the same time. */
  readonly concurrency: number
  /** Executions that Lambda adds in ten seconds: all at once if none was added before, a tenth of them each second. */
  readonly concurrencyPerTenSeconds: number
}

export type Spike = {
  readonly jobs: number
  /** All are due at the same instant, each somewhere within so many minutes after it. */
  readonly flexMinutes: number
  /** How long the function runs for one, in seconds. */
  readonly runSeconds: number
}

export type Outcome = {
  /** Most runs that started within a second. */
  readonly peakStarts: number
  /** Most executions at the same time. */
  readonly peakConcurrency: number
  /** How long after the instant that its window gave it a run started, in seconds. */
  readonly lateP50: number
  readonly lateP99: number
  /** From the instant to the last start, in minutes. */
  readonly lastStartMinutes: number
}

/**
 * Follows a spike through the two queues that it waits in, Scheduler's and Lambda's, second by second. Within the window
 * instants are spread evenly; without one all jobs are due in the first second, the worst that the promise of "within the
 * minute" allows. Executions that have ended serve the next run; new ones are added at Lambda's pace.
 */
export function simulateSpike({ jobs, flexMinutes, runSeconds }: Spike, quotas: Quotas): Outcome {
  const windowSeconds = Math.max(1, flexMinutes * 60)
  const dueBy = (second: number) => Math.min(jobs, (jobs * (second + 1)) / windowSeconds)
  const starts: number[] = []
  let handedOver = 0
  let started = 0
  let executions = 0
  let mayBeAdded = quotas.concurrencyPerTenSeconds
  for (let second = 0; started < jobs - 0.5; second++) {
    handedOver = Math.min(dueBy(second), handedOver + quotas.invocations)
    const allowed = Math.min(quotas.concurrency, executions + mayBeAdded)
    const now = Math.min(handedOver - started, allowed / runSeconds)
    const added = Math.max(0, now * runSeconds - executions)
    executions += added
    mayBeAdded = Math.min(quotas.concurrencyPerTenSeconds, mayBeAdded - added + quotas.concurrencyPerTenSeconds / 10)
    started += now
    starts.push(now)
  }
  return {
    peakStarts: Math.round(Math.max(...starts)),
    peakConcurrency: Math.ceil(executions),
    ...lateness(starts, dueBy),
    lastStartMinutes: starts.length / 60,
  }
}

/** Runs start in the order in which they are due. */
function lateness(starts: readonly number[], dueBy: (second: number) => number) {
  const late: { readonly seconds: number; readonly runs: number }[] = []
  let dueSecond = 0
  let started = 0
  for (const [second, runs] of starts.entries()) {
    started += runs
    while (dueBy(dueSecond) < started - 0.5) dueSecond++
    late.push({ seconds: Math.max(0, second - dueSecond), runs })
  }
  const sorted = late.toSorted((a, b) => a.seconds - b.seconds)
  const quantile = (share: number) => {
    let seen = 0
    for (const { seconds, runs } of sorted) {
      seen += runs
      if (seen >= started * share) return seconds
    }
    return 0
  }
  return { lateP50: quantile(0.5), lateP99: quantile(0.99) }
}
