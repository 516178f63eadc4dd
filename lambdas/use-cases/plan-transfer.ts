import { planLimits } from '../domain/account/plan.ts'
import { changedPointers } from '../domain/import/changed-pointers.ts'
import type { Draft, ImportDraft } from '../domain/import/draft.ts'
import { type ExistingJob, pairByName } from '../domain/import/pair-by-name.ts'
import type { PlanItem, PlanSecret } from '../domain/import/transfer-plan.ts'
import { type JobDefinition, targetOf } from '../domain/job/job.ts'
import { type Fault, Refusal } from '../domain/refusal.ts'
import type { Secret } from '../domain/secret/secret.ts'
import { targetWarnings } from '../domain/target/check-target.ts'
import type { TargetUrlPolicy } from '../domain/target/target-url.ts'
import type { Clock } from '../ports/clock.ts'
import { checkDefinition } from './check-definition.ts'
import type { TenantState } from './read-tenant-state.ts'

export type PlanTransferDeps = { readonly clock: Clock }

export type TransferRequest = {
  readonly tenant: string
  readonly draft: ImportDraft
  readonly targets: TargetUrlPolicy
  /** Whether jobs that the document does not name are deleted. */
  readonly prune: boolean
}

/** An item of the plan with what it takes to carry it out. */
export type PlannedItem = {
  readonly item: PlanItem
  readonly existing: ExistingJob | undefined
  /** What is wrong with a refused definition, field by field. */
  readonly faults: readonly Fault[]
}

export type PlannedSecret = {
  readonly secret: PlanSecret
  readonly value: string
  readonly description: string
  /** The value is kept, and is not from this document: nobody can say whether it is the same. */
  readonly isAnother?: boolean
}

export type PlannedTransfer = { readonly items: readonly PlannedItem[]; readonly secrets: readonly PlannedSecret[] }

/** Compares what a document proposes with what there is, by the rules by which it will be carried out. */
export async function planTransfer(
  deps: PlanTransferDeps,
  state: TenantState,
  request: TransferRequest,
): Promise<PlannedTransfer> {
  const secrets = planSecrets(state, request.draft)
  const known = new Map(state.secrets)
  for (const { secret } of secrets) if (secret.action === 'create') known.set(secret.name, placeholder(secret.name))
  const catalog = { read: async (_tenant: string, name: string) => known.get(name) }
  const existing = pairs(request.draft.jobs, state.jobs)
  const items: PlannedItem[] = []
  let room = planLimits[state.account.plan].jobs - state.account.jobs
  for (const draft of request.draft.jobs) {
    const planned = await planJob({ ...deps, catalog }, state, request, draft, existing.get(draft), room)
    if (planned.item.action === 'create') room -= 1
    items.push(planned)
  }
  return { items: [...items, ...(request.prune ? pruned(items, state) : [])], secrets }
}

function pairs(drafts: readonly Draft[], jobs: readonly ExistingJob[]): ReadonlyMap<Draft, ExistingJob> {
  const wanted = drafts.flatMap((draft) => (draft.kind === 'job' ? [draft] : []))
  const found = pairByName(
    wanted.map(({ definition }) => definition),
    jobs,
  )
  return new Map(wanted.flatMap((draft, index) => (found[index] ? [[draft, found[index]] as const] : [])))
}

async function planJob(
  deps: Parameters<typeof checkDefinition>[0],
  state: TenantState,
  { tenant, targets }: TransferRequest,
  draft: Draft,
  existing: ExistingJob | undefined,
  room: number,
): Promise<PlannedItem> {
  const { source, name } = draft
  const warnings = [...draft.warnings, ...sameNameWarnings(name, state.jobs)]
  const base = { name, source, warnings, ...(existing ? { jobId: existing.id } : {}) }
  const refuse = (reasons: readonly string[], faults: readonly Fault[] = []): PlannedItem => ({
    item: { ...base, action: 'skip', skipped: 'REFUSED', reasons: [...reasons] },
    existing,
    faults,
  })
  if (draft.kind === 'refused') return refuse(draft.reasons)
  const { definition } = draft
  const changes = existing ? changedPointers(existing.definition, definition) : []
  if (existing && changes.length === 0) {
    const reasons = ['The job is so already.']
    return { item: { ...base, action: 'skip', skipped: 'UNCHANGED', reasons }, existing, faults: [] }
  }
  const { plan } = state.account
  const problems = await problemsOf(deps, definition, { tenant, plan, targets, current: existing?.definition })
  if (problems) return refuse(problems.reasons, problems.faults)
  if (!existing && room <= 0) {
    return refuse([`The plan ${plan} allows ${planLimits[plan].jobs} jobs, and there is no room for this one.`])
  }
  warnings.push(...targetWarnings(targetOf(definition)).map(({ detail }) => detail))
  const reasons = [existing ? `${changes.length} of its fields change.` : 'There is no job of this name.']
  const action = existing ? { action: 'change' as const, changes: [...changes] } : { action: 'create' as const }
  return { item: { ...base, ...action, warnings, reasons, definition }, existing, faults: [] }
}

/** Why a definition cannot be stored; undefined when it can. */
async function problemsOf(
  deps: Parameters<typeof checkDefinition>[0],
  definition: JobDefinition,
  context: Omit<Parameters<typeof checkDefinition>[2], 'current'> & { readonly current: JobDefinition | undefined },
): Promise<{ readonly reasons: readonly string[]; readonly faults: readonly Fault[] } | undefined> {
  const { current, ...rest } = context
  try {
    await checkDefinition(deps, definition, current === undefined ? rest : { ...rest, current })
    return undefined
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const { faults, message } = error
    return {
      faults,
      reasons: faults.length === 0 ? [message] : faults.map((fault) => `${fault.pointer} ${fault.detail}`),
    }
  }
}

function sameNameWarnings(name: string, jobs: readonly ExistingJob[]): readonly string[] {
  const count = jobs.filter(({ definition }) => definition.name === name).length
  return count > 1 ? [`${count} jobs have this name; equal ones are matched first, then the oldest.`] : []
}

function planSecrets(state: TenantState, draft: ImportDraft): readonly PlannedSecret[] {
  let room = planLimits[state.account.plan].secrets - state.secrets.size
  const moved = draft.secrets.map(({ name, value, description }): PlannedSecret => {
    const known = state.secrets.get(name)
    const base = { value, description }
    if (known?.description === description) {
      const reasons = ['It is there from before; its value is kept.']
      return { ...base, secret: { name, action: 'keep', reasons } }
    }
    if (known) {
      const reasons = [
        `There is a secret of this name already, and its value is kept. Where it is another one, set it with PUT /api/secrets/${name}.`,
      ]
      return { ...base, isAnother: true, secret: { name, action: 'keep', reasons } }
    }
    if (room <= 0) {
      const reasons = [`The plan ${state.account.plan} has no room for another secret.`]
      return { ...base, secret: { name, action: 'missing', reasons } }
    }
    room -= 1
    return { ...base, secret: { name, action: 'create', reasons: [description] } }
  })
  const own = new Set(draft.secrets.map(({ name }) => name))
  const needed = draft.neededSecrets
    .filter((name) => !own.has(name))
    .map((name): PlannedSecret => {
      const isThere = state.secrets.has(name)
      const reasons = [isThere ? 'It is there.' : `Its value is in no document; set it with PUT /api/secrets/${name}.`]
      return { secret: { name, action: isThere ? 'keep' : 'missing', reasons }, value: '', description: '' }
    })
  return [...moved, ...needed]
}

/** Stands for a secret that will be there when the jobs are created. */
const placeholder = (name: string): Secret => ({
  name,
  secretId: '',
  versionId: '',
  versions: 1,
  description: '',
  createdAt: '',
  updatedAt: '',
})

/** A job that the document names stays, whatever became of its item. */
function pruned(items: readonly PlannedItem[], { jobs }: TenantState): readonly PlannedItem[] {
  const named = new Set(items.map(({ item }) => item.name))
  return jobs
    .filter(({ definition }) => !named.has(definition.name))
    .map((job) => ({
      item: {
        action: 'delete',
        name: job.definition.name,
        jobId: job.id,
        reasons: ['The document does not name it, and prune is true.'],
        warnings: [],
      },
      existing: job,
      faults: [],
    }))
}
