import { PgBoss } from 'pg-boss'
import { call, contend } from './contend.mjs'

const boss = new PgBoss({ connectionString: process.argv[2], max: 20, schedule: false, supervise: false })
boss.on('error', console.error)
await boss.start()
const queue = `calls-${process.pid}`
await boss.createQueue(queue)
let isOpen = true

/** As its documentation has it for many jobs: fetched by the hundred, each completed with its output. */
async function work(targetUrl, ran) {
  while (isOpen) {
    const jobs = await boss.fetch(queue, { batchSize: 200 })
    if (jobs.length === 0) await new Promise((resolve) => setTimeout(resolve, 100))
    await Promise.all(
      jobs.map(async ({ id }) => {
        await boss.complete(queue, id, await call(targetUrl))
        await ran()
      }),
    )
  }
}

contend({
  async prepare({ count, dueAt, targetUrl }, ran) {
    const jobs = Array.from({ length: count }, (_, index) => ({ data: { index }, startAfter: dueAt }))
    while (jobs.length > 0) await boss.insert(queue, jobs.splice(0, 1000))
    for (let worker = 0; worker < 2; worker++) void work(targetUrl, ran)
  },
  async records() {
    const { rows } = await boss
      .getDb()
      .executeSql(
        `select count(*) as count from pgboss.job where name = $1 and state = 'completed' and output is not null`,
        [queue],
      )
    return Number(rows[0].count)
  },
  async stop() {
    isOpen = false
    await boss.deleteQueue(queue)
    await boss.stop({ graceful: false })
  },
})
