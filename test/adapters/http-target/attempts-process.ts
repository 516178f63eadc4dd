import type { Socket } from 'node:net'
import { openBySystem } from '../../../lambdas/adapters/http-target/connect.ts'
import { createHttpTargetSender } from '../../../lambdas/adapters/http-target/http-target-sender.ts'
import { parseCidrs } from '../../../lambdas/domain/target/address-policy.ts'
import { type AttemptOrder, type AttemptReport, CAPTURE_BYTES } from './attempt-report.ts'

const allowed = parseCidrs('127.0.0.1')
const sockets: Socket[] = []
const sender = createHttpTargetSender({
  policy: { allowCidrs: allowed.ok ? allowed.cidrs : [] },
  userAgent: 'Punctual/test',
  resolve: async () => ['127.0.0.1'],
  openSocket(address, port) {
    const socket = openBySystem(address, port)
    sockets.push(socket)
    return socket
  },
})
/** The kernel's own count, which misses no peak. */
const peakMiB = () => process.resourceUsage().maxRSS / 1024

async function attempt({ url, timeoutMs, redirects }: AttemptOrder): Promise<AttemptReport> {
  const before = peakMiB()
  sockets.length = 0
  const startedAt = performance.now()
  const sent = await sender.send({
    method: 'GET',
    url: new URL(url),
    headers: {},
    body: null,
    timeoutMs,
    redirects,
    captureBytes: CAPTURE_BYTES,
  })
  const tookMs = performance.now() - startedAt
  const answer = sent.kind === 'response' ? sent : undefined
  return {
    code: sent.kind === 'failure' ? sent.code : null,
    status: answer?.status ?? null,
    bodyBytes: answer?.bodyBytes ?? 0,
    tookMs,
    readBytes: sockets.reduce((sum, socket) => sum + socket.bytesRead, 0),
    grewMiB: peakMiB() - before,
  }
}

process.on('message', (order: AttemptOrder) => {
  void attempt(order).then((report) => process.send?.(report))
})
