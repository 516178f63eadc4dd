import { expect, it } from 'vitest'
import { noActivity } from '../../lambdas/domain/run/activity.ts'
import { changeActivity } from '../../lambdas/use-cases/change-activity.ts'
import { MemoryTable, memoryRunLedger } from '../support/fault-memory.ts'

const JOB = '01JXAMPE00000000000000000K'
const AT_ONCE = 100

it(`lets ${AT_ONCE} that change the same job's activity at the same moment all get through`, async () => {
  const table = new MemoryTable()
  table.of('t', JOB).activity = { ...noActivity, rev: 1 }
  const deps = { ledger: memoryRunLedger(table) }
  const runIds = Array.from({ length: AT_ONCE }, (_, index) => `run ${index}`)
  await Promise.all(
    runIds.map((runId) =>
      changeActivity(deps, 't', JOB, (activity) => ({
        ...activity,
        rev: activity.rev + 1,
        queued: { ...activity.queued, [runId]: 1 },
      })),
    ),
  )
  expect(Object.keys(table.of('t', JOB).activity?.queued ?? {}).sort()).toEqual(runIds.toSorted())
})
