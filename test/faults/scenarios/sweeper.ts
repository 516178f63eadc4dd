import type { Simulation } from '../simulation.ts'
import { crash, deliver, dueAt, type Fields, jobDue, jobDueSoon, MINUTE_MS, RESULT, type Scenario } from './scenario.ts'

const sweep: Scenario['act'] = (simulation) => simulation.sweep()

/** A job whose row was written, and whose schedule was not made. */
const scheduleRefused = (simulation: Simulation, fields: Fields) =>
  simulation.create(fields, (call) => (call === 'schedules.create' ? 'refused' : undefined))

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
