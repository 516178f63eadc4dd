import type { ImportDraft } from '../domain/import/draft.ts'
import { summaryOf, type TransferPlan } from '../domain/import/transfer-plan.ts'
import { refuseFaults } from '../domain/refusal.ts'
import type { TargetUrlPolicy } from '../domain/target/target-url.ts'
import { type ApplyTransferDeps, applyTransfer } from './apply-transfer.ts'
import { type PlannedTransfer, planTransfer } from './plan-transfer.ts'
import { type ReadTenantStateDeps, readTenantState } from './read-tenant-state.ts'

export type ImportJobsDeps = ApplyTransferDeps & ReadTenantStateDeps

export type ImportRequest = {
  readonly tenant: string
  readonly draft: ImportDraft
  readonly targets: TargetUrlPolicy
  readonly dryRun: boolean
}

/** Brings the jobs of a document in: what can be, is; what cannot be, says why. */
export const importJobs = (deps: ImportJobsDeps, request: ImportRequest): Promise<TransferPlan> =>
  transfer(deps, { ...request, prune: false }, () => {})

/**
 * Makes a tenant's jobs what a declarative document says: all of it is checked before anything is changed.
 * @throws Refusal `validation` that names what is wrong in each job.
 */
export const applyJobs = (
  deps: ImportJobsDeps,
  request: ImportRequest & { readonly prune: boolean },
): Promise<TransferPlan> => transfer(deps, request, refuseAnyFault)

/**
 * Plans what a document comes to, lets `judge` refuse it, and carries it out unless it is a dry run.
 * @param judge throws a Refusal before anything is changed.
 */
export async function transfer(
  deps: ImportJobsDeps,
  request: ImportRequest & { readonly prune: boolean },
  judge: (planned: PlannedTransfer) => void,
): Promise<TransferPlan> {
  const startedAt = deps.clock()
  const state = await readTenantState(deps, request.tenant)
  const planned = await planTransfer(deps, state, request)
  judge(planned)
  const { items, secrets } = request.dryRun
    ? { items: planned.items.map(({ item }) => item), secrets: planned.secrets.map(({ secret }) => secret) }
    : await applyTransfer(deps, planned, request, startedAt)
  const { lines } = request.draft
  return {
    dryRun: request.dryRun,
    items: [...items],
    secrets: [...secrets],
    ...(lines ? { lines: [...lines] } : {}),
    summary: summaryOf(items),
  }
}

const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')

function refuseAnyFault({ items }: PlannedTransfer): void {
  const faults = items.flatMap(({ item, faults: own }) => {
    const base = `/jobs/${escaped(item.name)}`
    if (own.length > 0) return own.map(({ pointer, detail }) => ({ pointer: `${base}${pointer}`, detail }))
    return item.skipped === 'REFUSED' ? item.reasons.map((detail) => ({ pointer: base, detail })) : []
  })
  if (faults.length > 0) throw refuseFaults(faults)
}
