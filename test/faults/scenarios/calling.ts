import type { Operation } from '../../../lambdas/http/routes.ts'
import type { Answered, Call } from '../../support/call-api.ts'
import { callOperation } from '../real-api.ts'
import type { RealGround } from '../real-ground.ts'
import type { Simulation } from '../simulation.ts'
import type { Scenario, Trial } from './scenario.ts'

type Calling = {
  /** What tells it apart from other scenarios of the same operation. */
  readonly when?: string
  readonly prepare?: Scenario['prepare']
  readonly call: (subject: string, ground: RealGround, simulation: Simulation) => Omit<Call, 'route'>
  /** How it may be answered besides an error of ours; the first is how it is answered when nothing goes wrong. */
  readonly answers: readonly [number, ...number[]]
  /** How the same call may be answered afterwards, all being well. @default `answers` */
  readonly again?: readonly number[]
  /** Names what is wrong once it has been called again. `isDone`: its first caller was told that it is done. */
  readonly judge?: (trial: Trial & { readonly isDone: boolean; readonly last: Answered }) => Promise<readonly string[]>
}

/**
 * An operation of the API, called through its function. Whatever fails is an error of ours, never the caller's; and who
 * calls again gets what they wanted.
 */
export const calling = (operation: Operation, calling: Calling): Scenario => ({
  name: calling.when === undefined ? operation : `${operation} ${calling.when}`,
  operation,
  prepare: calling.prepare ?? (async () => ''),
  act: (simulation, subject, ground) =>
    callOperation(simulation, ground, operation, calling.call(subject, ground, simulation)),
  judge: (trial) => judge(operation, calling, trial),
})

async function judge(operation: Operation, calling: Calling, trial: Trial): Promise<readonly string[]> {
  const { simulation, ground, subject, isHarmed } = trial
  const answer = trial.outcome as Answered | undefined
  const statuses = isHarmed ? calling.answers : calling.answers.slice(0, 1)
  const problems: string[] = []
  const isOurs = isHarmed && (answer === undefined || answer.status >= 500 || answer.status === THROTTLED)
  if (!isOurs && !statuses.includes(answer?.status ?? 0)) problems.push(`${operation} was answered ${shown(answer)}`)
  const last = await callOperation(simulation, ground, operation, calling.call(subject, ground, simulation))
  if (!last || !(calling.again ?? calling.answers).includes(last.status)) {
    return [...problems, `${operation} was answered ${shown(last)} when it was called again`]
  }
  const isDone = answer !== undefined && answer.status < 300
  const others = (await calling.judge?.({ ...trial, isDone, last })) ?? []
  return [...problems, ...others, ...simulation.evidence.bugs.map(String)]
}

/** Cognito's own throttling shows as it is, with the time to wait. */
const THROTTLED = 429

const shown = (answer: Answered | undefined) => (answer ? `${answer.status} ${JSON.stringify(answer.body)}` : 'never')

/** What must be so, by name; names what is not. */
export const unless = (claims: Readonly<Record<string, boolean>>): readonly string[] =>
  Object.entries(claims).flatMap(([claim, holds]) => (holds ? [] : [`not so: ${claim}`]))

/** A job's id, of a job that is not due soon. */
export const anyJob = async (simulation: Simulation): Promise<string> =>
  (await simulation.create({ cronExpression: '7 3 * * *' })) ?? ''
