import { callsOf, type Usage } from '../cost/usage.ts'
import { awsPrices } from './aws.ts'

/** How long a function runs for one run, and with how much memory: the one thing that a count cannot tell. */
export type LambdaTime = { readonly memoryMb: number; readonly milliseconds: number }

/** The parts of a price, in dollars. */
export type Dollars = {
  readonly scheduler: number
  readonly lambdaRequests: number
  readonly lambdaTime: number
  readonly writes: number
  readonly reads: number
  readonly secrets: number
  readonly logs: number
}

export const lambdaDollars = ({ memoryMb, milliseconds }: LambdaTime): number =>
  (memoryMb / 1024) * (milliseconds / 1000) * awsPrices.lambdaGbSecond

/** What the usage of one run costs, each invocation of Scheduler being one of Lambda. */
export function dollarsOf(usage: Usage, time: LambdaTime): Dollars {
  const { schedulerInvocations, readUnits, writeUnits, logBytes } = usage
  return {
    scheduler: schedulerInvocations * awsPrices.schedulerInvocation,
    lambdaRequests: schedulerInvocations * awsPrices.lambdaRequest,
    lambdaTime: lambdaDollars(time),
    writes: writeUnits * awsPrices.writeUnit,
    reads: readUnits * awsPrices.readUnit,
    secrets: callsOf(usage, 'SECRETS_MANAGER GetSecretValue') * awsPrices.secretsManagerCall,
    logs: (logBytes / 1e9) * awsPrices.logGb,
  }
}

/**
 * The least that a run with a record can cost on AWS: a schedule that fires, a function of the smallest size for the
 * target's own time and 5 ms, one write; no lock, no read, no log.
 */
export const floorDollars = (targetMs: number): Dollars => ({
  scheduler: awsPrices.schedulerInvocation,
  lambdaRequests: awsPrices.lambdaRequest,
  lambdaTime: lambdaDollars({ memoryMb: 128, milliseconds: targetMs + 5 }),
  writes: awsPrices.writeUnit,
  reads: 0,
  secrets: 0,
  logs: 0,
})

export const sum = (dollars: Dollars): number => Object.values(dollars).reduce((total, part) => total + part, 0)
