import { Duration } from 'aws-cdk-lib'
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch'
import { METRIC_DIMENSION, METRIC_NAMESPACE, type MetricName } from '../../lambdas/domain/metrics.ts'
import type { DeadLetters } from './dead-letters.ts'
import type { Executor } from './executor.ts'
import type { HttpApi } from './http-api.ts'
import type { PunctualTable } from './punctual-table.ts'
import type { RunCounter } from './run-counter.ts'
import type { Scheduling } from './scheduling.ts'
import type { Sweeper } from './sweeper.ts'

/** The parts of a deployment that are watched. */
export interface Watched {
  readonly stage: string
  readonly table: PunctualTable
  readonly scheduling: Scheduling
  readonly executor: Executor
  readonly sweeper: Sweeper
  readonly runCounter: RunCounter
  readonly deadLetters: DeadLetters
  readonly api: HttpApi
}

/** Five minutes, because the sweeper's period is the rhythm of repair. */
export const PERIOD = Duration.minutes(5)

const SUM = { period: PERIOD, statistic: Stats.SUM }
const MAXIMUM = { period: PERIOD, statistic: Stats.MAXIMUM }
const MEDIAN = { period: PERIOD, statistic: Stats.percentile(50) }
const P99 = { period: PERIOD, statistic: Stats.percentile(99) }

/** With fewer runs than this in a period, the share of failed ones says more about a job than about the service. */
const FEWEST_RUNS = 20

/**
 * What each run does with the table. Sweeps and the API do more, but their troubles have alarms of their own, and each
 * metric of an alarm is paid for.
 */
const TABLE_OPERATIONS = ['GetItem', 'PutItem', 'Query', 'UpdateItem'] as const

/** Every metric that an alarm or the dashboard shows, by the part that it is about. */
export function operationsMetrics(watched: Watched) {
  return {
    runs: runMetrics(watched),
    scheduler: schedulerMetrics(watched),
    executor: executorMetrics(watched),
    deadLetters: deadLetterMetrics(watched),
    api: apiMetrics(watched),
    table: tableMetrics(watched),
    sweeper: sweeperMetrics(watched),
    runCounter: runCounterMetrics(watched),
  }
}

export type OperationsMetrics = ReturnType<typeof operationsMetrics>

/** A metric that Punctual itself writes. */
function own(metricName: MetricName, stage: string, options: { period: Duration; statistic: string }): Metric {
  return new Metric({
    namespace: METRIC_NAMESPACE,
    metricName,
    dimensionsMap: { [METRIC_DIMENSION]: stage },
    ...options,
  })
}

function runMetrics({ stage }: Watched) {
  const all = own('Runs', stage, SUM)
  const failed = own('FailedRuns', stage, SUM)
  return {
    all,
    failed,
    failedShare: new MathExpression({
      label: 'Failed runs, %',
      // Only runs that failed say so: where there is nothing, none did.
      expression: `IF(runs >= ${FEWEST_RUNS}, 100 * FILL(failed, 0) / runs, 0)`,
      usingMetrics: { runs: all, failed },
      period: PERIOD,
    }),
    lateness: { median: own('StartLateness', stage, MEDIAN), p99: own('StartLateness', stage, P99) },
    duration: { median: own('RunDuration', stage, MEDIAN), p99: own('RunDuration', stage, P99) },
  }
}

function schedulerMetrics({ scheduling: { group } }: Watched) {
  return {
    attempts: group.metricAttempts(SUM),
    targetErrors: group.metricTargetErrors(SUM),
    targetThrottles: group.metricTargetThrottled(SUM),
    throttles: group.metricThrottled(SUM),
    dropped: group.metricDropped(SUM),
    sentToDeadLetters: group.metricSentToDLQ(SUM),
    notSentToDeadLetters: group.metricFailedToBeSentToDLQ(undefined, SUM),
  }
}

function executorMetrics({ executor }: Watched) {
  const { lambda } = executor.function
  return {
    invocations: lambda.metricInvocations(SUM),
    errors: lambda.metricErrors(SUM),
    throttles: lambda.metricThrottles(SUM),
    duration: lambda.metricDuration(P99),
    concurrency: lambda.metric('ConcurrentExecutions', MAXIMUM),
    dropped: lambda.metric('AsyncEventsDropped', SUM),
    destinationFailures: lambda.metric('DestinationDeliveryFailures', SUM),
  }
}

function deadLetterMetrics({ deadLetters }: Watched) {
  return {
    // What arrives: the consumer empties the queue within seconds.
    arrived: deadLetters.queue.metricNumberOfMessagesSent(SUM),
    age: deadLetters.queue.metricApproximateAgeOfOldestMessage(MAXIMUM),
    // What waits: SQS does not count what it moves here itself as sent.
    unreadable: deadLetters.unreadable.metricApproximateNumberOfMessagesVisible(MAXIMUM),
  }
}

function apiMetrics({ api: { api } }: Watched) {
  return {
    requests: api.metricCount(SUM),
    clientErrors: api.metricClientError(SUM),
    serverErrors: api.metricServerError(SUM),
    latency: { median: api.metricLatency(MEDIAN), p99: api.metricLatency(P99) },
  }
}

function tableMetrics({ table }: Watched) {
  const metric = (metricName: string, Operation?: string) =>
    new Metric({
      namespace: 'AWS/DynamoDB',
      metricName,
      dimensionsMap: { TableName: table.environment.TABLE_NAME, ...(Operation === undefined ? {} : { Operation }) },
      ...SUM,
    })
  const ofRuns = (metricName: 'ThrottledRequests' | 'SystemErrors', label: string): IMetric => {
    const parts = TABLE_OPERATIONS.map(
      (operation) => [idOf(metricName, operation), metric(metricName, operation)] as const,
    )
    return new MathExpression({
      label,
      // DynamoDB reports these only when there are any, and a sum with a gap in one part is a gap.
      expression: parts.map(([id]) => `FILL(${id}, 0)`).join(' + '),
      usingMetrics: Object.fromEntries(parts),
      period: PERIOD,
    })
  }
  return {
    reads: metric('ConsumedReadCapacityUnits'),
    writes: metric('ConsumedWriteCapacityUnits'),
    throttles: ofRuns('ThrottledRequests', 'Throttled requests'),
    systemErrors: ofRuns('SystemErrors', 'System errors'),
  }
}

/** Names in an expression begin with a small letter, and in a graph no two expressions may share one. */
const idOf = (metricName: string, operation: string) =>
  `${metricName.charAt(0).toLowerCase()}${metricName.slice(1)}Of${operation}`

function sweeperMetrics({ stage }: Watched) {
  const quarterHour = Duration.minutes(15)
  const sweeps = own('Sweeps', stage, SUM)
  return {
    sweeps,
    heartbeat: new MathExpression({
      label: 'Sweeps',
      // A gap counts at once; an alarm would look further back for a value before it takes one as missing.
      expression: 'FILL(sweeps, 0)',
      usingMetrics: { sweeps },
      period: PERIOD,
    }),
    repairs: own('SweepRepairs', stage, { ...SUM, period: quarterHour }),
    // The least of three sweeps: more than 0 when each of them has failed at something.
    failures: own('SweepFailures', stage, { statistic: Stats.MINIMUM, period: quarterHour }),
    oldestPending: own('OldestPendingSeconds', stage, MAXIMUM),
    oldestTask: own('OldestTaskSeconds', stage, MAXIMUM),
  }
}

function runCounterMetrics({ runCounter }: Watched) {
  // Four passes an hour: some in a row have failed, thrown or cut off, where most of an hour's have.
  return { errors: runCounter.function.lambda.metricErrors({ period: Duration.hours(1), statistic: Stats.SUM }) }
}
