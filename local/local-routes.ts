import type { LocalRoutes } from './api-gateway/http-api.ts'
import type { Mailbox } from './mail/mailbox.ts'
import type { WireResponse } from './wire-service.ts'

/** What the local cloud serves beside the API, under a path that no deployment has. */
const PREFIX = '/_local/'

/** `GET /_local/mailbox?to=<email>`: the mail that would have gone out, newest first. */
export const localRoutes = (mailbox: Mailbox): LocalRoutes => ({
  prefix: PREFIX,
  async answer({ method, path, query, headers }) {
    if (!isLoopback(headers.host)) return json(403, { message: 'Forbidden' })
    if (path !== `${PREFIX}mailbox`) return json(404, { message: 'Not Found' })
    if (method !== 'GET') return json(405, { message: 'Method Not Allowed' })
    return json(200, { messages: mailbox.list(query.get('to') ?? undefined) })
  },
})

/** Under any other name a page in a browser could read this by rebinding its own name to this machine. */
const isLoopback = (host = ''): boolean => /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(host)

const json = (status: number, body: unknown): WireResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})
