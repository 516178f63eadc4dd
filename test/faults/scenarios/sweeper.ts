import { randomUUID } from 'node:crypto'
import { discardLooseValues } from '../../../lambdas/use-cases/discard-value.ts'
import { finishPlanChanges } from '../../../lambdas/use-cases/finish-plan-changes.ts'
import { TENANT } from '../../support/world.ts'
import type { RealGround } from '../real-ground.ts'
import { type Simulation, whatIsWrong } from '../simulation.ts'
import { unless } from './calling.ts'
import { crash, deliver, dueAt, type Fields, jobDue, jobDueSoon, MINUTE_MS, RESULT, type Scenario } from './scenario.ts'

const sweep: Scenario['act'] = (simulation) => simulation.sweep()

/** A job whose row was written, and whose schedule was not made. */
const scheduleRefused = (simulation: Simulation, fields: Fields) =>
  simulation.create(fields, (call) => (call === 'schedules.create' ? 'refused' : undefined))

/** The sweeper's second half. */
const finishPlans = (simulation: Simulation, ground: RealGround) =>
  simulation.asApi(undefined, (deps) => finishPlanChanges({ ...deps, ...ground.apiServices(), pause: async () => {} }))

/** Its last part. */
const discardValues = (simulation: Simulation) => simulation.asApi(undefined, (deps) => discardLooseValues(deps))

/** What the sweeper finds and mends. */
export const sweeper: readonly Scenario[] = [
  {
    name: 'a job whose schedule could not be made',
    async prepare(simulation) {
      const jobId = await scheduleRefused(simulation, { cronExpression: '7 * * * *' })
      await simulation.advance(2 * MINUTE_MS)
      return jobId ?? ''
    },
    act: sweep,
  },
  {
    name: 'a job that has missed runs',
    async prepare(simulation) {
      const jobId = await scheduleRefused(simulation, { cronExpression: 'rate(5 minutes)' })
      await simulation.advance(11 * MINUTE_MS)
      return jobId ?? ''
    },
    act: sweep,
  },
  {
    name: 'a schedule that somebody removed',
    async prepare(simulation) {
      const jobId = await jobDueSoon(simulation)
      await simulation.ground.schedules.remove(`${jobId}.1`)
      await simulation.advance(2 * MINUTE_MS)
      return jobId
    },
    act: sweep,
  },
  {
    name: 'a schedule that belongs to no job',
    async prepare(simulation) {
      const jobId = await jobDueSoon(simulation)
      await simulation.edit(jobId, { cronExpression: '7 * * * *' }, (call) =>
        call === 'schedules.create' ? 'late' : undefined,
      )
      await simulation.delete(jobId)
      await simulation.landStragglers()
      await simulation.advance(11 * MINUTE_MS)
      return jobId
    },
    act: sweep,
  },
  {
    name: 'a job whose schedules could not be removed',
    async prepare(simulation) {
      const jobId = await jobDueSoon(simulation)
      await simulation.delete(jobId, (call) => (call === 'schedules.remove' ? 'refused' : undefined))
      await simulation.advance(2 * MINUTE_MS)
      return jobId
    },
    act: sweep,
  },
  {
    name: 'a run that broke off',
    async prepare(simulation) {
      const jobId = await jobDue()(simulation)
      await crash(simulation, RESULT)
      await simulation.advance(8 * MINUTE_MS)
      return jobId
    },
    act: sweep,
  },
  {
    name: 'a run that was promised and never handed over',
    async prepare(simulation) {
      const jobId = await jobDueSoon(simulation)
      await simulation.requestRun(jobId, (call) => (call === 'ledger.save' ? 'ended after' : undefined))
      await simulation.advance(3 * MINUTE_MS)
      return jobId
    },
    act: sweep,
  },
  {
    name: 'a run that has finished',
    async prepare(simulation) {
      const jobId = await jobDue()(simulation)
      await deliver(simulation)
      await simulation.advance(8 * MINUTE_MS)
      return jobId
    },
    act: sweep,
  },
  {
    name: 'a change of plan that broke off',
    async prepare(simulation, ground) {
      const jobId = await simulation.create({ cronExpression: '7 3 * * *' })
      await ground.apiServices().plans.change(TENANT, 'PREMIUM')
      return jobId ?? ''
    },
    act: (simulation, _jobId, ground) => finishPlans(simulation, ground),
    async judge({ simulation, ground, subject }) {
      await finishPlans(simulation, ground)
      const { plans } = ground.apiServices()
      return [
        ...unless({
          'the job knows the plan': (await ground.jobs.read(TENANT, subject))?.job.plan === 'PREMIUM',
          'nothing is left to do': (await Array.fromAsync(plans.unfinished())).length === 0,
        }),
        ...(await whatIsWrong(simulation)),
      ]
    },
  },
  {
    name: 'a value that nothing refers to',
    async prepare(simulation, ground) {
      const { catalog, vault } = ground.services?.() ?? {}
      // Secrets Manager keeps a name for a week after its deletion.
      const value = { tenant: TENANT, secretId: randomUUID() }
      await catalog?.announce({ ...value, since: simulation.now })
      await vault?.create({ ...value, versionId: randomUUID() }, 'of nobody')
      await simulation.advance(17 * MINUTE_MS)
      return ''
    },
    act: discardValues,
    async judge({ simulation, ground }) {
      await discardValues(simulation)
      return unless({ 'no value is left': (await ground.values()).length === 0 })
    },
  },
  {
    name: 'a job that has fired for the last time',
    async prepare(simulation) {
      const at = new Date(dueAt(simulation)).toISOString().slice(0, 19)
      const jobId = await simulation.create({ cronExpression: `at(${at})` })
      await simulation.advance(70 * MINUTE_MS)
      return jobId ?? ''
    },
    act: sweep,
  },
]
