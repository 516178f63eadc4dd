import { auditView } from '../domain/audit/audit-view.ts'
import { ok } from '../http/answer.ts'
import { type ApiFunctionDeps, apiFunction } from '../http/api-function.ts'
import { auditContracts } from '../http/contracts/audit.ts'
import { userEndpoint } from '../http/endpoint.ts'
import type { AuditTrail } from '../ports/audit-trail.ts'
import type { SigningKey } from '../ports/signing-key.ts'
import { auditPage } from './audit-page.ts'

export type AuditDeps = ApiFunctionDeps & {
  readonly trail: Pick<AuditTrail, 'ofTenant'>
  readonly signingKey: SigningKey
}

/** Serves `/api/audit`: what was done to a tenant's things. It can only read. */
export const auditFunction = (deps: AuditDeps) =>
  apiFunction(
    'audit',
    {
      listAudit: userEndpoint(auditContracts.listAudit, async ({ query }, { tenant }) =>
        ok(
          await auditPage(
            deps,
            { tenant, route: 'listAudit' },
            query,
            (filter, limit, after) => deps.trail.ofTenant(tenant, filter, limit, after),
            (entry) => auditView(entry, false),
          ),
        ),
      ),
    },
    deps,
  )
