/** What services that call URLs on a schedule publish. `perMillionRuns` and `perJobMonth`: dollars; null is "not by this". */
export type HostedService = {
  readonly name: string
  readonly perMillionRuns: number | null
  readonly perJobMonth: number | null
  readonly terms: string
  readonly source: string
}

/** As read in stored copies of the pages named, November 2026; a copy may be older than that. */
export const hostedServices: readonly HostedService[] = [
  {
    name: 'Google Cloud Scheduler',
    perMillionRuns: null,
    perJobMonth: 0.1,
    terms: '$0.10 a job and 31 days, 3 free; no log of the response',
    source: 'https://cloud.google.com/scheduler/pricing',
  },
  {
    name: 'Upstash QStash',
    perMillionRuns: 10,
    perJobMonth: 0,
    terms: '$1 per 100,000 messages; schedules free up to 1,000, then $0.01 each',
    source: 'https://upstash.com/pricing/qstash.md',
  },
  {
    name: 'cron-job.org',
    perMillionRuns: 0,
    perJobMonth: 0,
    terms: 'free, fair use; calls are cut off after 30 s, 1 KiB of the response is read',
    source: 'https://cron-job.org/en/faq/',
  },
  {
    name: 'EasyCron',
    perMillionRuns: null,
    perJobMonth: null,
    terms: 'not known',
    source: 'no page with prices found',
  },
  {
    name: 'FastCron',
    perMillionRuns: null,
    perJobMonth: null,
    terms: 'not known',
    source: 'no page with prices found',
  },
]
