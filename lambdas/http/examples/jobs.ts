import type { Json } from '../json-schemas.ts'
import type { OperationOf } from '../routes.ts'
import type { ExampleRequest } from './example.ts'
import { samples } from './samples.ts'

const { targetUrl, runId, runningRunId } = samples
const params = { jobId: samples.jobId }

const job = {
  name: 'KYC sync',
  description: 'Brings verified customers over.',
  tags: ['prod', 'kyc'],
  cronExpression: '0 2 * * *',
  timezone: 'Europe/Paris',
  targetUrl,
  httpMethod: 'POST',
  headers: { 'Content-Type': 'application/json', 'X-Cron-Secret': '{{secrets.CRON_SECRET}}' },
  body: '{"mode":"full"}',
  timeout: 60_000,
  success: { status: ['200-299'], json: [{ path: '$.success', equals: true }] },
  notify: { afterFailures: 2, emails: ['ops@example.com'] },
} as const satisfies Json

export const jobExamples: Partial<
  Record<OperationOf<'jobs' | 'runs' | 'schedules' | 'secrets' | 'stats' | 'service'>, ExampleRequest>
> = {
  putSecret: {
    params: { name: 'CRON_SECRET' },
    body: { value: 'c2VjcmV0LXZhbHVlLWZvci10aGUtdGFyZ2V0IQ==', description: 'What the targets know us by' },
  },
  generateSecret: { params: { name: 'WEBHOOK_SIGNING_KEY' }, body: { format: 'whsec' } },
  listSecrets: { query: { limit: '20' } },
  deleteSecret: { params: { name: 'CRON_SECRET' }, query: { force: 'true' } },

  previewSchedule: {
    body: { cronExpression: '30 2 * * *', timezone: 'Europe/Paris', count: 3, from: '2027-03-27T12:00:00Z' },
  },

  changePlan: { body: { plan: 'PREMIUM' } },

  createJob: { body: job },
  listJobs: { query: { status: 'ACTIVE', tag: 'kyc', limit: '20' } },
  readJob: { params },
  replaceJob: { params, body: { ...job, cronExpression: '30 2 * * *' } },
  patchJob: { params, body: { cronExpression: '0 3 * * *', notify: { afterFailures: 3 } } },
  deleteJob: { params },
  pauseJob: { params },
  resumeJob: { params },
  runJob: { params },
  readNext: { params, query: { count: '3' } },
  bulkJobs: { body: { action: 'tag', filter: { q: 'kyc' }, tags: ['nightly'] } },
  readBulk: { params: { bulkId: samples.bulkId }, query: { limit: '20' } },

  listJobRuns: { params, query: { status: 'SUCCEEDED', limit: '20' } },
  listRuns: { query: { jobId: params.jobId, from: '2026-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' } },
  readRun: { params: { runId } },
  cancelRun: { params: { runId: runningRunId } },

  readStats: { query: { timezone: 'Europe/Paris' } },
  readAnalytics: { query: { days: '7', timezone: 'Europe/Paris' } },

  readHealth: {},
  readOpenApi: {},
  readReference: {},
  readReferenceFile: { params: { file: 'page.css' } },
}
