import type { Duration } from 'aws-cdk-lib'
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch'
import type { OperationsMetrics } from './operations-metrics.ts'

/** When to call a person. */
export interface AlarmRule {
  /** Its name, and the title of its paragraph in RUNBOOK.md. */
  readonly title: string
  /** What is the matter, in a sentence. */
  readonly meaning: string
  readonly metric: IMetric
  /** Rings at this value and above, in the metric's unit; for a heartbeat, below it. */
  readonly threshold: number
  /** For how many periods in a row. */
  readonly periods: number
  /** Whether silence is what is the matter. @default false: no data is well */
  readonly isHeartbeat?: boolean
}

/** What retries and the next sweep mend by themselves is worth a call only when it lasts: three periods. */
const LASTING = 3

/** The share of failed runs, in percent, that speaks of the service rather than of some jobs. */
const FAILED_SHARE = 50
/** EventBridge Scheduler starts within the minute that was asked for; a cold start and a retry come on top. In ms. */
const LATE_MS = 120_000
/** The API answers in well under a second; a cold start in one or two. In ms. */
const SLOW_MS = 5_000
/** Of the function's timeout. The longest call that a job may ask for stays below it. */
const DURATION_SHARE = 0.8
/** Three sweeps have not mended it, or a consumer that needs seconds has not come. */
const STUCK_SECONDS = 900
/** A crash now and then is mended one at a time; so many in a quarter of an hour have a common cause. */
const MANY_REPAIRS = 5
/** A deletion looks once more after twenty minutes, and a thousand jobs take a worker minutes. */
const ENDLESS_SECONDS = 3 * 3600

/** Of the four passes in an hour. */
const MOST_PASSES = 3

/** All alarms. Each costs as much a month as its metric has parts. */
export function alarmRules(metrics: OperationsMetrics, executorTimeout: Duration): readonly AlarmRule[] {
  return [
    ...runRules(metrics),
    ...schedulerRules(metrics),
    ...executorRules(metrics, executorTimeout),
    ...deadLetterRules(metrics),
    ...apiRules(metrics),
    ...tableRules(metrics),
    ...sweeperRules(metrics),
    ...runCounterRules(metrics),
  ]
}

/** Something is lost, or somebody was turned away: the first one counts. */
const atOnce = (title: string, meaning: string, metric: IMetric): AlarmRule => ({
  title,
  meaning,
  metric,
  threshold: 1,
  periods: 1,
})

const whenLasting = (title: string, meaning: string, metric: IMetric, threshold = 1): AlarmRule => ({
  title,
  meaning,
  metric,
  threshold,
  periods: LASTING,
})

function runRules({ runs }: OperationsMetrics): readonly AlarmRule[] {
  return [
    whenLasting(
      'Failed runs',
      'Half of all runs or more fail: hardly the fault of their targets alone.',
      runs.failedShare,
      FAILED_SHARE,
    ),
    whenLasting('Late runs', 'One run in a hundred starts two minutes late, or later.', runs.lateness.p99, LATE_MS),
  ]
}

function schedulerRules({ scheduler }: OperationsMetrics): readonly AlarmRule[] {
  return [
    whenLasting(
      'Scheduler target errors',
      'EventBridge Scheduler calls the executor and Lambda answers with errors.',
      scheduler.targetErrors,
    ),
    whenLasting(
      'Scheduler target throttles',
      'Lambda turns EventBridge Scheduler away, which tries again later.',
      scheduler.targetThrottles,
    ),
    whenLasting(
      'Scheduler invocation throttles',
      'More schedules are due at once than EventBridge Scheduler may start in this account.',
      scheduler.throttles,
    ),
    atOnce('Scheduler dropped invocations', 'EventBridge Scheduler gave up on an occurrence.', scheduler.dropped),
    atOnce(
      'Sent to dead letters',
      'EventBridge Scheduler could not deliver an occurrence; its run becomes UNDELIVERED or MISSED.',
      scheduler.sentToDeadLetters,
    ),
    atOnce(
      'Not sent to dead letters',
      'EventBridge Scheduler could neither deliver an occurrence nor say so: no record of it is made yet.',
      scheduler.notSentToDeadLetters,
    ),
  ]
}

function executorRules({ executor }: OperationsMetrics, timeout: Duration): readonly AlarmRule[] {
  return [
    atOnce(
      'Executor errors',
      'The executor itself failed; a target that fails is no error of the executor.',
      executor.errors,
    ),
    whenLasting('Executor throttles', 'Runs wait because no more executors may run at once.', executor.throttles),
    whenLasting(
      'Executor duration',
      'Executors work almost as long as they may; those that need longer are cut off.',
      executor.duration,
      DURATION_SHARE * timeout.toMilliseconds(),
    ),
    atOnce('Executor events dropped', 'Lambda gave up on a run that it had accepted.', executor.dropped),
    atOnce(
      'Executor destination failures',
      'Lambda gave up on a run and could not say so: no record of it is made yet.',
      executor.destinationFailures,
    ),
  ]
}

function deadLetterRules({ deadLetters }: OperationsMetrics): readonly AlarmRule[] {
  return [
    {
      ...atOnce('Dead letters waiting', 'Nobody reads the dead letters.', deadLetters.age),
      threshold: STUCK_SECONDS,
    },
    atOnce(
      'Unreadable dead letters',
      'A dead letter could not be recorded after five tries and waits for a person.',
      deadLetters.unreadable,
    ),
  ]
}

function apiRules({ api }: OperationsMetrics): readonly AlarmRule[] {
  return [
    atOnce('API errors', 'The API answered 5xx: a bug or an outage, no fault of the caller.', api.serverErrors),
    whenLasting('API latency', 'One request in a hundred takes five seconds or more.', api.latency.p99, SLOW_MS),
  ]
}

function tableRules({ table }: OperationsMetrics): readonly AlarmRule[] {
  return [
    whenLasting('Table throttles', 'DynamoDB turns requests of runs away.', table.throttles),
    whenLasting('Table system errors', 'DynamoDB fails by itself.', table.systemErrors),
  ]
}

function sweeperRules({ sweeper }: OperationsMetrics): readonly AlarmRule[] {
  return [
    {
      title: 'Sweeper silent',
      meaning: 'No sweep has come to its end for a quarter of an hour; nothing that breaks is mended.',
      metric: sweeper.heartbeat,
      threshold: 1,
      periods: LASTING,
      isHeartbeat: true,
    },
    {
      ...atOnce('Sweeper repairs', 'Sweeps have much to mend: something keeps breaking.', sweeper.repairs),
      threshold: MANY_REPAIRS,
    },
    atOnce('Sweeper failures', 'Each sweep of the last quarter of an hour failed to mend something.', sweeper.failures),
    {
      ...atOnce('Oldest pending job', 'A job waits for its schedules, and sweeps do not help.', sweeper.oldestPending),
      threshold: STUCK_SECONDS,
    },
    {
      ...atOnce(
        'Oldest task',
        'A bulk request or the deletion of a user does not come to its end.',
        sweeper.oldestTask,
      ),
      threshold: ENDLESS_SECONDS,
    },
  ]
}

function runCounterRules({ runCounter }: OperationsMetrics): readonly AlarmRule[] {
  return [
    {
      ...atOnce(
        'Runs uncounted',
        'Figures are right but dearer to read by the hour: three passes of the run counter have failed.',
        runCounter.errors,
      ),
      threshold: MOST_PASSES,
    },
  ]
}
