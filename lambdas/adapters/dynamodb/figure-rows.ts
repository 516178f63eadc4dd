import * as z from 'zod'
import { type Block, type Parts, spanMs } from '../../domain/figures/figures.ts'
import { packParts, unpackParts } from '../../domain/figures/packed-parts.ts'
import { DAY_MS } from '../../domain/figures/time-slot.ts'
import type { FiguresOwner } from '../../ports/figures-store.ts'

/** Figures are kept for longer than a year, whatever becomes of the runs; in days. */
const KEPT_DAYS = 401

/** So few jobs are kept in the block's own row; more have rows of their own, which readers of totals do not pay for. */
const FEW_JOBS = 25
/** Some 270 bytes each at the most, in rows of up to 400 KB. */
const JOBS_A_ROW = 1000

type Span = Block['span']

const PREFIXES = { HOUR: { block: 'H#', jobs: 'HJ#' }, DAY: { block: 'D#', jobs: 'DJ#' } } as const

export const figuresKey = (owner: FiguresOwner): string =>
  owner === 'SERVICE' ? 'SERVICE#FIGURES' : `T#${owner.tenant}#FIGURES`

/** `2026-11-21T13` or `2026-11-21`. */
const timeText = (span: Span, from: number): string => new Date(from).toISOString().slice(0, span === 'HOUR' ? 13 : 10)

/** The sort keys of what begins at `from` or later and before `to`; undefined when nothing can. */
export function keyRange(kind: 'block' | 'jobs', span: Span, from: number, to: number) {
  const first = Math.ceil(from / spanMs[span]) * spanMs[span]
  if (first >= to) return undefined
  const prefix = PREFIXES[span][kind]
  return { low: `${prefix}${timeText(span, first)}`, high: `${prefix}${timeText(span, to - 1)}~` }
}

const Numbers = z.array(z.number())
const Jobs = z.record(z.string(), Numbers)
const BlockDetail = z.object({
  from: z.number(),
  upTo: z.number(),
  slots: Numbers,
  jobs: Jobs,
})
const JobsDetail = z.object({ from: z.number(), jobs: Jobs })
const Row = z.object({ detail: z.string() })

const packJobs = (jobs: Iterable<readonly [string, Parts]>, from: number) =>
  Object.fromEntries([...jobs].map(([jobId, parts]) => [jobId, packParts(parts, from)]))

const detailOf = (row: unknown): unknown => JSON.parse(Row.parse(row).detail)

/** The rows of a block; its own comes last, so that whoever sees it sees its jobs, too. */
export function figureRows(owner: FiguresOwner, block: Block, pass: number) {
  const { span, from, upTo } = block
  const jobs = [...block.jobs].sort(([a], [b]) => (a < b ? -1 : 1))
  const hasFew = jobs.length <= FEW_JOBS
  const time = timeText(span, from)
  const row = (sk: string, detail: z.input<typeof JobsDetail>) => ({
    pk: figuresKey(owner),
    sk,
    writtenBy: pass,
    expiresAt: Math.floor((from + KEPT_DAYS * DAY_MS) / 1000),
    detail: JSON.stringify(detail),
  })
  const own: z.input<typeof BlockDetail> = {
    from,
    upTo,
    slots: packParts(block.slots, from),
    jobs: hasFew ? packJobs(jobs, from) : {},
  }
  const chunks = hasFew ? 0 : Math.ceil(jobs.length / JOBS_A_ROW)
  return {
    ofJobs: Array.from({ length: chunks }, (_, chunk) =>
      row(`${PREFIXES[span].jobs}${time}#${String(chunk).padStart(3, '0')}`, {
        from,
        jobs: packJobs(jobs.slice(chunk * JOBS_A_ROW, (chunk + 1) * JOBS_A_ROW), from),
      }),
    ),
    own: row(`${PREFIXES[span].block}${time}`, own),
  }
}

const unpackJobs = (jobs: z.output<typeof Jobs>, from: number) =>
  Object.entries(jobs).map(([jobId, numbers]) => [jobId, unpackParts(numbers, from)] as const)

/** Blocks from their own rows and those of their jobs. */
export function parseBlocks(span: Span, own: readonly unknown[], ofJobs: readonly unknown[]): readonly Block[] {
  const blocks = new Map(
    own.map((item) => {
      const { from, upTo, slots, jobs } = BlockDetail.parse(detailOf(item))
      const block = { span, from, upTo, slots: unpackParts(slots, from), jobs: new Map(unpackJobs(jobs, from)) }
      return [from, block] as const
    }),
  )
  for (const item of ofJobs) {
    const { from, jobs } = JobsDetail.parse(detailOf(item))
    // Rows of jobs without their block are of a count that broke off: it will be done again.
    for (const [jobId, parts] of unpackJobs(jobs, from)) blocks.get(from)?.jobs.set(jobId, parts)
  }
  return [...blocks.values()]
}
