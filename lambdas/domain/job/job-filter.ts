import type { Job } from './job.ts'
import { nextRunAt } from './job-schedule.ts'
import { type JobView, jobStatus } from './job-view.ts'

/** What narrows a list of jobs; a job passes when everything that is given fits. */
export type JobFilter = {
  readonly status?: JobView['status'] | undefined
  /** One of its tags, exactly. */
  readonly tag?: string | undefined
  /** Part of the name, of the host called or of a tag, in any case. */
  readonly q?: string | undefined
}

const hostOf = (url: string): string => URL.parse(url)?.host ?? ''

/** @param now epoch ms. */
export function passes(job: Job, { status, tag, q }: JobFilter, now: number): boolean {
  const { name, tags, targetUrl } = job.definition
  if (status !== undefined && jobStatus(job, nextRunAt(job, now)) !== status) return false
  if (tag !== undefined && !tags.includes(tag)) return false
  if (q === undefined) return true
  const text = q.toLowerCase()
  return [name, hostOf(targetUrl), ...tags].some((searched) => searched.toLowerCase().includes(text))
}
