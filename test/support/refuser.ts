import { createServer } from 'node:http'
import { portOf } from '../../local/wire-server.ts'

/** A process of its own that refuses whatever it is asked, with as little work as there can be. Tells its parent its port. */
const body = JSON.stringify({ title: 'Too many requests', status: 429 })
const headers = { 'content-type': 'application/problem+json', 'content-length': Buffer.byteLength(body) }

const server = createServer((_request, response) => response.writeHead(429, headers).end(body))
server.listen(0, '127.0.0.1', () => process.send?.(portOf(server)))

// Nobody is left to refuse.
process.on('disconnect', () => process.exit())
