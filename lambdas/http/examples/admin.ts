import type { OperationOf } from '../routes.ts'
import type { ExampleRequest } from './example.ts'
import { samples } from './samples.ts'

const params = { userId: samples.otherUserId }

export const adminExamples: Partial<Record<OperationOf<'admin' | 'audit'>, ExampleRequest>> = {
  listAudit: { query: { jobId: samples.jobId, limit: '3' } },

  readServiceStats: {},
  readServiceAnalytics: { query: { days: '2' } },
  listUsers: { query: { q: samples.email } },
  readUser: { params },
  changeRole: { params, body: { role: 'ADMIN' } },
  deleteUser: { params },
  listServiceJobs: { query: { userId: samples.userId, limit: '1' } },
  listServiceRuns: { query: { userId: samples.userId, limit: '1' } },
  listServiceAudit: { query: { action: 'user.role-changed', limit: '1' } },
  deleteMe: {},
}
