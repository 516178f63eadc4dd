import { Agent, request } from 'node:http'

/**
 * A process of its own that calls an API at a steady rate while it is told to, whatever comes back: its parent, which
 * measures, shares no event loop with it. `elsewhere` sends the very same to a server that refuses at once and does nothing
 * else. Started with both URLs, the token and how many requests to send a second.
 */
const [here = '', elsewhere = '', token = '', perSecond = '0'] = process.argv.slice(2)

export type Noise = 'here' | 'elsewhere' | 'off'

const TICK_MS = 10
const agent = new Agent({ keepAlive: true, maxSockets: 64 })
const statuses: Record<string, number> = {}
let state: Noise = 'off'
let last = performance.now()
let owed = 0

const count = (what: string) => (statuses[what] = (statuses[what] ?? 0) + 1)

function send(): void {
  const headers = { authorization: `Bearer ${token}` }
  const name = state
  request(name === 'here' ? here : elsewhere, { agent, headers }, (response) =>
    response.resume().on('end', () => count(`${name} ${response.statusCode}`)),
  )
    .on('error', () => count(`${name} error`))
    .end()
}

setInterval(() => {
  const now = performance.now()
  // What could not be sent in time is sent late, but not for ever: then the machine does not serve so many.
  owed = state !== 'off' ? Math.min(owed + ((now - last) * Number(perSecond)) / 1000, Number(perSecond)) : 0
  last = now
  for (; owed >= 1; owed--) send()
}, TICK_MS)

// Nobody is left to tell it to end.
process.on('disconnect', () => process.exit())
process.on('message', (message: Noise | 'end') => {
  state = message === 'end' ? 'off' : message
  if (message !== 'end') return
  process.send?.(statuses)
  process.disconnect?.()
})
