import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AttemptOrder, type AttemptReport, CAPTURE_BYTES } from './attempt-report.ts'
import { hostileServers } from './hostile-servers.ts'
import { serveRaw } from './local-target.ts'

const MIB = 1_048_576
/** A head that is still allowed, and what Node reads before it knows that one is not. */
const HEAD_BYTES = 4 * 65_536

let child: ChildProcess
async function attempt(order: AttemptOrder): Promise<AttemptReport> {
  const answer = once(child, 'message')
  child.send(order)
  const [report] = await answer
  return report
}

beforeAll(async () => {
  child = fork(fileURLToPath(new URL('attempts-process.ts', import.meta.url)))
  // What the first attempts load is no target's doing.
  const server = createServer((_, response) => response.end('x'.repeat(2 * CAPTURE_BYTES))).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  for (const url of [`http://127.0.0.1:${port}/`, `https://127.0.0.1:${port}/`])
    for (let times = 0; times < 3; times++) await attempt({ url, timeoutMs: 5000, redirects: 'NONE' })
  server.close()
})
afterAll(() => void child.kill())

/** Measured in a process of its own, in which nothing else goes on. */
describe('a hostile server', () => {
  it.each(hostileServers)(
    'is left in time and with a reason: $name',
    async ({ serve, ends, scheme = 'http', redirects = 'NONE' as const }) => {
      const port = await serveRaw(serve)
      const timeoutMs = 'code' in ends && ends.code === 'TIMEOUT' ? 400 : 5000
      const report = await attempt({ url: `${scheme}://127.0.0.1:${port}/`, timeoutMs, redirects })
      expect(report).toMatchObject('code' in ends ? { code: ends.code, status: null } : { code: null, ...ends })
      expect(report.tookMs).toBeLessThan(timeoutMs + 1000)
      expect(report.readBytes).toBeLessThan(CAPTURE_BYTES + MIB + HEAD_BYTES)
      expect(report.bodyBytes).toBeLessThanOrEqual(CAPTURE_BYTES + MIB)
      expect(report.grewMiB).toBeLessThan(64)
    },
  )
})
