import { once } from 'node:events'
import { createServer } from 'node:net'
import { portOf } from './wire-server.ts'

/** A loopback port that nobody listens on now, for a program that must be told its port; another may take it first. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const port = portOf(server)
  server.close()
  await once(server, 'close')
  return port
}
