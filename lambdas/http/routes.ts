/**
 * Every route of the API: which function serves it, what its operation is called, and who may call it.
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
  { method: 'POST', path: '/api/auth/logout', resource: 'auth', operation: 'logOut', access: 'user' },
  { method: 'GET', path: '/api/auth/me', resource: 'auth', operation: 'readMe', access: 'user' },

  { method: 'POST', path: '/api/jobs', resource: 'jobs', operation: 'createJob', access: 'user' },
  { method: 'GET', path: '/api/jobs', resource: 'jobs', operation: 'listJobs', access: 'user' },
  { method: 'GET', path: '/api/jobs/{jobId}', resource: 'jobs', operation: 'readJob', access: 'user' },
  { method: 'PUT', path: '/api/jobs/{jobId}', resource: 'jobs', operation: 'replaceJob', access: 'user' },
  { method: 'PATCH', path: '/api/jobs/{jobId}', resource: 'jobs', operation: 'patchJob', access: 'user' },
  { method: 'DELETE', path: '/api/jobs/{jobId}', resource: 'jobs', operation: 'deleteJob', access: 'user' },
  { method: 'POST', path: '/api/jobs/{jobId}/pause', resource: 'jobs', operation: 'pauseJob', access: 'user' },
  { method: 'POST', path: '/api/jobs/{jobId}/resume', resource: 'jobs', operation: 'resumeJob', access: 'user' },
  { method: 'POST', path: '/api/jobs/{jobId}/run', resource: 'jobs', operation: 'runJob', access: 'user' },
  { method: 'GET', path: '/api/jobs/{jobId}/next', resource: 'jobs', operation: 'readNext', access: 'user' },
  { method: 'GET', path: '/api/jobs/{jobId}/runs', resource: 'runs', operation: 'listJobRuns', access: 'user' },

  { method: 'GET', path: '/api/runs', resource: 'runs', operation: 'listRuns', access: 'user' },
  { method: 'GET', path: '/api/runs/{runId}', resource: 'runs', operation: 'readRun', access: 'user' },
  { method: 'POST', path: '/api/runs/{runId}/cancel', resource: 'runs', operation: 'cancelRun', access: 'user' },

  {
    method: 'POST',
    path: '/api/schedules/preview',
    resource: 'schedules',
    operation: 'previewSchedule',
    access: 'user',
  },

  { method: 'GET', path: '/api/secrets', resource: 'secrets', operation: 'listSecrets', access: 'user' },
  { method: 'PUT', path: '/api/secrets/{name}', resource: 'secrets', operation: 'putSecret', access: 'user' },
  { method: 'DELETE', path: '/api/secrets/{name}', resource: 'secrets', operation: 'deleteSecret', access: 'user' },
  {
    method: 'POST',
    path: '/api/secrets/{name}/generate',
    resource: 'secrets',
    operation: 'generateSecret',
    access: 'user',
  },

  { method: 'GET', path: '/api/health', resource: 'service', operation: 'readHealth', access: 'public' },
  { method: 'GET', path: '/api/openapi.json', resource: 'service', operation: 'readOpenApi', access: 'public' },
] as const

export type Route = (typeof routes)[number]
export type Resource = Route['resource']
export type Operation = Route['operation']
/** The operations that one resource's function must serve. */
export type OperationOf<R extends Resource> = Extract<Route, { readonly resource: R }>['operation']
