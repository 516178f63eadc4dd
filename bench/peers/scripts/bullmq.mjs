import { Queue, Worker } from 'bullmq'
import { call, contend } from './contend.mjs'

const connection = { host: '127.0.0.1', port: Number(process.argv[2]), maxRetriesPerRequest: null }
const name = `calls-${process.pid}`
const queue = new Queue(name, { connection })
let worker

contend({
  async prepare({ count, dueAt, targetUrl }, ran) {
    worker = new Worker(name, () => call(targetUrl), { connection, concurrency: 200 })
    worker.on('completed', ran)
    const delay = dueAt.getTime() - Date.now()
    const jobs = Array.from({ length: count }, (_, index) => ({ name: 'call', data: { index }, opts: { delay } }))
    while (jobs.length > 0) await queue.addBulk(jobs.splice(0, 1000))
  },
  records: () => queue.getCompletedCount(),
  async stop() {
    await worker?.close(true)
    await queue.obliterate({ force: true })
  },
})
