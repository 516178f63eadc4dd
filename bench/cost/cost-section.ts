import { EchoTarget } from '../../test/support/echo-target.ts'
import type { Findings, ReportTable, Section, Surroundings } from '../report/section.ts'
import { callUsages } from './call-usage.ts'
import { dollarTables, dollarTargets } from './dollar-tables.ts'
import { type MeteredCloud, startMeteredCloud } from './metered-cloud.ts'
import { RunUsage } from './run-usage.ts'
import { usageOfSweep } from './sweep-usage.ts'
import { callsText, type Usage } from './usage.ts'

const KIB = 1024

/** What is counted of runs: each with how it is made to happen. */
const scenarios: readonly (readonly [name: string, run: (runs: RunUsage) => Promise<Usage>])[] = [
  ['plain success', (runs) => runs.plain()],
  ['success, one secret, cold', (runs) => runs.coldSecret()],
  ['success, one secret, warm', (runs) => runs.warmSecret()],
  ['failure', (runs) => runs.failure()],
  ['failure, then success in place', (runs) => runs.retryInPlace()],
  ['failure, then success after a parked wait', (runs) => runs.parkedRetry()],
  ['skipped: the run before is going on', (runs) => runs.skipped()],
  ['delivered a second time', (runs) => runs.duplicate()],
  ['by hand, from the API call on', (runs) => runs.manual()],
  ['a call of 2.5 s, shown meanwhile', (runs) => runs.longCall()],
  ['1 KiB of response kept', (runs) => runs.keptResponse(KIB)],
  ['4 KiB of response kept', (runs) => runs.keptResponse(4 * KIB)],
  ['16 KiB of response kept', (runs) => runs.keptResponse(16 * KIB)],
]

/** Counts what runs and calls use, and what that costs. */
export const costSection: Section = {
  name: 'cost',
  title: 'What AWS bills for, counted; and in dollars',
  async measure(surroundings: Surroundings): Promise<Findings> {
    const metered = await startMeteredCloud(surroundings.scratch)
    const target = await EchoTarget.start()
    try {
      return await count(metered, target, surroundings.say)
    } finally {
      await metered.close()
      await target.close()
    }
  },
}

async function count(metered: MeteredCloud, target: EchoTarget, say: Surroundings['say']): Promise<Findings> {
  const runs = new RunUsage(metered, target)
  await runs.warmUp()
  const counted: { readonly name: string; readonly usage: Usage }[] = []
  for (const [name, run] of scenarios) {
    say(`counting: ${name}`)
    counted.push({ name, usage: await run(runs) })
  }
  say('counting: a sweep')
  const sweepOfJob = await usageOfSweep(metered, runs)
  say('counting: each route')
  const routes = await callUsages(metered)
  const plain = counted[0]?.usage
  if (!plain) throw new Error('No run was counted')
  const executorMb =
    metered.cloud.template.functions.find(({ handler }) => handler === 'executor.handler')?.memoryMb ?? 0
  const bill = { plain, sweepOfJob, executorMb }
  return {
    tables: [runTable(counted), callTable(routes), ...dollarTables(bill)],
    targets: dollarTargets(bill),
  }
}

const runTable = (counted: readonly { readonly name: string; readonly usage: Usage }[]): ReportTable => ({
  title: 'A run',
  rows: counted.map(({ name, usage }) => ({
    run: name,
    'read units': usage.readUnits,
    'write units': usage.writeUnits,
    'Scheduler + Lambda': usage.schedulerInvocations || 1,
    'log bytes': usage.logBytes,
    calls: callsText(usage),
  })),
  notes: [
    'The deployed bundles, a DynamoDB engine that reports units as AWS does, one run at a time. Calls without a service are DynamoDB’s.',
  ],
})

const callTable = (routes: Awaited<ReturnType<typeof callUsages>>): ReportTable => ({
  title: 'A call of the API (a tenant with about 30 jobs; access token)',
  rows: routes.map(({ route, usage }) => ({
    route,
    'read units': usage.readUnits,
    'write units': usage.writeUnits,
    calls: callsText(usage),
  })),
})
