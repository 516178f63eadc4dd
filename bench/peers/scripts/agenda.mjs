import { PostgresBackend } from '@agendajs/postgres-backend'
import { Agenda } from 'agenda'
import { call, contend } from './contend.mjs'
import { openRuns } from './runs-table.mjs'

const [, , connectionString] = process.argv
const runs = await openRuns(connectionString)
const agenda = new Agenda({
  backend: new PostgresBackend({ connectionString }),
  processEvery: 500,
  maxConcurrency: 200,
  defaultConcurrency: 200,
})
await agenda.ready

contend({
  async prepare({ count, dueAt, targetUrl }, ran) {
    agenda.define('call', async () => {
      await runs.keep(await call(targetUrl))
      void ran()
    })
    for (let index = 0; index < count; index += 50) {
      const some = Array.from({ length: Math.min(50, count - index) }, (_, more) => index + more)
      await Promise.all(some.map((number) => agenda.schedule(dueAt, 'call', { number })))
    }
    await agenda.start()
  },
  records: runs.count,
  async stop() {
    await agenda.stop()
    await agenda.purge?.()
  },
})
