import { Agent, request } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'

/**
 * A process of its own that asks an API for the same again and again, and tells how long it waited for each answer, in
 * milliseconds. Started with the URL and the token; sent how long to go on, in milliseconds.
 */
const [url = '', token = ''] = process.argv.slice(2)

/** Pauses are of any length up to this, so that they keep step with nothing. */
const LONGEST_PAUSE_MS = 6

const options = { agent: new Agent({ keepAlive: true }), headers: { authorization: `Bearer ${token}` } }

const answer = (): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    request(url, options, (response) => response.resume().on('end', () => resolve(response.statusCode)))
      .on('error', reject)
      .end()
  })

async function measure(forMs: number): Promise<number[]> {
  const samples: number[] = []
  for (const until = performance.now() + forMs; performance.now() < until; ) {
    const sentAt = performance.now()
    const status = await answer()
    samples.push(performance.now() - sentAt)
    if (status !== 200) throw new Error(`The quiet one was answered ${status}`)
    await wait(Math.random() * LONGEST_PAUSE_MS)
  }
  return samples
}

process.on('disconnect', () => process.exit())
process.on('message', (forMs: number) => void measure(forMs).then((samples) => process.send?.(samples)))
