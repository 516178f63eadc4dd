import type { Json } from '../json-schemas.ts'
import type { OperationOf } from '../routes.ts'
import type { ExampleRequest } from './example.ts'

const template = {
  name: 'Nightly report',
  description: 'Calls the report of one site every night.',
  variables: [
    { type: 'url', name: 'site', description: 'The site, without a path.' },
    { type: 'time', name: 'at', default: '03:00', description: 'When, in UTC.' },
    { type: 'secret', name: 'token', required: false, description: 'What the site knows the call by.' },
  ],
  secrets: [{ name: 'REPORT_TOKEN', variable: 'token' }],
  jobs: [
    {
      name: 'Nightly report of {{variables.site.host}}',
      cronExpression: '{{variables.at.minute}} {{variables.at.hour}} * * *',
      targetUrl: '{{variables.site}}/report',
      auth: { type: 'bearer', token: '{{secrets.REPORT_TOKEN}}' },
    },
  ],
} as const satisfies Json

const params = { templateId: 'nightly-report' }

export const movingExamples: Partial<Record<OperationOf<'jobs'>, ExampleRequest>> = {
  createTemplate: { body: { id: params.templateId, ...template } },
  listTemplates: { query: { limit: '1' } },
  readTemplate: { params },
  replaceTemplate: { params, body: { ...template, description: 'Calls the report of a site, every night.' } },
  applyTemplate: {
    params,
    query: { dryRun: 'true' },
    body: { variables: { site: 'https://example.com', at: '04:30', token: 'dG9rZW4tb2YtdGhlLXNpdGU=' } },
  },
  deleteTemplate: { params },

  exportJobs: {},
  importJobs: {
    query: { dryRun: 'true' },
    body: {
      format: 'crontab',
      timezone: 'Europe/Paris',
      crontab:
        "# Sync the gateway\n*/5 * * * * curl -fsS -H 'X-Token: c2VjcmV0' https://example.com/sync\n0 3 * * * php clean.php\n",
    },
  },
  applyJobs: {
    query: { dryRun: 'true' },
    body: {
      jobs: {
        'Morning report': {
          cronExpression: '30 8 * * *',
          timezone: 'America/Chicago',
          targetUrl: 'https://example.com/morning',
        },
      },
    },
  },
}
