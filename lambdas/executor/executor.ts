import { RunOrder } from '../domain/run/run-order.ts'
import { type ExecuteRunDeps, executeRun } from '../use-cases/execute-run.ts'

type Invocation = { getRemainingTimeInMillis(): number }

/** Serves run orders. It throws only for bugs and outages: Lambda then tries again, and reports what stays undelivered. */
export const executorFunction = (deps: ExecuteRunDeps) => async (event: unknown, invocation: Invocation) => {
  const order = RunOrder.parse(event)
  await executeRun(deps, order, { remainingMs: () => invocation.getRemainingTimeInMillis() })
}
