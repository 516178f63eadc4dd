import { type Plan, planLimits } from '../domain/account/plan.ts'
import { requireNoExcess } from '../domain/account/plan-excess.ts'
import { TIMING } from '../domain/job/change-job.ts'
import { type JobDefinition, targetOf } from '../domain/job/job.ts'
import { jobSchedule } from '../domain/job/job-schedule.ts'
import { jobExcesses } from '../domain/job/plan-fit.ts'
import { textFaults } from '../domain/job/text-faults.ts'
import { type Fault, refuseFaults } from '../domain/refusal.ts'
import { LAST_YEAR, planSchedule } from '../domain/schedule/plan-schedule.ts'
import { scheduleLoad } from '../domain/schedule/schedule-load.ts'
import { checkTarget } from '../domain/target/check-target.ts'
import { referencesIn, secretNamesIn } from '../domain/target/secret-template.ts'
import { checkTargetUrl, type TargetUrlPolicy } from '../domain/target/target-url.ts'
import type { Clock } from '../ports/clock.ts'
import type { SecretCatalog } from '../ports/secret-catalog.ts'

export type CheckDefinitionDeps = { readonly catalog: Pick<SecretCatalog, 'read'>; readonly clock: Clock }

export type DefinitionContext = {
  readonly tenant: string
  readonly plan: Plan
  /** What the job is now, if it exists. */
  readonly current?: JobDefinition
  readonly targets: TargetUrlPolicy
}

/**
 * Checks what no single field can tell: the schedule, the target, that its secrets exist, and the plan.
 * @throws Refusal `validation` naming each field, or `plan-limit`.
 */
export async function checkDefinition(
  deps: CheckDefinitionDeps,
  definition: JobDefinition,
  context: DefinitionContext,
): Promise<void> {
  const now = deps.clock()
  const planned = planSchedule(definition)
  const faults = [
    ...textFaults(definition),
    ...(planned.ok
      ? timingFaults(definition, context.current, now)
      : [...expressionFaults(definition), ...rangeFaults(definition)]),
    ...checkTarget(targetOf(definition), context.targets),
    ...webhookFaults(definition, context.targets),
    ...(await secretFaults(deps, definition, context.tenant)),
  ]
  if (faults.length > 0) throw refuseFaults(faults)
  if (!planned.ok) return
  const load = () => scheduleLoad(planned.plan.occurrencesAfter(now, now))
  requireNoExcess(context.plan, jobExcesses(definition, load, context.plan, planLimits[context.plan]))
}

/** Expression and zone are judged each on its own. */
function expressionFaults({ cronExpression, timezone }: JobDefinition): readonly Fault[] {
  const judged = [planSchedule({ cronExpression, timezone: 'UTC' }), planSchedule({ cronExpression, timezone })]
  const problems = new Map(judged.flatMap((plan) => (plan.ok ? [] : [[plan.field, plan.problem] as const])))
  return [...problems].map(([field, detail]) => ({ pointer: `/${field}`, detail }))
}

/** Of a schedule that is right: what its times give together is judged only when each of them is, too. */
function timingFaults(definition: JobDefinition, current: JobDefinition | undefined, now: number): readonly Fault[] {
  const faults = rangeFaults(definition)
  return faults.length > 0 ? faults : futureFaults(definition, current, now)
}

/** A new schedule that has nothing left to fire is a mistake; one that has run out may still be renamed. */
function futureFaults(definition: JobDefinition, current: JobDefinition | undefined, now: number): readonly Fault[] {
  const isRetimed = current === undefined || TIMING.some((field) => definition[field] !== current[field])
  const schedule = jobSchedule({ id: '', generation: 0, since: now, definition })
  if (!isRetimed || Iterator.from(schedule.occurrencesAfter(now)).next().done !== true) return []
  const { endAt } = definition
  if (endAt !== null && Date.parse(endAt) <= now)
    return [{ pointer: '/endAt', detail: `must be later than now, ${new Date(now).toISOString()}; got "${endAt}"` }]
  const between = definition.startAt === null && definition.endAt === null ? '' : ' between startAt and endAt'
  return [
    {
      pointer: '/cronExpression',
      detail: `has no occurrence${between} that is later than now and before ${LAST_YEAR + 1}; got ${JSON.stringify(definition.cronExpression)} in ${definition.timezone}`,
    },
  ]
}

function rangeFaults({ startAt, endAt, retryDelaySeconds, retryMaxDelaySeconds }: JobDefinition): readonly Fault[] {
  return [
    ...(startAt !== null && endAt !== null && Date.parse(endAt) <= Date.parse(startAt)
      ? [{ pointer: '/endAt', detail: `must be later than startAt; got "${endAt}", and startAt is "${startAt}"` }]
      : []),
    ...(retryMaxDelaySeconds < retryDelaySeconds
      ? [
          {
            pointer: '/retryMaxDelaySeconds',
            detail: `must be at least retryDelaySeconds, ${retryDelaySeconds}; got ${retryMaxDelaySeconds}`,
          },
        ]
      : []),
  ]
}

function webhookFaults({ notify: { webhookUrl } }: JobDefinition, targets: TargetUrlPolicy): readonly Fault[] {
  if (webhookUrl === null) return []
  const pointer = '/notify/webhookUrl'
  if (referencesIn(webhookUrl).length > 0) return [{ pointer, detail: 'The URL of a webhook cannot refer to secrets.' }]
  const checked = checkTargetUrl(webhookUrl, targets)
  return checked.ok ? [] : [{ pointer, detail: `The URL ${checked.problem}` }]
}

async function secretFaults(
  deps: CheckDefinitionDeps,
  definition: JobDefinition,
  tenant: string,
): Promise<readonly Fault[]> {
  const names = secretNamesIn(definition)
  const secrets = await Promise.all(names.map((name) => deps.catalog.read(tenant, name)))
  return names
    .filter((_, index) => secrets[index] === undefined)
    .map((name) => ({
      pointer: pointerToSecret(definition, name),
      detail: `refers to {{secrets.${name}}}, but there is no secret of that name; create it first with PUT /api/secrets/${name}`,
    }))
}

function pointerToSecret(definition: JobDefinition, name: string): string {
  const reference = `{{secrets.${name}}}`
  if (definition.targetUrl.includes(reference)) return '/targetUrl'
  const header = Object.entries(definition.headers).find(([, value]) => value.includes(reference))?.[0]
  if (header !== undefined) return `/headers/${header.replaceAll('~', '~0').replaceAll('/', '~1')}`
  return definition.body?.includes(reference) ? '/body' : '/auth'
}
