import { Agent, request } from 'node:http'

/**
 * A process of its own that calls an API at a steady rate while it is told to, whatever comes back: its parent, which
 * measures, shares no event loop with it. Started with the URL, the token and how many requests to send a second.
 */
const [url = '', token = '', perSecond = '0'] = process.argv.slice(2)

const TICK_MS = 10
const agent = new Agent({ keepAlive: true, maxSockets: 64 })
const statuses: Record<string, number> = {}
let isOn = false
let last = performance.now()
let owed = 0

const count = (what: string | number) => (statuses[what] = (statuses[what] ?? 0) + 1)

function send(): void {
  const headers = { authorization: `Bearer ${token}` }
  request(url, { agent, headers }, (response) => response.resume().on('end', () => count(response.statusCode ?? 0)))
    .on('error', () => count('error'))
    .end()
}

setInterval(() => {
  const now = performance.now()
  // What could not be sent in time is sent late, but not for ever: then the machine does not serve so many.
  owed = isOn ? Math.min(owed + ((now - last) * Number(perSecond)) / 1000, Number(perSecond)) : 0
  last = now
  for (; owed >= 1; owed--) send()
}, TICK_MS)

// Nobody is left to tell it to end.
process.on('disconnect', () => process.exit())
process.on('message', (message: 'on' | 'off' | 'end') => {
  isOn = message === 'on'
  if (message !== 'end') return
  process.send?.(statuses)
  process.disconnect?.()
})
