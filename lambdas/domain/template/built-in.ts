import { Template, TemplateFields } from './template.ts'

const customerOnboarding = {
  name: 'Customer onboarding',
  description:
    'A morning and an evening job for one customer, by the clock of the customer and guarded by a secret of the customer. Fill it in once for each customer.',
  variables: [
    { type: 'text', name: 'customer', description: 'The name of the customer; the names of the jobs begin with it.' },
    {
      type: 'identifier',
      name: 'key',
      description:
        'Short, and another one for each customer, e.g. ACME. The secret is named after it, and the jobs have it as a tag.',
    },
    { type: 'url', name: 'morningUrl', description: 'What the morning job calls.' },
    { type: 'url', name: 'eveningUrl', description: 'What the evening job calls.' },
    { type: 'timezone', name: 'timezone', default: 'UTC', description: 'The time zone of the customer.' },
    { type: 'time', name: 'morning', default: '08:30', description: 'When the morning job runs.' },
    { type: 'time', name: 'evening', default: '17:15', description: 'When the evening job runs.' },
    {
      type: 'choice',
      name: 'days',
      choices: ['*', '1-5', '1-6'],
      default: '*',
      description: 'On which days: all, Monday to Friday, or Monday to Saturday.',
    },
    {
      type: 'secret',
      name: 'cronSecret',
      required: false,
      description: 'What the target knows the calls by. Left out, the secret must be there already.',
    },
  ],
  secrets: [{ name: '{{variables.key}}_CRON_SECRET', variable: 'cronSecret' }],
  jobs: ['morning', 'evening'].map((time) => ({
    name: `{{variables.customer}}: ${time}`,
    tags: ['onboarding', '{{variables.key}}'],
    cronExpression: `{{variables.${time}.minute}} {{variables.${time}.hour}} * * {{variables.days}}`,
    timezone: '{{variables.timezone}}',
    targetUrl: `{{variables.${time}Url}}`,
    httpMethod: 'POST',
    headers: { 'X-Cron-Secret': '{{secrets.{{variables.key}}_CRON_SECRET}}' },
  })),
}

const vercelCron = {
  name: 'Vercel cron',
  description:
    'Calls a route of a Vercel project as Vercel itself does: GET with `Authorization: Bearer {{secrets.CRON_SECRET}}`, at a time in UTC.',
  variables: [
    { type: 'text', name: 'name', default: 'Vercel cron', description: 'The name of the job.' },
    { type: 'url', name: 'url', description: 'The deployment and the path from vercel.json.' },
    { type: 'text', name: 'schedule', default: '0 5 * * *', description: 'The schedule from vercel.json.' },
    {
      type: 'secret',
      name: 'cronSecret',
      required: false,
      description: "The project's environment variable CRON_SECRET. Left out, the secret must be there already.",
    },
  ],
  secrets: [{ name: 'CRON_SECRET', variable: 'cronSecret' }],
  jobs: [
    {
      name: '{{variables.name}}',
      tags: ['vercel'],
      cronExpression: '{{variables.schedule}}',
      targetUrl: '{{variables.url}}',
      httpMethod: 'GET',
      auth: { type: 'bearer', token: '{{secrets.CRON_SECRET}}' },
      // A function of Vercel runs 300 s at most.
      timeout: 300_000,
    },
  ],
}

const healthCheck = {
  name: 'Health check',
  description: 'Calls a URL every few minutes, and tells when it fails several times in a row and when it is back.',
  variables: [
    { type: 'url', name: 'url', description: 'What answers with 200 to 299 while all is well.' },
    { type: 'choice', name: 'minutes', choices: ['1', '5', '10', '15', '30'], default: '5', description: 'How often.' },
    {
      type: 'integer',
      name: 'afterFailures',
      minimum: 1,
      maximum: 100,
      default: 2,
      description: 'After how many failures in a row somebody is told.',
    },
  ],
  secrets: [],
  jobs: [
    {
      name: 'Health check of {{variables.url.host}}',
      tags: ['health'],
      cronExpression: '*/{{variables.minutes}} * * * *',
      targetUrl: '{{variables.url}}',
      timeout: 10_000,
      maxRetries: 1,
      retryDelaySeconds: 5,
      saveResponse: 'ON_FAILURE',
      notify: { afterFailures: '{{variables.afterFailures}}' },
    },
  ],
}

const signedWebhook = {
  name: 'Signed webhook',
  description:
    'Posts a JSON event on a schedule, signed as Standard Webhooks asks for, so that the target can tell who calls.',
  variables: [
    {
      type: 'text',
      name: 'event',
      description: 'What the event is called, e.g. report.due; the job has the same name.',
    },
    { type: 'url', name: 'url', description: 'What takes the event.' },
    { type: 'text', name: 'schedule', default: '@daily', description: 'When, as a cron expression.' },
    { type: 'timezone', name: 'timezone', default: 'UTC', description: 'The time zone of the schedule.' },
  ],
  secrets: [],
  jobs: [
    {
      name: '{{variables.event}}',
      tags: ['webhook'],
      cronExpression: '{{variables.schedule}}',
      timezone: '{{variables.timezone}}',
      targetUrl: '{{variables.url}}',
      httpMethod: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{"type":"{{variables.event}}"}',
      sign: true,
    },
  ],
}

const fields = {
  'customer-onboarding': customerOnboarding,
  'health-check': healthCheck,
  'signed-webhook': signedWebhook,
  'vercel-cron': vercelCron,
}

/** The templates that everybody has, in order of their ids; checked by the rules for users' own. */
export const builtInTemplates: readonly Template[] = Object.entries(fields).map(([id, template]) =>
  Template.parse({ id, ...TemplateFields.parse(template) }),
)

export const builtInTemplate = (id: string): Template | undefined =>
  builtInTemplates.find((template) => template.id === id)
