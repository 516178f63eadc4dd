import { type Fault, Refusal } from '../refusal.ts'
import type { Plan, PlanLimits } from './plan.ts'

/** One limit of a plan that something is over. */
export type PlanExcess = {
  readonly limit: keyof PlanLimits
  /** What it is or would become, in the limit's unit. */
  readonly value: number
  readonly allowed: number
  /** In words, for whoever can change it. */
  readonly detail: string
  /** The field of the request that is to blame, if one is. */
  readonly pointer?: string
}

/** Refuses what a plan does not allow: the first limit as members of the problem, all of them in words. */
export function refuseExcess(plan: Plan, [first, ...others]: readonly [PlanExcess, ...PlanExcess[]]): Refusal {
  const all = [first, ...others]
  const faults = all.flatMap(({ pointer, detail }): Fault[] => (pointer === undefined ? [] : [{ pointer, detail }]))
  const detail = all.map(({ pointer, detail }) => (pointer === undefined ? detail : `${pointer}: ${detail}`)).join('; ')
  const { limit, value, allowed } = first
  return new Refusal('plan-limit', detail, { faults, facts: { limit, value, allowed, plan } })
}

/** @throws Refusal `plan-limit` when there is any excess. */
export function requireNoExcess(plan: Plan, excesses: readonly PlanExcess[]): void {
  const [first, ...others] = excesses
  if (first) throw refuseExcess(plan, [first, ...others])
}
