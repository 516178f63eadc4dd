import type { PlanItem, PlanSecret } from '../domain/import/transfer-plan.ts'
import { deleteJob } from '../domain/job/change-job.ts'
import { etagOf } from '../domain/job/etag.ts'
import { Refusal } from '../domain/refusal.ts'
import { type ChangeJobDeps, changeJob } from './change-job.ts'
import { type CreateJobDeps, createJob } from './create-job.ts'
import { inTurns } from './in-turns.ts'
import type { PlannedItem, PlannedSecret, PlannedTransfer, TransferRequest } from './plan-transfer.ts'
import { putSecret } from './put-secret.ts'
import { redefineJob } from './redefine-job.ts'

/** How long there may be begun with another item, in milliseconds: API Gateway waits 29 s for everything together. */
const TIME_TO_BEGIN_MS = 18_000

/** Items at a time; more would be throttled by Scheduler and Secrets Manager. */
const AT_ONCE = 8

export type ApplyTransferDeps = CreateJobDeps & ChangeJobDeps

export type AppliedTransfer = { readonly items: readonly PlanItem[]; readonly secrets: readonly PlanSecret[] }

/**
 * Carries a plan out: secrets first, then what is created and changed, at last what is deleted. Each item stands for itself: one
 * that fails says why and stops no other. What there is no time for is left, and the same request again goes on with it.
 * @param startedAt when the request came, epoch ms.
 */
export async function applyTransfer(
  deps: ApplyTransferDeps,
  planned: PlannedTransfer,
  request: TransferRequest,
  startedAt: number,
): Promise<AppliedTransfer> {
  // Ids say in which order jobs were created: that of the document, although several are created at once.
  const inOrder = (index: number) => ({ ...deps, newId: () => deps.newId(startedAt + index) })
  const isLate = () => deps.clock() > startedAt + TIME_TO_BEGIN_MS
  const secrets = await inTurns(planned.secrets, AT_ONCE, async (each) =>
    each.secret.action === 'create' ? settled(each.secret, isLate, () => create(deps, request, each)) : each.secret,
  )
  const items = await inTurns(planned.items, AT_ONCE, async (each, index) =>
    each.item.action === 'skip' ? each.item : settled(each.item, isLate, () => carryOut(inOrder(index), request, each)),
  )
  return { items, secrets }
}

/** Adds what became of it. Somebody may have changed a job since the plan was made: that is a failure of this item alone. */
async function settled<T extends PlanItem | PlanSecret>(
  planned: T,
  isLate: () => boolean,
  act: () => Promise<Partial<T>>,
): Promise<T> {
  if (isLate()) return { ...planned, result: 'LEFT' }
  try {
    return { ...planned, ...(await act()), result: 'DONE' }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { ...planned, reasons: [...planned.reasons, error.message], result: 'FAILED' }
  }
}

async function create(
  deps: ApplyTransferDeps,
  { tenant }: TransferRequest,
  { secret, value, description }: PlannedSecret,
) {
  // Which jobs use it is of no interest here, and finding out would read them all for each secret.
  const usage = { all: async () => new Map(), jobsUsing: async () => [] }
  await putSecret({ ...deps, usage }, tenant, { name: secret.name, value, description })
  return {}
}

async function carryOut(
  deps: ApplyTransferDeps,
  { tenant, targets }: TransferRequest,
  { item, existing }: PlannedItem,
): Promise<Partial<PlanItem>> {
  const { definition } = item
  if (!existing) {
    if (!definition) return {}
    const { job } = await createJob(deps, { tenant, definition, targets })
    return { jobId: job.id }
  }
  const ofJob = { tenant, jobId: existing.id, ifMatch: etagOf(existing.version) }
  if (definition) await redefineJob(deps, { ...ofJob, targets, definition: () => definition })
  else await changeJob(deps, { ...ofJob, change: deleteJob })
  return {}
}
