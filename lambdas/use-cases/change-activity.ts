import type { NewAuditEntry } from '../domain/audit/audit-entry.ts'
import type { Activity } from '../domain/run/activity.ts'
import type { RunLedger } from '../ports/run-ledger.ts'

/**
 * How often a job's activity is tried to be changed. Each round somebody gets through: so many may want to change it at the
 * same moment, such as runs that are asked for at once, fail at once and are laid aside at once.
 */
export const MOST_TRIES = 200

/**
 * Changes what is known of a job's doings by compare-and-set, again if somebody else was faster.
 * @param change gives the next activity, or undefined when there is nothing to change.
 * @param audit the entry of a change that somebody asked for.
 * @returns the activity as written, or undefined when nothing was.
 */
export async function changeActivity(
  deps: { readonly ledger: Pick<RunLedger, 'activity' | 'save'> },
  tenant: string,
  jobId: string,
  change: (activity: Activity) => Activity | undefined,
  audit?: NewAuditEntry,
): Promise<Activity | undefined> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const activity = await deps.ledger.activity(tenant, jobId)
    const changed = activity && change(activity)
    if (!changed) return undefined
    if (await deps.ledger.save(tenant, jobId, changed, audit)) return changed
  }
  throw new Error(`The activity of job ${jobId} could not be changed: ${MOST_TRIES} others were faster`)
}
