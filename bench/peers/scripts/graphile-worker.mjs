import { run } from 'graphile-worker'
import pg from 'pg'
import { call, contend } from './contend.mjs'
import { openRuns } from './runs-table.mjs'

const [, , connectionString] = process.argv
const runs = await openRuns(connectionString)
const pool = new pg.Pool({ connectionString })
const quiet = { error: console.error, warn: console.error, info() {}, debug() {} }
const { Logger } = await import('graphile-worker')
let target
let done = () => {}
const runner = await run({
  connectionString,
  concurrency: 100,
  maxPoolSize: 20,
  preset: { worker: { localQueue: { size: 500 }, completeJobBatchDelay: 0 } },
  logger: new Logger(() => (level, message) => quiet[level]?.(message)),
  noHandleSignals: true,
  taskList: {
    async call() {
      await runs.keep(await call(target))
      done()
    },
  },
})

contend({
  async prepare({ count, dueAt, targetUrl }, ran) {
    target = targetUrl
    done = ran
    await pool.query(
      "select graphile_worker.add_job('call', json_build_object('index', index), run_at => $1) from generate_series(1, $2) index",
      [dueAt, count],
    )
  },
  records: runs.count,
  async stop() {
    await runner.stop()
    await pool.query('drop schema graphile_worker cascade')
  },
})
