import { join } from 'node:path'
import { EchoTarget } from '../../test/support/echo-target.ts'
import { type MeteredCloud, startMeteredCloud } from '../cost/metered-cloud.ts'
import { RunUsage } from '../cost/run-usage.ts'
import type { Usage } from '../cost/usage.ts'
import type { Findings, Section, Surroundings, Target } from '../report/section.ts'
import { Seed } from './seed.ts'

/** Jobs and runs of one tenant that there are when units are counted; each stage adds to the one before. */
const stages = {
  full: [
    { jobs: 10, runs: 100 },
    { jobs: 1_000, runs: 10_000 },
    { jobs: 100_000, runs: 10_000 },
    { jobs: 100_000, runs: 1_000_000 },
  ],
  quick: [
    { jobs: 10, runs: 100 },
    { jobs: 1_000, runs: 10_000 },
  ],
} as const

/** Counts what the same things use as a tenant grows. */
export const growthSection: Section = {
  name: 'growth',
  title: 'Growth: units of the same run and calls, as a tenant grows',
  async measure({ quick, scratch, say }: Surroundings): Promise<Findings> {
    const metered = await startMeteredCloud(scratch)
    const target = await EchoTarget.start()
    using seed = new Seed(join(scratch, 'metered.sqlite'))
    try {
      const tenant = await Tenant.create(metered, target, seed)
      const measured: Measured[] = []
      for (const stage of quick ? stages.quick : stages.full) {
        say(`seeding: ${stage.jobs} jobs, ${stage.runs} runs`)
        tenant.growTo(stage)
        say(`counting with ${stage.jobs} jobs, ${stage.runs} runs`)
        measured.push({ ...stage, usages: await tenant.measure() })
      }
      return { tables: [table(measured)], targets: targets(measured) }
    } finally {
      await metered.close()
      await target.close()
    }
  },
}

type Measured = {
  readonly jobs: number
  readonly runs: number
  readonly usages: Readonly<Record<string, Usage>>
}

/** One tenant, with a job of whose rows all others are copies. */
class Tenant {
  readonly #metered: MeteredCloud
  readonly #seed: Seed
  readonly #runs: RunUsage
  readonly #jobId: string
  readonly #runId: string
  readonly #jobIds: string[]
  #runsThere = 1
  #changes = 0

  private constructor(metered: MeteredCloud, seed: Seed, runs: RunUsage, jobId: string, runId: string) {
    this.#metered = metered
    this.#seed = seed
    this.#runs = runs
    this.#jobId = jobId
    this.#runId = runId
    this.#jobIds = [jobId]
  }

  static async create(metered: MeteredCloud, target: EchoTarget, seed: Seed): Promise<Tenant> {
    const runs = new RunUsage(metered, target)
    const jobId = await runs.job()
    await runs.occurrence(jobId)
    const { lastRun } = await metered.account.api.must('GET', `/api/jobs/${jobId}`)
    return new Tenant(metered, seed, runs, jobId, lastRun.id)
  }

  growTo({ jobs, runs }: { readonly jobs: number; readonly runs: number }): void {
    this.#jobIds.push(...this.#seed.jobs(this.#jobId, jobs - this.#jobIds.length))
    // Ten of the jobs have all the runs: the ones that are looked at are among them.
    const busy = this.#jobIds.slice(0, 10)
    if (runs > this.#runsThere) this.#seed.runs(this.#runId, this.#jobId, busy, runs)
    this.#runsThere = runs
  }

  async measure(): Promise<Readonly<Record<string, Usage>>> {
    const { usageOf, account } = this.#metered
    const { api } = account
    const calls: Readonly<Record<string, () => Promise<unknown>>> = {
      'a plain run': () => this.#runs.occurrence(this.#jobId),
      'GET /api/jobs/{jobId}': () => api.must('GET', `/api/jobs/${this.#jobId}`),
      'GET /api/jobs?limit=10': () => api.must('GET', '/api/jobs?limit=10'),
      'PATCH /api/jobs/{jobId}': () =>
        api.must('PATCH', `/api/jobs/${this.#jobId}`, { description: `changed ${++this.#changes} times` }),
      'GET /api/jobs/{jobId}/runs?limit=10': () => api.must('GET', `/api/jobs/${this.#jobId}/runs?limit=10`),
      'GET /api/runs?limit=10': () => api.must('GET', '/api/runs?limit=10'),
      'GET /api/runs?status=FAILED': () => api.must('GET', '/api/runs?status=FAILED&limit=10'),
      'GET /api/runs/{runId}': () => api.must('GET', `/api/runs/${this.#runId}`),
      ...(this.#jobIds.length > SURVEYED
        ? {}
        : {
            'GET /api/stats': () => api.must('GET', '/api/stats'),
            'GET /api/secrets': () => api.must('GET', '/api/secrets'),
          }),
    }
    const usages: Record<string, Usage> = {}
    for (const [name, call] of Object.entries(calls)) usages[name] = await leastUsage(() => usageOf(call))
    return usages
  }
}

const TIMES = 3

/** Now and then a call asks for a share of the tenant's request quota, too, which has nothing to do with growth. */
async function leastUsage(measure: () => Promise<Usage>): Promise<Usage> {
  let least = await measure()
  for (let time = 1; time < TIMES; time++) {
    const usage = await measure()
    if (unitsIn(usage) < unitsIn(least)) least = usage
  }
  return least
}

const unitsIn = ({ readUnits, writeUnits }: Usage): number => readUnits + writeUnits

/** Jobs up to which it is asked for what looks at all of them: with many more it takes longer than a call may. */
const SURVEYED = 1_000

const unitsText = (usage: Usage | undefined) => (usage ? `${usage.readUnits} r ${usage.writeUnits} w` : null)

const table = (measured: readonly Measured[]) => ({
  title: 'Read and write units',
  rows: Object.keys(measured[0]?.usages ?? {}).map((name) => ({
    what: name,
    ...Object.fromEntries(
      measured.map(({ jobs, runs, usages }) => [
        `${jobs.toLocaleString('en')} jobs, ${runs.toLocaleString('en')} runs`,
        unitsText(usages[name]),
      ]),
    ),
  })),
  notes: [
    'Seeded directly into the engine, as copies of rows that the service wrote. A page that fills up gives the same units whatever lies',
    'behind it; a filter that finds nothing reads up to ten pages and gives a cursor. /api/secrets (to tell who uses what) and',
    '/api/stats read a summary of each job: of a hundred thousand jobs neither is asked for.',
  ],
})

/** How many times more the plain run uses at the end than at the beginning. */
function targets(measured: readonly Measured[]): readonly Target[] {
  const unitsOf = (each: Measured | undefined, name: string) => {
    const usage = each?.usages[name]
    return usage ? unitsIn(usage) : Number.NaN
  }
  const flat = ['a plain run', 'GET /api/jobs/{jobId}', 'GET /api/jobs?limit=10', 'GET /api/runs?limit=10']
  const ratios = flat.map((name) => unitsOf(measured.at(-1), name) / unitsOf(measured[0], name))
  return [
    {
      promise: 'growth of the units of a run and of lists, largest tenant to smallest',
      atMost: 1.05,
      measured: Math.max(...ratios),
    },
  ]
}
