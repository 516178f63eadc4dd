import { mutants } from './mutants.ts'
import { memoryGround, Simulation, whatIsWrong } from './simulation.ts'

const START = Date.parse('2026-11-21T11:45:00Z')
const ground = memoryGround(START)
const s = new Simulation(ground, { mutate: mutants.reusedNames })
const id = await s.create({ cronExpression: 'rate(5 minutes)' })
await s.advance(600_000)
await s.edit(id!, { cronExpression: 'rate(60 minutes)' }, (_c, i) => (_c === 'schedules.create' ? 'late' : undefined))
await s.edit(id!, { cronExpression: 'rate(3 minutes)' })
console.log(s.stragglers.length, ground.text())
await s.landStragglers()
console.log(ground.text().slice(-600))
console.log(await whatIsWrong(s, 'after'))
