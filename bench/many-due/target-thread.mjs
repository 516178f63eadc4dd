/**
 * A target on this machine, in a thread of its own: answers at once, and notes when each call came. Plain JavaScript, for
 * the peers' processes use none of ours, and this thread loads nothing but what it needs.
 */
import { createServer } from 'node:http'
import { parentPort, workerData } from 'node:worker_threads'

const arrivals = new Float64Array(workerData.arrivals)
const count = new Int32Array(workerData.count)
const answer = '{"success":true,"message":"Auto-sync completed","synced":2}'
const headers = { 'content-type': 'application/json', 'content-length': String(answer.length) }

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const at = performance.timeOrigin + performance.now()
  const index = Atomics.add(count, 0, 1)
  if (index < arrivals.length) arrivals[index] = at
  request.resume()
  response.writeHead(200, headers).end(answer)
})
server.listen({ port: 0, host: '127.0.0.1', backlog: 16_384 }, () => parentPort.postMessage(server.address().port))
