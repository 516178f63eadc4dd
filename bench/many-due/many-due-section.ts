import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PROJECT_ROOT } from '../cost/metered-cloud.ts'
import { installPeer } from '../peers/install.ts'
import { type Peer, peers } from '../peers/peer-list.ts'
import { type Server, startPostgresql, startRedis } from '../peers/servers.ts'
import type { Findings, Target as Promised, ReportTable, Section, Surroundings } from '../report/section.ts'
import { type Contender, type Performance, race } from './contender.ts'
import { Target } from './target.ts'

const punctual: Contender = {
  name: 'Punctual',
  keeps: 'run records with request, response and timings (SQLite, synced at every write)',
  script: fileURLToPath(new URL('./punctual-process.ts', import.meta.url)),
  args: [],
  serverPids: [],
}

/** Many jobs due in the same second, on this machine. */
export const manyDueSection: Section = {
  name: 'many-due',
  title: 'One machine, many due: beside what one would use instead',
  async measure(surroundings: Surroundings): Promise<Findings> {
    const counts = surroundings.quick ? [500] : [100, 1_000, 10_000]
    const target = await Target.start()
    try {
      const own = await raceAll([punctual], counts, target, surroundings)
      const others: Outcome[] = []
      for (const peer of peers) others.push(...(await racePeer(peer, counts, target, surroundings)))
      return { tables: [table([...own, ...others])], targets: [...targets(own), ...lead(own, others)] }
    } finally {
      await target.close()
    }
  },
}

type Outcome = Performance | { readonly contender: string; readonly notRun: string }

async function raceAll(
  contenders: readonly Contender[],
  counts: readonly number[],
  target: Target,
  { say }: Surroundings,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const contender of contenders) {
    for (const count of counts) {
      say(`${contender.name}: ${count} due at once`)
      try {
        outcomes.push(await race(contender, target, count))
      } catch (error) {
        outcomes.push({ contender: contender.name, notRun: messageOf(error) })
      }
    }
  }
  return outcomes
}

/** A peer that cannot be had, or started, is reported and fails nothing. */
async function racePeer(
  peer: Peer,
  counts: readonly number[],
  target: Target,
  surroundings: Surroundings,
): Promise<Outcome[]> {
  const cache = join(PROJECT_ROOT, '.bench')
  let server: Server | undefined
  try {
    surroundings.say(`${peer.name}: installing`)
    const script = await installPeer(cache, peer)
    const scratch = await mkdtemp(join(surroundings.scratch, 'peer-'))
    if (peer.server === 'redis') server = await startRedis(cache, scratch)
    if (peer.server === 'postgresql') server = await startPostgresql(scratch)
    const args = server ? [server.argument] : []
    const contender = { ...peer, script, args, serverPids: server ? [server.pid] : [] }
    return await raceAll([contender], counts, target, surroundings)
  } catch (error) {
    return [{ contender: peer.name, notRun: messageOf(error) }]
  } finally {
    await server?.stop()
  }
}

const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n').slice(0, 2).join(' ')

const keptBy = new Map([punctual, ...peers].map(({ name, keeps }) => [name, keeps]))

const table = (outcomes: readonly Outcome[]): ReportTable => ({
  title: 'Jobs due in the same second, each calling a target on this machine',
  rows: outcomes.map((outcome) =>
    'notRun' in outcome
      ? { who: outcome.contender, keeps: `not run: ${outcome.notRun}` }
      : {
          who: outcome.contender,
          due: outcome.count,
          'runs a second': outcome.runsPerSecond,
          'late p50 s': outcome.latenessP50 / 1000,
          'late p99 s': outcome.latenessP99 / 1000,
          'peak MB': outcome.peakMb,
          'processor ms a run': outcome.processorMsPerRun,
          called: outcome.called,
          kept: outcome.records,
          keeps: keptBy.get(outcome.contender) ?? null,
        },
  ),
  notes: [
    'Runs a second: from the instant to the last record. Late: from the instant to the call at the target. Memory and processor',
    'time include the servers of each. All take turns on this machine; one-off jobs, since most peers’ recurring ones are slower.',
  ],
})

function targets(own: readonly Outcome[]): readonly Promised[] {
  const of = (count: number) => own.find((each) => 'count' in each && each.count === count)
  const [thousand, tenThousand] = [of(1_000), of(10_000)]
  return [
    ...(thousand && 'count' in thousand
      ? [{ promise: 'lateness p99 of 1,000 due at once, in s', atMost: 2, measured: thousand.latenessP99 / 1000 }]
      : []),
    ...(tenThousand && 'count' in tenThousand
      ? [
          {
            promise: 'start of the last but 1 % of 10,000 due at once, in s',
            atMost: 60,
            measured: tenThousand.latenessP99 / 1000,
          },
        ]
      : []),
  ]
}

/** How far ahead of us the fastest peer is that keeps its runs, at the largest number that both have run. */
function lead(own: readonly Outcome[], others: readonly Outcome[]): readonly Promised[] {
  const ours = own.findLast((each) => 'count' in each)
  if (!ours || !('count' in ours)) return []
  const rates = others.flatMap((each) =>
    'count' in each && each.count === ours.count && each.records !== null ? [each.runsPerSecond] : [],
  )
  if (rates.length === 0) return []
  const promise = `runs a second of the fastest peer that keeps its runs, over ours, at ${ours.count} due at once`
  return [{ promise, atMost: 1, measured: Math.max(...rates) / ours.runsPerSecond }]
}
