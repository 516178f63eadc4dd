import type { Author } from '../../lambdas/domain/audit/author.ts'

/** Somebody who changes something, where it does not matter who. */
export const somebody: Author = {
  kind: 'user',
  tenant: 'tenant-1',
  id: 'tenant-1',
  request: { id: 'request-1', route: 'POST /api/jobs', sourceIp: '192.0.2.1' },
}
