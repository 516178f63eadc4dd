import type { ImportDraft } from '../domain/import/draft.ts'
import type { TransferPlan } from '../domain/import/transfer-plan.ts'
import { type Fault, Refusal, refuseFaults } from '../domain/refusal.ts'
import type { TargetUrlPolicy } from '../domain/target/target-url.ts'
import { blameVariables } from '../domain/template/blame-variables.ts'
import type { FilledTemplate } from '../domain/template/fill-in.ts'
import type { Template } from '../domain/template/template.ts'
import { type ImportJobsDeps, transfer } from './import-jobs.ts'
import type { PlannedTransfer } from './plan-transfer.ts'

export type TemplateRequest = {
  readonly tenant: string
  readonly template: Template
  readonly filled: FilledTemplate
  /** What the filled-in template comes to, its jobs in the template's order. */
  readonly draft: ImportDraft
  readonly targets: TargetUrlPolicy
  readonly dryRun: boolean
}

/**
 * Makes the jobs and secrets of a filled-in template. All of it is checked before anything is changed; then it goes as an
 * import does: jobs are found by name, and what there was no time for is done when the same request comes again.
 * @throws Refusal `validation` that names the variables that make something wrong; `plan-limit` when there is no room.
 */
export const applyTemplate = (deps: ImportJobsDeps, request: TemplateRequest): Promise<TransferPlan> =>
  transfer(deps, { ...request, prune: false }, (planned) => {
    refuseAny(secretFaults(request.filled, planned))
    refuseAny(jobFaults(request.template, planned))
    refuseNoRoom(planned)
  })

function refuseAny(faults: readonly Fault[]): void {
  if (faults.length > 0) throw refuseFaults(faults)
}

function secretFaults({ secrets }: FilledTemplate, planned: PlannedTransfer): readonly Fault[] {
  const planOf = new Map(planned.secrets.map((each) => [each.secret.name, each]))
  return secrets.flatMap(({ name, value, variable }) => {
    const found = planOf.get(name)
    const pointer = `/variables/${variable}`
    if (value === undefined) {
      return found?.secret.action === 'missing'
        ? [{ pointer, detail: `is needed: there is no secret ${name} yet` }]
        : []
    }
    // A value that nobody asked to replace is not replaced, and one that was given is not dropped without a word.
    return found?.isAnother
      ? [{ pointer, detail: `is for the secret ${name}, which is there already; leave it out to use that one` }]
      : []
  })
}

const jobFaults = (template: Template, { items }: PlannedTransfer): readonly Fault[] =>
  items.flatMap(({ item, faults }) =>
    faults.flatMap((fault) => blameVariables(template, item.source?.index ?? 0, fault)),
  )

/** What is refused without a fault of its own is refused by the plan. */
function refuseNoRoom({ items, secrets }: PlannedTransfer): void {
  const refused = [
    ...items.map(({ item }) => item).filter(({ skipped }) => skipped === 'REFUSED'),
    ...secrets.map(({ secret }) => secret).filter(({ action }) => action === 'missing'),
  ]
  const reasons = new Set(refused.flatMap((each) => each.reasons))
  if (reasons.size > 0) throw new Refusal('plan-limit', [...reasons].join(' '))
}
