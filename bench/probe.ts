import { race } from './many-due/contender.ts'
import { Target } from './many-due/target.ts'
import { fileURLToPath } from 'node:url'
const t = await Target.start()
for (const n of process.argv.slice(2).map(Number))
console.log(await race({ name: 'Punctual', keeps: '', script: fileURLToPath(new URL('./many-due/punctual-process.ts', import.meta.url)), args: [], serverPids: [] }, t, n))
await t.close()
