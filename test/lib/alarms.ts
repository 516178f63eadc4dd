import type { Template } from 'aws-cdk-lib/assertions'
import { type Json, onlyResource, resourcesOf, text } from './synthesized.ts'

/** One metric as CloudWatch knows it. */
export type WatchedMetric = {
  readonly namespace: string
  readonly name: string
  /** By name; values as text, references as `<LogicalId>`. */
  readonly dimensions: Readonly<Record<string, string>>
}

export type WatchedAlarm = {
  /** The alarm's name without that of the stage: the title of its paragraph in RUNBOOK.md. */
  readonly title: string
  readonly metrics: readonly WatchedMetric[]
  /** As the template has it. */
  readonly properties: Json
}

/** The name of a metric and its dimensions, as one text to compare. */
export const identityOf = ({ namespace, name, dimensions }: WatchedMetric): string => {
  const pairs = Object.entries(dimensions).map(([key, value]) => `${key}=${value}`)
  return `${namespace} ${name} {${pairs.toSorted().join(', ')}}`
}

const ofTemplate = ({ Namespace, MetricName, Dimensions = [] }: Json): WatchedMetric => ({
  namespace: Namespace,
  name: MetricName,
  dimensions: Object.fromEntries(Dimensions.map(({ Name, Value }: Json) => [Name, text(Value)])),
})

/** Every alarm of a template; the metrics of one that computes are those that it computes with. */
export function alarmsOf(template: Template, stage: string): readonly WatchedAlarm[] {
  return Object.values(resourcesOf(template, 'AWS::CloudWatch::Alarm')).map(({ Properties }) => ({
    title: Properties.AlarmName.replace(`punctual-${stage} `, ''),
    metrics: Properties.Metrics
      ? Properties.Metrics.flatMap(({ MetricStat }: Json) => (MetricStat ? [ofTemplate(MetricStat.Metric)] : []))
      : [ofTemplate(Properties)],
    properties: Properties,
  }))
}

/** The widgets of the dashboard, references as `<LogicalId>`. */
export function widgetsOf(template: Template): readonly Json[] {
  return JSON.parse(text(onlyResource(template, 'AWS::CloudWatch::Dashboard').Properties.DashboardBody)).widgets
}

/** The metrics of all graphs and figures. A row is `[namespace, name, dimension, value, …, options]`, or an expression. */
export function dashboardMetrics(template: Template): readonly WatchedMetric[] {
  const rows: Json[][] = widgetsOf(template).flatMap(({ properties }) => properties.metrics ?? [])
  return rows
    .filter(([first]) => typeof first === 'string')
    .map((row) => {
      const [namespace = '', name = '', ...pairs]: string[] = row.filter((cell) => typeof cell === 'string')
      const keys = pairs.filter((_, index) => index % 2 === 0)
      return { namespace, name, dimensions: Object.fromEntries(keys.map((key, at) => [key, pairs[2 * at + 1] ?? ''])) }
    })
}
