import type { Plan } from '../domain/account/plan.ts'
import type { NewAuditEntry } from '../domain/audit/audit-entry.ts'
import type { Job } from '../domain/job/job.ts'

/** Changes of plans. A change counts from its first write on, and stays unfinished until every job of the tenant knows of it. */
export interface PlanStore {
  change(tenant: string, plan: Plan, audit?: NewAuditEntry): Promise<void>
  /** Writes the plan on a job's row, whatever else is edited meanwhile; its version stays, for nothing of it is edited. */
  adopt(job: Job, plan: Plan): Promise<void>
  /** Ends the change to this plan; does nothing when another one has begun. */
  finish(tenant: string, plan: Plan): Promise<void>
  /** Tenants whose change of plan is unfinished. */
  unfinished(): AsyncIterable<string>
}
