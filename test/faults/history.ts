import fc from 'fast-check'
import { type Strike, strikeKinds, strikes } from '../support/fault-process.ts'
import { timings } from './rhythms.ts'
import type { Simulation } from './simulation.ts'

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

/** Every failure and every recovery is told, so that there is much to tell. */
export const TELLING = {
  onFailure: true,
  afterFailures: 1,
  onRecovery: true,
  onSuccess: false,
  onDisable: true,
  emails: [],
  webhookUrl: null,
}

type Overlap = 'ALLOW' | 'SKIP' | 'REPLACE'

/** What may happen to a job. */
type OfJob = { readonly kind: 'retime' | 'rename' | 'pause' | 'resume' | 'delete' | 'run now'; readonly job: number }

/**
 * One thing that happens. `job` counts through the jobs made so far, `timing` through the timings there are, `order`
 * through what was delivered. A strike hits one call of the process that the step starts; where time passes, of one of
 * the executor's runs on the way.
 */
export type Step = { readonly strike: Strike | undefined } & (
  | {
      readonly kind: 'create'
      readonly timing: number
      readonly isOnce: boolean
      readonly isPaused: boolean
      readonly overlap: Overlap
    }
  | (OfJob & { readonly timing: number })
  | { readonly kind: 'deliver again'; readonly order: number }
  | { readonly kind: 'time passes'; readonly ms: number; readonly run: number }
  | { readonly kind: 'sweep' }
  | { readonly kind: 'late calls land' }
)

const strike = fc.option(fc.record({ call: fc.nat(7), kind: fc.constantFrom(...strikeKinds) }), {
  freq: 2,
  nil: undefined,
})
const timing = fc.nat(timings.length - 1)
const durations = [SECOND_MS, 20 * SECOND_MS, MINUTE_MS, 3 * MINUTE_MS, 8 * MINUTE_MS, HOUR_MS, 5 * HOUR_MS]

const create = fc.record({
  kind: fc.constant('create' as const),
  timing,
  isOnce: fc.boolean(),
  overlap: fc.constantFrom<Overlap>('ALLOW', 'SKIP', 'REPLACE'),
  isPaused: fc.boolean(),
  strike,
})
const ofJob = fc.record({
  kind: fc.constantFrom('retime', 'retime', 'rename', 'pause', 'resume', 'delete', 'run now', 'run now'),
  job: fc.nat(3),
  timing,
  strike,
})
const deliverAgain = fc.record({ kind: fc.constant('deliver again' as const), order: fc.nat(20), strike })
const timePasses = fc.record({
  kind: fc.constant('time passes' as const),
  ms: fc.constantFrom(...durations),
  run: fc.nat(5),
  strike,
})
const sweep = fc.record({ kind: fc.constant('sweep' as const), strike })
const land = fc.record({ kind: fc.constant('late calls land' as const), strike: fc.constant(undefined) })

/** Histories as short as one job that is made, and as long as a day or two of edits, crashes and repairs. */
export const histories: fc.Arbitrary<readonly Step[]> = fc
  .tuple(
    create,
    fc.array(
      fc.oneof(
        { weight: 2, arbitrary: create },
        { weight: 8, arbitrary: ofJob },
        { weight: 2, arbitrary: deliverAgain },
        { weight: 7, arbitrary: timePasses },
        { weight: 3, arbitrary: sweep },
        { weight: 1, arbitrary: land },
      ),
      { maxLength: 24, size: 'max' },
    ),
  )
  .map(([first, rest]) => [first, ...rest])

/** Plays a history. */
export async function play(simulation: Simulation, history: readonly Step[]): Promise<void> {
  for (const step of history) await take(simulation, step)
}

async function take(simulation: Simulation, step: Step): Promise<unknown> {
  const timingOf = (index: number) => (timings[index] ?? timings[0])?.(simulation.now) ?? {}
  switch (step.kind) {
    case 'create':
      return simulation.create(
        {
          ...timingOf(step.timing),
          enabled: !step.isPaused,
          overlap: step.overlap,
          maxRetries: 1,
          notify: TELLING,
          delivery: step.isOnce ? 'AT_MOST_ONCE' : 'AT_LEAST_ONCE',
        },
        strikes(step.strike),
      )
    case 'deliver again': {
      const { accepted } = simulation.lambda
      if (accepted.length > 0) simulation.lambda.accept(accepted[step.order % accepted.length])
      return simulation.advance(0)
    }
    case 'time passes': {
      let runs = 0
      simulation.decideNext = () => strikes(runs++ === step.run ? step.strike : undefined)
      await simulation.advance(step.ms)
      simulation.decideNext = () => strikes(undefined)
      return
    }
    case 'sweep':
      return simulation.sweep(strikes(step.strike))
    case 'late calls land':
      return simulation.landStragglers()
    default:
      return takeOfJob(simulation, step, timingOf(step.timing))
  }
}

async function takeOfJob(
  simulation: Simulation,
  { kind, job, strike }: OfJob & Step,
  timing: Parameters<Simulation['edit']>[1],
): Promise<unknown> {
  const ids = [...simulation.evidence.reigns.keys()]
  const jobId = ids[job % Math.max(1, ids.length)]
  if (jobId === undefined) return
  const decide = strikes(strike)
  switch (kind) {
    case 'retime':
      return simulation.edit(jobId, timing, decide)
    case 'rename':
      return simulation.edit(jobId, { name: `sync ${simulation.now}` }, decide)
    case 'pause':
      return simulation.edit(jobId, { enabled: false }, decide)
    case 'resume':
      return simulation.edit(jobId, { enabled: true }, decide)
    case 'delete':
      return simulation.delete(jobId, decide)
    case 'run now':
      return simulation.requestRun(jobId, decide)
  }
}
