import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { ProcessWatch } from './process-watch.ts'
import { type Order, Report } from './protocol.ts'
import type { Target } from './target.ts'

/** Something that runs jobs when they are due: Punctual, or what somebody would use instead. */
export type Contender = {
  readonly name: string
  /** What it keeps of a run. */
  readonly keeps: string
  /** The script that speaks the protocol, with its arguments. */
  readonly script: string
  readonly args: readonly string[]
  /** Servers that it needs and that run beside it. */
  readonly serverPids: readonly number[]
}

export type Performance = {
  readonly contender: string
  readonly count: number
  readonly runsPerSecond: number
  /** How long after its instant the target was called, in ms. */
  readonly latenessP50: number
  readonly latenessP99: number
  readonly peakMb: number
  /** Processor time of everything that the contender runs, from shortly before the instant to the end. */
  readonly processorMsPerRun: number
  readonly called: number
  readonly records: number | null
}

/** Time to store a thousand jobs that is allowed for at first, in ms; it is doubled until it is enough. */
const LEAD_MS_PER_THOUSAND = 5_000
const SHORTEST_LEAD_MS = 3_000
/** When nothing is finished by then, it has failed. */
const LONGEST_RUN_MS = 180_000
const LONGEST_START_MS = 60_000

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN

/** Has a contender run so many jobs that are due in the same second. @throws Error saying why it could not */
export async function race(contender: Contender, target: Target, count: number): Promise<Performance> {
  for (let leadMs = SHORTEST_LEAD_MS + (LEAD_MS_PER_THOUSAND * count) / 1000; ; leadMs *= 2) {
    const result = await attempt(contender, target, count, leadMs)
    if (result) return result
  }
}

/** @returns undefined when the jobs were due before they were all stored */
async function attempt(contender: Contender, target: Target, count: number, leadMs: number) {
  const child = fork(contender.script, contender.args, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
  const complaints = lastComplaints(child)
  const watch = new ProcessWatch([child.pid ?? 0, ...contender.serverPids])
  try {
    await reported(child, 'ready', LONGEST_START_MS)
    target.take()
    const dueAt = Math.ceil((Date.now() + leadMs) / 1000) * 1000
    child.send({ count, dueAt, targetUrl: target.url } satisfies Order)
    await reported(child, 'prepared', LONGEST_RUN_MS + leadMs)
    if (Date.now() > dueAt - 500) return undefined
    const processorMs = watch.processorMs
    const finished = await reported(child, 'finished', dueAt - Date.now() + LONGEST_RUN_MS)
    if (finished.kind !== 'finished') throw new Error('It never finished')
    const lateness = target
      .take()
      .map((arrival) => arrival - dueAt)
      .sort((a, b) => a - b)
    return {
      contender: contender.name,
      count,
      runsPerSecond: count / ((finished.at - dueAt) / 1000),
      latenessP50: at(lateness, 0.5),
      latenessP99: at(lateness, 0.99),
      peakMb: watch.peakMb,
      processorMsPerRun: (watch.processorMs - processorMs) / count,
      called: lateness.length,
      records: finished.records,
    }
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}${complaints()}`, { cause: error })
  } finally {
    watch.close()
    await end(child)
  }
}

/** What a process has complained of last; a peer that cannot work may complain without end. */
function lastComplaints(child: ChildProcess): () => string {
  let text = ''
  child.stderr?.on('data', (chunk) => {
    text = `${text}${String(chunk)}`.slice(-2000)
  })
  return () => {
    const [line] = text.split('\n').filter((each) => each.includes('rror'))
    return line === undefined ? '' : `: ${line.trim()}`
  }
}

/** @throws when the process ends before, or too much time goes by */
async function reported(child: ChildProcess, kind: Report['kind'], withinMs: number): Promise<Report> {
  const timeout = AbortSignal.timeout(withinMs)
  for (;;) {
    const [message] = await Promise.race([
      once(child, 'message', { signal: timeout }),
      once(child, 'exit', { signal: timeout }).then(() => {
        throw new Error(`It ended before it was ${kind}`)
      }),
    ])
    const report = Report.parse(message)
    if (report.kind === kind) return report
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const enforce = setTimeout(() => child.kill('SIGKILL'), 5_000)
  await ended
  clearTimeout(enforce)
  await wait(200)
}
