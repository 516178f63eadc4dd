import { explore } from '/work/main/test/support/fault-explorer.ts'
import { sceneOf } from '/work/main/test/faults/plots.ts'
const plot = JSON.parse(process.argv[2]!)
const t = performance.now()
const r = await explore(sceneOf(plot), { faults: plot.faults })
console.log(process.argv[2], r.states, r.ends, Math.round(performance.now() - t), process.cpuUsage().user / 1e6)
for (const v of r.violations) console.log(v)
