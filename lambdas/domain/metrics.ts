/** CloudWatch namespace of everything that Punctual measures itself. */
export const METRIC_NAMESPACE = 'Punctual'

/** The only dimension; its value is the stage. A metric for each job would cost more than the job. */
export const METRIC_DIMENSION = 'Stage'

/**
 * Every metric, and its unit. The functions write by these names and lib/ watches by them, so that no alarm is about a
 * metric that nobody writes.
 */
export const metricUnits = {
  /** Runs that have ended, whatever became of them. */
  Runs: 'Count',
  /** Those of them that count as failures of their jobs; a run that is none says nothing. */
  FailedRuns: 'Count',
  /** From the planned instant, or the end of its flexible window, to the start of the run. */
  StartLateness: 'Milliseconds',
  RunDuration: 'Milliseconds',
  /** How long a run waited for a place at its host; only of runs that had to. */
  HostWait: 'Milliseconds',
  /** Sweeps that came to their end: the sweeper's heartbeat. */
  Sweeps: 'Count',
  /** What a sweep had to mend: schedules made or removed, runs restarted or written down as missed. */
  SweepRepairs: 'Count',
  /** Jobs and schedules that a sweep could not mend. */
  SweepFailures: 'Count',
  /** How long the job that has waited longest for its schedules had waited when a sweep found it; 0 when none did. */
  OldestPendingSeconds: 'Seconds',
  /** How long ago the oldest bulk request or deletion began that a sweep found unfinished; 0 when it found none. */
  OldestTaskSeconds: 'Seconds',
} as const

export type MetricName = keyof typeof metricUnits
export type Measurements = Readonly<Partial<Record<MetricName, number>>>

/**
 * The fields that make a log line carry metrics: CloudWatch reads them from the log, so no call is made (CloudWatch User
 * Guide, "Specification: Embedded metric format").
 * @param stage the deployment. @param now epoch ms.
 */
export function metricFields(measured: Measurements, stage: string, now: number): Readonly<Record<string, unknown>> {
  return {
    [METRIC_DIMENSION]: stage,
    ...measured,
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [
        {
          Namespace: METRIC_NAMESPACE,
          Dimensions: [[METRIC_DIMENSION]],
          Metrics: Object.entries(metricUnits)
            .filter(([name]) => Object.hasOwn(measured, name))
            .map(([Name, Unit]) => ({ Name, Unit })),
        },
      ],
    },
  }
}
