import { awsPrices } from '../prices/aws.ts'
import { type Dollars, dollarsOf, floorDollars, sum } from '../prices/dollars.ts'
import { hostedServices } from '../prices/hosted-services.ts'
import type { ReportTable, Target } from '../report/section.ts'
import type { Usage } from './usage.ts'

/** The target's own time that prices are told for, in ms. */
const TARGET_MS = 300

/** What Punctual waits for in a warm function: three calls to DynamoDB at 4 ms. An assumption: only AWS can tell. */
const WAITING_MS = 12
/** What it computes, on a whole processor; Lambda gives a function one at 1,769 MB and a share of one below. Assumed, too. */
const COMPUTING_MS = 3
const WHOLE_PROCESSOR_MB = 1_769

const ownMs = (memoryMb: number): number =>
  Math.round(WAITING_MS + COMPUTING_MS / Math.min(1, memoryMb / WHOLE_PROCESSOR_MB))

const SWEEPS_A_MONTH = 30 * 24 * 12
const MILLION = 1e6

export type Bill = {
  readonly plain: Usage
  /** What one more job adds to each sweep. */
  readonly sweepOfJob: { readonly readUnits: number }
  readonly executorMb: number
}

const ofRun = ({ plain, executorMb }: Bill): Dollars =>
  dollarsOf(plain, { memoryMb: executorMb, milliseconds: TARGET_MS + ownMs(executorMb) })

export function dollarTables(bill: Bill): readonly ReportTable[] {
  return [millionRuns(bill), jobMonths(bill), hostedTable()]
}

function millionRuns(bill: Bill): ReportTable {
  const [ours, floor] = [ofRun(bill), floorDollars(TARGET_MS)]
  const row = (part: string, own: number, least: number) => ({
    part,
    Punctual: own * MILLION,
    floor: least * MILLION,
  })
  return {
    title: `A million runs, in dollars (target answers in ${TARGET_MS} ms, record below 1 KiB)`,
    rows: [
      row('Scheduler', ours.scheduler, floor.scheduler),
      row('Lambda requests', ours.lambdaRequests, floor.lambdaRequests),
      row('Lambda time', ours.lambdaTime, floor.lambdaTime),
      row('DynamoDB writes', ours.writes, floor.writes),
      row('DynamoDB reads', ours.reads, floor.reads),
      row('Secrets Manager', ours.secrets, floor.secrets),
      row('logs', ours.logs, floor.logs),
      row('total', sum(ours), sum(floor)),
    ],
    notes: [
      `List prices of us-east-1 as collected ${awsPrices.collected} (bench/prices/aws.ts), no free tier taken off.`,
      `Ours: ${bill.executorMb} MB for ${TARGET_MS} + ${ownMs(bill.executorMb)} ms, which is assumed; all else is counted.`,
      'Floor: a schedule, a 128 MB function for 305 ms, one write; no lock, no read, no log.',
    ],
  }
}

const frequencies = [
  ['every minute', 30 * 24 * 60],
  ['every 5 minutes', 30 * 24 * 12],
  ['every hour', 30 * 24],
  ['every day', 30],
] as const

function jobMonths(bill: Bill): ReportTable {
  const [ours, floor] = [sum(ofRun(bill)), sum(floorDollars(TARGET_MS))]
  const sweeping = SWEEPS_A_MONTH * bill.sweepOfJob.readUnits * awsPrices.readUnit
  return {
    title: 'A job for 30 days, in dollars',
    rows: frequencies.map(([often, runs]) => ({
      job: often,
      runs,
      'Punctual: runs': runs * ours,
      'its share of sweeping': sweeping,
      floor: runs * floor,
      ...Object.fromEntries(
        hostedServices
          .filter(({ perMillionRuns, perJobMonth }) => perMillionRuns !== null || perJobMonth !== null)
          .map(({ name, perMillionRuns, perJobMonth }) => [
            name,
            (runs * (perMillionRuns ?? 0)) / MILLION + (perJobMonth ?? 0),
          ]),
      ),
    })),
    notes: ['What watching costs is the same for one job and a million: see RUNBOOK.md.'],
  }
}

const hostedTable = (): ReportTable => ({
  title: 'Published prices of hosted services, read November 2026',
  rows: hostedServices.map(({ name, terms, source }) => ({ service: name, terms, source })),
})

export function dollarTargets(bill: Bill): readonly Target[] {
  const ratio = sum(ofRun(bill)) / sum(floorDollars(TARGET_MS))
  return [{ promise: 'a run costs, in floors (three writes: claim, record, index)', atMost: 1.75, measured: ratio }]
}
