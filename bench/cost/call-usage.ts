import { type Operation, routes } from '../../lambdas/http/routes.ts'
import { accountsByMailbox, codeFor, newEmail } from '../../test/support/api-client.ts'
import type { MeteredCloud } from './metered-cloud.ts'
import type { Usage } from './usage.ts'

export type CallUsage = { readonly route: string; readonly usage: Usage }

const PASSWORD = 'correct horse Battery 2'
const job = { name: 'Sync', cronExpression: '0 3 * * *', targetUrl: 'https://api.example.com/sync', maxRetries: 0 }

/** Calls every route once, as its users do: a tenant with a few jobs, runs, secrets and keys. */
export async function callUsages(metered: MeteredCloud): Promise<readonly CallUsage[]> {
  const calls: Every = await ordinaryCalls(metered)
  const usages: CallUsage[] = []
  // In the order of the route table, but for what ends something that later calls need.
  const ending: readonly Operation[] = ['deleteTemplate', 'deleteJob', 'deleteSecret', 'revokeKey', 'logOut']
  const ordered = [...routes].sort((a, b) => ending.indexOf(a.operation) - ending.indexOf(b.operation))
  for (const { method, path, operation } of ordered) {
    usages.push({ route: `${method} ${path}`, usage: await metered.usageOf(calls[operation]) })
  }
  return usages
}

const template = {
  name: 'Nightly',
  variables: [{ type: 'url', name: 'url' }],
  jobs: [{ name: 'Nightly', cronExpression: '0 3 * * *', targetUrl: '{{variables.url}}/nightly' }],
}

function templateCalls({ account: { api } }: MeteredCloud) {
  const form = { variables: { url: 'https://api.example.com' } }
  return {
    listTemplates: () => api.must('GET', '/api/templates'),
    createTemplate: () => api.must('POST', '/api/templates', { id: 'nightly', ...template }),
    readTemplate: () => api.must('GET', '/api/templates/nightly'),
    replaceTemplate: () => api.must('PUT', '/api/templates/nightly', template),
    applyTemplate: () => api.must('POST', '/api/templates/nightly/apply?dryRun=true', form),
    deleteTemplate: () => api.must('DELETE', '/api/templates/nightly'),
  }
}

/** How each route is called: one that nobody has said how to call does not compile. */
type Every = Readonly<Record<Operation, () => Promise<unknown>>>

async function ordinaryCalls(metered: MeteredCloud) {
  const { api } = metered.account
  const ids: string[] = []
  for (let count = 0; count < 10; count++) ids.push((await api.must('POST', '/api/jobs', job)).id)
  const [own = '', gone = ''] = ids
  const { id: run } = await api.runToEnd(own)
  await api.must('PUT', '/api/secrets/EXISTING', { value: 'x' })
  const { id: key } = await api.must('POST', '/api/keys', { name: 'bench', scopes: ['read'] })
  const { bulkId: bulk } = await api.must('POST', '/api/jobs/bulk', { action: 'pause', filter: { tag: 'none' } })
  const document = await api.must('GET', '/api/export')
  return {
    ...accountCalls(metered),
    ...(await adminCalls(metered)),
    ...templateCalls(metered),
    bulkJobs: () => api.must('POST', '/api/jobs/bulk', { action: 'pause', filter: { tag: 'none' } }),
    readBulk: () => api.must('GET', `/api/jobs/bulk/${bulk}`),
    changePlan: () => api.must('PUT', '/api/users/plan', { plan: 'PREMIUM' }),
    listAudit: () => api.must('GET', '/api/audit?limit=10'),
    createKey: () => api.must('POST', '/api/keys', { name: 'another', scopes: ['read'] }),
    listKeys: () => api.must('GET', '/api/keys'),
    revokeKey: () => api.must('DELETE', `/api/keys/${key}`),
    createJob: () => api.must('POST', '/api/jobs', job),
    listJobs: () => api.must('GET', '/api/jobs?limit=10'),
    readJob: () => api.must('GET', `/api/jobs/${own}`),
    replaceJob: () => api.must('PUT', `/api/jobs/${own}`, { ...job, cronExpression: '0 4 * * *' }),
    patchJob: () => api.must('PATCH', `/api/jobs/${own}`, { description: 'changed' }),
    deleteJob: () => api.must('DELETE', `/api/jobs/${gone}`),
    pauseJob: () => api.must('POST', `/api/jobs/${own}/pause`),
    resumeJob: () => api.must('POST', `/api/jobs/${own}/resume`),
    runJob: () => api.must('POST', `/api/jobs/${own}/run`),
    readNext: () => api.must('GET', `/api/jobs/${own}/next?count=5`),
    listJobRuns: () => api.must('GET', `/api/jobs/${own}/runs?limit=10`),
    exportJobs: () => api.must('GET', '/api/export'),
    importJobs: () => api.must('POST', '/api/import?dryRun=true', document),
    applyJobs: () => api.must('PUT', '/api/jobs:apply?dryRun=true', { jobs: { Sync: { ...job, name: undefined } } }),
    listRuns: () => api.must('GET', '/api/runs?limit=10'),
    readRun: () => api.must('GET', `/api/runs/${run}`),
    cancelRun: () => api.call('POST', `/api/runs/${run}/cancel`),
    previewSchedule: () => api.must('POST', '/api/schedules/preview', { cronExpression: '0 3 * * *' }),
    listSecrets: () => api.must('GET', '/api/secrets?limit=10'),
    putSecret: () => api.must('PUT', '/api/secrets/EXISTING', { value: 'y' }),
    deleteSecret: () => api.must('DELETE', '/api/secrets/EXISTING'),
    generateSecret: () => api.must('POST', '/api/secrets/MADE/generate', {}),
    readStats: () => api.must('GET', '/api/stats'),
    readAnalytics: () => api.must('GET', '/api/stats/analytics'),
    readReference: () => api.must('GET', '/api/docs'),
    readReferenceFile: () => api.call('GET', '/api/docs/swagger-ui.css'),
    readHealth: () => api.must('GET', '/api/health'),
    readOpenApi: () => api.must('GET', '/api/openapi.json'),
  }
}

/** What admins do, and the ends of two accounts that have nothing. */
async function adminCalls({ admin: { api }, cloud }: MeteredCloud) {
  const [leaving, removed] = [await accountsByMailbox(cloud.url)(), await accountsByMailbox(cloud.url)()]
  const { userId } = await removed.api.must('GET', '/api/auth/me')
  return {
    readServiceStats: () => api.must('GET', '/api/admin/stats'),
    readServiceAnalytics: () => api.must('GET', '/api/admin/analytics'),
    listUsers: () => api.must('GET', '/api/admin/users?limit=10'),
    readUser: () => api.must('GET', `/api/admin/users/${userId}`),
    changeRole: () => api.must('PUT', `/api/admin/users/${userId}/role`, { role: 'ADMIN' }),
    deleteUser: () => api.must('DELETE', `/api/admin/users/${userId}`),
    listServiceJobs: () => api.must('GET', '/api/admin/jobs?limit=10'),
    listServiceRuns: () => api.must('GET', '/api/admin/runs?limit=10'),
    listServiceAudit: () => api.must('GET', '/api/admin/audit?limit=10'),
    deleteMe: () => leaving.api.must('DELETE', '/api/users/me'),
  }
}

/** The life of another account, in the order of the routes. */
function accountCalls({ account, cloud }: MeteredCloud) {
  const { api } = account
  const email = newEmail()
  const late = newEmail()
  return {
    signUp: () => api.must('POST', '/api/auth/signup', { email, password: PASSWORD }),
    verify: async () => api.must('POST', '/api/auth/verify', { email, code: await codeFor(cloud.url, email) }),
    resendVerification: () => api.must('POST', '/api/auth/resend-verification', { email: late }),
    logIn: () => api.must('POST', '/api/auth/login', { email, password: PASSWORD }),
    refresh: () => api.must('POST', '/api/auth/refresh', { refreshToken: account.session.refreshToken }),
    forgotPassword: () => api.must('POST', '/api/auth/forgot-password', { email }),
    resetPassword: async () =>
      api.must('POST', '/api/auth/reset-password', {
        email,
        code: await codeFor(cloud.url, email),
        newPassword: `${PASSWORD}!`,
      }),
    readMe: () => api.must('GET', '/api/auth/me'),
    updateProfile: () => api.must('PUT', '/api/auth/profile', { name: 'Ada' }),
    changePassword: () =>
      api.must('PUT', '/api/auth/change-password', {
        currentPassword: account.password,
        newPassword: `${account.password}!`,
      }),
    logOut: () => api.must('POST', '/api/auth/logout'),
  }
}
