import { Duration, Stack } from 'aws-cdk-lib'
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  type Metric,
  SingleValueWidget,
  TextWidget,
  TextWidgetBackground,
  type YAxisProps,
} from 'aws-cdk-lib/aws-cloudwatch'
import { Construct } from 'constructs'
import type { OperationsMetrics } from './operations-metrics.ts'

export interface DashboardProps {
  readonly stage: string
  readonly metrics: OperationsMetrics
  readonly alarms: readonly Alarm[]
}

/** CloudWatch's grid is 24 wide: three graphs side by side. */
const THIRD = { width: 8, height: 6 }

const COUNT: YAxisProps = { min: 0, label: 'count', showUnits: false }
const MILLISECONDS: YAxisProps = { min: 0, label: 'ms', showUnits: false }

/** Answers "is it well?" from the top: are all alarms green, do runs happen, in time and with success; then part by part. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, { stage, metrics, alarms }: DashboardProps) {
    super(scope, id)
    new CloudWatchDashboard(this, 'Dashboard', {
      // Dashboards of all regions share one list.
      dashboardName: `punctual-${stage}-${Stack.of(this).region}`,
      defaultInterval: Duration.hours(3),
      widgets: [
        [welcome(stage)],
        [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 24, height: 5 })],
        atAGlance(metrics),
        runGraphs(metrics),
        deliveryGraphs(metrics),
        serviceGraphs(metrics),
      ],
    })
  }
}

function welcome(stage: string): IWidget {
  return new TextWidget({
    markdown: `**Punctual, ${stage}.** All alarms green: it is well. One is red: its name is the title of a paragraph in RUNBOOK.md.`,
    background: TextWidgetBackground.TRANSPARENT,
    width: 24,
    height: 1,
  })
}

/** Figures of the whole time shown, not of its last five minutes. */
function atAGlance({ runs, sweeper, api }: OperationsMetrics): IWidget[] {
  const figure = (metric: IMetric) =>
    new SingleValueWidget({ metrics: [metric], setPeriodToTimeRange: true, width: 4, height: 3 })
  return [
    figure(named(runs.all, 'Runs')),
    figure(named(runs.failed, 'Failed runs')),
    figure(named(runs.lateness.p99, 'Start lateness p99')),
    figure(named(runs.duration.median, 'Run duration p50')),
    figure(named(api.requests, 'API requests')),
    figure(named(sweeper.sweeps, 'Sweeps')),
  ]
}

function runGraphs({ runs }: OperationsMetrics): IWidget[] {
  return [
    graph('Runs', COUNT, [named(runs.all, 'Runs'), named(runs.failed, 'Failed')]),
    graph('Start lateness', MILLISECONDS, [named(runs.lateness.median, 'p50'), named(runs.lateness.p99, 'p99')]),
    graph('Run duration', MILLISECONDS, [named(runs.duration.median, 'p50'), named(runs.duration.p99, 'p99')]),
  ]
}

function deliveryGraphs({ scheduler, executor, deadLetters }: OperationsMetrics): IWidget[] {
  return [
    graph('Scheduler', COUNT, [
      named(scheduler.attempts, 'Attempts'),
      named(scheduler.targetErrors, 'Target errors'),
      named(scheduler.targetThrottles, 'Target throttles'),
      named(scheduler.throttles, 'Invocation throttles'),
      named(scheduler.dropped, 'Dropped'),
    ]),
    graph('Executor', COUNT, [
      named(executor.invocations, 'Invocations'),
      named(executor.concurrency, 'At once'),
      named(executor.errors, 'Errors'),
      named(executor.throttles, 'Throttles'),
      named(executor.dropped, 'Events dropped'),
    ]),
    graph('Dead letters', COUNT, [
      named(deadLetters.arrived, 'Arrived'),
      named(deadLetters.unreadable, 'Unreadable'),
      named(scheduler.notSentToDeadLetters, 'Not sent by Scheduler'),
      named(executor.destinationFailures, 'Not sent by Lambda'),
    ]),
  ]
}

function serviceGraphs({ api, table, sweeper }: OperationsMetrics): IWidget[] {
  return [
    new GraphWidget({
      title: 'API',
      left: [named(api.requests, 'Requests'), named(api.clientErrors, '4xx'), named(api.serverErrors, '5xx')],
      leftYAxis: COUNT,
      right: [named(api.latency.median, 'p50'), named(api.latency.p99, 'p99')],
      rightYAxis: MILLISECONDS,
      ...THIRD,
    }),
    new GraphWidget({
      title: 'Table',
      left: [named(table.reads, 'Read units'), named(table.writes, 'Write units')],
      leftYAxis: { min: 0, label: 'units', showUnits: false },
      right: [table.throttles, table.systemErrors],
      rightYAxis: COUNT,
      ...THIRD,
    }),
    new GraphWidget({
      title: 'Sweeper',
      left: [named(sweeper.repairs, 'Repairs'), named(sweeper.failures, 'Failures')],
      leftYAxis: COUNT,
      right: [named(sweeper.oldestPending, 'Oldest pending job'), named(sweeper.oldestTask, 'Oldest task')],
      rightYAxis: { min: 0, label: 's', showUnits: false },
      ...THIRD,
    }),
  ]
}

function graph(title: string, leftYAxis: YAxisProps, left: IMetric[]): IWidget {
  return new GraphWidget({ title, left, leftYAxis, ...THIRD })
}

const named = (metric: Metric, label: string): Metric => metric.with({ label })
