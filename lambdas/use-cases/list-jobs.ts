import { type JobFilter, passes } from '../domain/job/job-filter.ts'
import { type JobView, jobView } from '../domain/job/job-view.ts'
import type { Clock } from '../ports/clock.ts'
import type { JobStore, Page } from '../ports/job-store.ts'

export type ListJobsDeps = { readonly jobs: Pick<JobStore, 'page'>; readonly clock: Clock }

/** Pages read at most for one answer: a filter that few jobs pass gives short pages with a cursor, never a long wait. */
const MOST_PAGES = 5

/** Jobs of a tenant that pass a filter, newest first. `next` is the id of the last job looked at. */
export async function listJobs(
  deps: ListJobsDeps,
  tenant: string,
  query: { readonly filter: JobFilter; readonly limit: number; readonly after: string | undefined },
): Promise<Page<JobView>> {
  const { filter, limit } = query
  const found: JobView[] = []
  let after = query.after
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const page = await deps.jobs.page(tenant, limit, after)
    const now = deps.clock()
    const passing = page.items.filter(({ job }) => passes(job, filter, now))
    found.push(...passing.map((snapshot) => jobView(snapshot, now)))
    if (found.length > limit) return { items: found.slice(0, limit), next: found[limit - 1]?.id }
    after = page.next
    if (after === undefined || found.length === limit) break
  }
  return { items: found, next: after }
}
