/**
 * What a credential must have to call a route: a scope of an API key, `account`, which only people have, or `admin`, which
 * only people in the group of admins have.
 */
export type RouteScope = 'read' | 'write' | 'run' | 'account' | 'admin'

type RouteShape = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: `/api/${string}`
  readonly resource: string
  readonly operation: string
} & ({ readonly access: 'public' } | { readonly access: 'user'; readonly scope: RouteScope })

/**
 * Every route of the API: which function serves it, what its operation is called, and who may call it. A person who
 * has logged in has every scope but `admin`; an API key those that it was made with, and never `account` or `admin`.
 * lib/ makes the API Gateway routes from it, the functions dispatch by it, and OpenAPI documents it.
 */
export const routes = [
  { method: 'POST', path: '/api/auth/signup', resource: 'auth', operation: 'signUp', access: 'public' },
  { method: 'POST', path: '/api/auth/verify', resource: 'auth', operation: 'verify', access: 'public' },
  {
    method: 'POST',
    path: '/api/auth/resend-verification',
    resource: 'auth',
    operation: 'resendVerification',
    access: 'public',
  },
  { method: 'POST', path: '/api/auth/login', resource: 'auth', operation: 'logIn', access: 'public' },
  { method: 'POST', path: '/api/auth/refresh', resource: 'auth', operation: 'refresh', access: 'public' },
  { method: 'POST', path: '/api/auth/logout', resource: 'auth', operation: 'logOut', access: 'user', scope: 'account' },
  {
    method: 'POST',
    path: '/api/auth/forgot-password',
    resource: 'auth',
    operation: 'forgotPassword',
    access: 'public',
  },
  { method: 'POST', path: '/api/auth/reset-password', resource: 'auth', operation: 'resetPassword', access: 'public' },
  { method: 'GET', path: '/api/auth/me', resource: 'auth', operation: 'readMe', access: 'user', scope: 'account' },
  {
    method: 'PUT',
    path: '/api/auth/profile',
    resource: 'auth',
    operation: 'updateProfile',
    access: 'user',
    scope: 'account',
  },
  {
    method: 'PUT',
    path: '/api/auth/change-password',
    resource: 'auth',
    operation: 'changePassword',
    access: 'user',
    scope: 'account',
  },

  { method: 'POST', path: '/api/keys', resource: 'keys', operation: 'createKey', access: 'user', scope: 'account' },
  { method: 'GET', path: '/api/keys', resource: 'keys', operation: 'listKeys', access: 'user', scope: 'account' },
  {
    method: 'DELETE',
    path: '/api/keys/{keyId}',
    resource: 'keys',
    operation: 'revokeKey',
    access: 'user',
    scope: 'account',
  },

  { method: 'POST', path: '/api/jobs', resource: 'jobs', operation: 'createJob', access: 'user', scope: 'write' },
  { method: 'GET', path: '/api/jobs', resource: 'jobs', operation: 'listJobs', access: 'user', scope: 'read' },
  { method: 'GET', path: '/api/jobs/{jobId}', resource: 'jobs', operation: 'readJob', access: 'user', scope: 'read' },
  {
    method: 'PUT',
    path: '/api/jobs/{jobId}',
    resource: 'jobs',
    operation: 'replaceJob',
    access: 'user',
    scope: 'write',
  },
  {
    method: 'PATCH',
    path: '/api/jobs/{jobId}',
    resource: 'jobs',
    operation: 'patchJob',
    access: 'user',
    scope: 'write',
  },
  {
    method: 'DELETE',
    path: '/api/jobs/{jobId}',
    resource: 'jobs',
    operation: 'deleteJob',
    access: 'user',
    scope: 'write',
  },
  {
    method: 'POST',
    path: '/api/jobs/{jobId}/pause',
    resource: 'jobs',
    operation: 'pauseJob',
    access: 'user',
    scope: 'write',
  },
  {
    method: 'POST',
    path: '/api/jobs/{jobId}/resume',
    resource: 'jobs',
    operation: 'resumeJob',
    access: 'user',
    scope: 'write',
  },
  {
    method: 'POST',
    path: '/api/jobs/{jobId}/run',
    resource: 'jobs',
    operation: 'runJob',
    access: 'user',
    scope: 'run',
  },
  {
    method: 'GET',
    path: '/api/jobs/{jobId}/next',
    resource: 'jobs',
    operation: 'readNext',
    access: 'user',
    scope: 'read',
  },
  {
    method: 'GET',
    path: '/api/jobs/{jobId}/runs',
    resource: 'runs',
    operation: 'listJobRuns',
    access: 'user',
    scope: 'read',
  },

  {
    method: 'POST',
    path: '/api/jobs/bulk',
    resource: 'jobs',
    operation: 'bulkJobs',
    access: 'user',
    scope: 'write',
  },
  {
    method: 'GET',
    path: '/api/jobs/bulk/{bulkId}',
    resource: 'jobs',
    operation: 'readBulk',
    access: 'user',
    scope: 'read',
  },

  { method: 'GET', path: '/api/export', resource: 'jobs', operation: 'exportJobs', access: 'user', scope: 'read' },
  { method: 'POST', path: '/api/import', resource: 'jobs', operation: 'importJobs', access: 'user', scope: 'write' },
  { method: 'PUT', path: '/api/jobs:apply', resource: 'jobs', operation: 'applyJobs', access: 'user', scope: 'write' },

  {
    method: 'PUT',
    path: '/api/users/plan',
    resource: 'jobs',
    operation: 'changePlan',
    access: 'user',
    scope: 'account',
  },
  {
    method: 'GET',
    path: '/api/templates',
    resource: 'jobs',
    operation: 'listTemplates',
    access: 'user',
    scope: 'read',
  },
  {
    method: 'POST',
    path: '/api/templates',
    resource: 'jobs',
    operation: 'createTemplate',
    access: 'user',
    scope: 'write',
  },
  {
    method: 'GET',
    path: '/api/templates/{templateId}',
    resource: 'jobs',
    operation: 'readTemplate',
    access: 'user',
    scope: 'read',
  },
  {
    method: 'PUT',
    path: '/api/templates/{templateId}',
    resource: 'jobs',
    operation: 'replaceTemplate',
    access: 'user',
    scope: 'write',
  },
  {
    method: 'DELETE',
    path: '/api/templates/{templateId}',
    resource: 'jobs',
    operation: 'deleteTemplate',
    access: 'user',
    scope: 'write',
  },
  {
    method: 'POST',
    path: '/api/templates/{templateId}/apply',
    resource: 'jobs',
    operation: 'applyTemplate',
    access: 'user',
    scope: 'write',
  },

  { method: 'GET', path: '/api/runs', resource: 'runs', operation: 'listRuns', access: 'user', scope: 'read' },
  { method: 'GET', path: '/api/runs/{runId}', resource: 'runs', operation: 'readRun', access: 'user', scope: 'read' },
  {
    method: 'POST',
    path: '/api/runs/{runId}/cancel',
    resource: 'runs',
    operation: 'cancelRun',
    access: 'user',
    scope: 'run',
  },

  { method: 'GET', path: '/api/stats', resource: 'stats', operation: 'readStats', access: 'user', scope: 'read' },
  {
    method: 'GET',
    path: '/api/stats/analytics',
    resource: 'stats',
    operation: 'readAnalytics',
    access: 'user',
    scope: 'read',
  },

  {
    method: 'POST',
    path: '/api/schedules/preview',
    resource: 'schedules',
    operation: 'previewSchedule',
    access: 'user',
    scope: 'read',
  },

  { method: 'GET', path: '/api/secrets', resource: 'secrets', operation: 'listSecrets', access: 'user', scope: 'read' },
  {
    method: 'PUT',
    path: '/api/secrets/{name}',
    resource: 'secrets',
    operation: 'putSecret',
    access: 'user',
    scope: 'write',
  },
  {
    method: 'DELETE',
    path: '/api/secrets/{name}',
    resource: 'secrets',
    operation: 'deleteSecret',
    access: 'user',
    scope: 'write',
  },
  {
    method: 'POST',
    path: '/api/secrets/{name}/generate',
    resource: 'secrets',
    operation: 'generateSecret',
    access: 'user',
    scope: 'write',
  },

  {
    method: 'GET',
    path: '/api/admin/stats',
    resource: 'admin',
    operation: 'readServiceStats',
    access: 'user',
    scope: 'admin',
  },
  {
    method: 'GET',
    path: '/api/admin/analytics',
    resource: 'admin',
    operation: 'readServiceAnalytics',
    access: 'user',
    scope: 'admin',
  },
  {
    method: 'GET',
    path: '/api/admin/users',
    resource: 'admin',
    operation: 'listUsers',
    access: 'user',
    scope: 'admin',
  },
  {
    method: 'GET',
    path: '/api/admin/users/{userId}',
    resource: 'admin',
    operation: 'readUser',
    access: 'user',
    scope: 'admin',
  },
  {
    method: 'PUT',
    path: '/api/admin/users/{userId}/role',
    resource: 'admin',
    operation: 'changeRole',
    access: 'user',
    scope: 'admin',
  },
  {
    method: 'DELETE',
    path: '/api/admin/users/{userId}',
    resource: 'admin',
    operation: 'deleteUser',
    access: 'user',
    scope: 'admin',
  },
  {
    method: 'GET',
    path: '/api/admin/jobs',
    resource: 'admin',
    operation: 'listServiceJobs',
    access: 'user',
    scope: 'admin',
  },
  {
    method: 'GET',
    path: '/api/admin/runs',
    resource: 'admin',
    operation: 'listServiceRuns',
    access: 'user',
    scope: 'admin',
  },
  {
    method: 'GET',
    path: '/api/admin/audit',
    resource: 'admin',
    operation: 'listServiceAudit',
    access: 'user',
    scope: 'admin',
  },
  {
    method: 'DELETE',
    path: '/api/users/me',
    resource: 'admin',
    operation: 'deleteMe',
    access: 'user',
    scope: 'account',
  },

  { method: 'GET', path: '/api/audit', resource: 'audit', operation: 'listAudit', access: 'user', scope: 'read' },

  { method: 'GET', path: '/api/health', resource: 'service', operation: 'readHealth', access: 'public' },
  { method: 'GET', path: '/api/openapi.json', resource: 'service', operation: 'readOpenApi', access: 'public' },
  { method: 'GET', path: '/api/docs', resource: 'service', operation: 'readReference', access: 'public' },
  { method: 'GET', path: '/api/docs/{file}', resource: 'service', operation: 'readReferenceFile', access: 'public' },
] as const satisfies readonly RouteShape[]

export type Route = (typeof routes)[number]
export type Resource = Route['resource']
export type Operation = Route['operation']
/** The operations that one resource's function must serve. */
export type OperationOf<R extends Resource> = Extract<Route, { readonly resource: R }>['operation']
