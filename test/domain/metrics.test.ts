import { describe, expect, it } from 'vitest'
import { metricFields } from '../../lambdas/domain/metrics.ts'

const NOW = Date.parse('2026-11-21T12:00:00Z')

describe('a log line that carries metrics', () => {
  it('holds each value beside its definition, by the stage', () => {
    expect(metricFields({ Runs: 1, RunDuration: 250 }, 'prod', NOW)).toEqual({
      Stage: 'prod',
      Runs: 1,
      RunDuration: 250,
      _aws: {
        Timestamp: NOW,
        CloudWatchMetrics: [
          {
            Namespace: 'Punctual',
            Dimensions: [['Stage']],
            Metrics: [
              { Name: 'Runs', Unit: 'Count' },
              { Name: 'RunDuration', Unit: 'Milliseconds' },
            ],
          },
        ],
      },
    })
  })

  it('defines a value of 0, which is a measurement too', () => {
    expect(JSON.stringify(metricFields({ FailedRuns: 0 }, 'prod', NOW))).toContain('"Name":"FailedRuns"')
  })
})
