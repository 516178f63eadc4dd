import { Agent, request } from 'node:http'

/**
 * A process of its own that calls an API at some rate while it is told to, whatever comes back: its parent, which
 * measures, shares no event loop with it. Requests come as of many clients that know nothing of each other (a Poisson process). `elsewhere` sends the very same to a server that refuses at once and does nothing
 * else. Started with both URLs, the token and how many requests to send a second.
 */
const [here = '', elsewhere = '', token = '', perSecond = '0'] = process.argv.slice(2)

export type Noise = 'here' | 'elsewhere' | 'off'

const agent = new Agent({ keepAlive: true, maxSockets: 64 })
const statuses: Record<string, number> = {}
let state: Noise = 'off'
let dueMs = 0

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

/** What could not be sent in time is sent late, but not for ever: then the machine does not serve so many. */
const LATEST_MS = 1_000

const gapMs = (): number => (-Math.log(1 - Math.random()) / Number(perSecond)) * 1000

function sendDue(): void {
  const now = performance.now()
  if (state === 'off') dueMs = now + 1
  dueMs = Math.max(dueMs, now - LATEST_MS)
  while (dueMs <= now) {
    send()
    dueMs += gapMs()
  }
  setTimeout(sendDue, dueMs - now)
}
sendDue()

// Nobody is left to tell it to end.
process.on('disconnect', () => process.exit())
process.on('message', (message: Noise | 'end') => {
  state = message === 'end' ? 'off' : message
  if (message !== 'end') return
  process.send?.(statuses)
  process.disconnect?.()
})
