import * as z from 'zod'
import type { Unauthored } from '../domain/audit/author.ts'
import { draftCronJobOrg } from '../domain/import/cron-job-org.ts'
import { draftCrontab } from '../domain/import/crontab/crontab.ts'
import { draftDeclared } from '../domain/import/declared-jobs.ts'
import type { ImportDraft } from '../domain/import/draft.ts'
import { draftPunctual } from '../domain/import/punctual-document.ts'
import type { TargetUrlPolicy } from '../domain/target/target-url.ts'
import { ok } from '../http/answer.ts'
import { transferContracts } from '../http/contracts/transfer.ts'
import { decodeCursor, encodeCursor } from '../http/cursor.ts'
import { type EndpointsOf, userEndpoint } from '../http/endpoint.ts'
import type { SigningKey } from '../ports/signing-key.ts'
import { exportJobs } from '../use-cases/export-jobs.ts'
import { applyJobs, type ImportJobsDeps, importJobs } from '../use-cases/import-jobs.ts'

export type TransferDeps = ImportJobsDeps & { readonly signingKey: SigningKey }

/** Where the next document begins: behind the job of this id. */
const Position = z.string()

async function exported(deps: Unauthored<TransferDeps>, tenant: string, cursor: string | undefined) {
  const key = await deps.signingKey.read()
  const scope = { tenant, route: 'exportJobs' }
  const after = cursor === undefined ? undefined : decodeCursor(scope, cursor, Position, key)
  const { document, next } = await exportJobs(deps, tenant, after)
  return { ...document, nextCursor: next === undefined ? null : encodeCursor(scope, next, key) }
}

type ImportBody = z.output<typeof transferContracts.importJobs.body>

function draftOf(body: ImportBody): ImportDraft {
  switch (body.format) {
    case 'punctual':
      return draftPunctual(body)
    case 'cron-job.org':
      return draftCronJobOrg(body)
    case 'crontab':
      return draftCrontab(body)
  }
}

/**
 * Serves export, import and apply. They are part of the jobs function, because they need exactly what it may do.
 * @param targetsOf what may be called, by the origin of the request.
 */
export function transferEndpoints(
  deps: Unauthored<TransferDeps>,
  targetsOf: (origin: string) => TargetUrlPolicy,
): Pick<EndpointsOf<'jobs'>, 'exportJobs' | 'importJobs' | 'applyJobs'> {
  return {
    exportJobs: userEndpoint(transferContracts.exportJobs, async ({ query }, { tenant }) =>
      ok(await exported(deps, tenant, query.cursor)),
    ),
    importJobs: userEndpoint(transferContracts.importJobs, async ({ query, body, origin, author }, { tenant }) =>
      ok(await importJobs({ ...deps, author }, { tenant, ...query, draft: draftOf(body), targets: targetsOf(origin) })),
    ),
    applyJobs: userEndpoint(transferContracts.applyJobs, async ({ query, body, origin, author }, { tenant }) => {
      const draft = draftDeclared(body)
      return ok(
        await applyJobs(
          { ...deps, author },
          { tenant, ...query, prune: body.prune, draft, targets: targetsOf(origin) },
        ),
      )
    }),
  }
}
