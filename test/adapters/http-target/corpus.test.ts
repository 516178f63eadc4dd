import { describe, expect, it } from 'vitest'
import { connectToFirst } from '../../../lambdas/adapters/http-target/connect.ts'
import { type ResolveHost, resolveTarget } from '../../../lambdas/adapters/http-target/resolve-target.ts'
import { effectivePort } from '../../../lambdas/domain/target/target-url.ts'
import { allowedCorpus } from '../../domain/target/corpus/allowed.ts'
import { blockedAddresses, blockedDisguises, rebindingNames } from '../../domain/target/corpus/blocked.ts'
import { ownHosts } from '../../domain/target/hostile-urls.ts'
import { countingSockets, localSender, loopback, requestTo, serve, spyOnSockets } from './local-target.ts'

const PUBLIC = ['8.8.8.8']
const isPublic = (address: string) => [...PUBLIC, '8.8.4.4', '2606:4700:4700::1111'].includes(address)

/** Answers look-up by look-up, the last for ever. */
function resolver(answers: readonly (readonly string[])[]): { resolve: ResolveHost; asked: () => number } {
  let asked = 0
  return { resolve: async () => answers[Math.min(asked++, answers.length - 1)] ?? [], asked: () => asked }
}

describe('a run', () => {
  it('opens no socket for any URL of the corpus, and says that the target is blocked', async () => {
    const opened = spyOnSockets()
    const { asked, openSocket } = countingSockets()
    const sender = localSender({ policy: { ownHosts }, resolve: async () => PUBLIC, openSocket })
    const others = []
    for (const { url, why } of [...blockedAddresses, ...blockedDisguises]) {
      const attempt = await sender.send(requestTo(url, { timeoutMs: 1000 }))
      if (attempt.kind !== 'failure' || attempt.code !== 'BLOCKED_TARGET') others.push({ url, why, attempt })
    }
    expect(others).toEqual([])
    expect([...opened, ...asked]).toEqual([])
  })

  it('asks for a connection for every URL that is to pass', async () => {
    const { asked, openSocket } = countingSockets()
    const sender = localSender({ policy: { ownHosts }, resolve: async () => PUBLIC, openSocket })
    for (const { url } of allowedCorpus)
      expect(await sender.send(requestTo(url.trim(), { timeoutMs: 1000 })), url).toMatchObject({ code: 'CONNECT' })
    expect(asked).toHaveLength(allowedCorpus.length)
  })
})

/** What is left of the guard without any check of the URL. */
describe('the connector alone', () => {
  async function connect(url: string, resolve: ResolveHost) {
    const opened = spyOnSockets()
    const { asked, openSocket } = countingSockets()
    const { signal } = new AbortController()
    const parsed = new URL(url)
    const ended = await resolveTarget(parsed, {}, resolve, signal)
      .then((addresses) => connectToFirst(addresses, effectivePort(parsed), openSocket, signal))
      .catch((error: unknown) => error)
    return { ended, sockets: [...opened, ...asked] }
  }

  it('opens no socket for an address in any spelling', async () => {
    const never: ResolveHost = () => Promise.reject(new Error('an address is not resolved'))
    for (const { url, why } of [...blockedAddresses, ...blockedDisguises])
      expect(await connect(url, never), why).toEqual({
        ended: expect.objectContaining({ code: 'BLOCKED_TARGET' }),
        sockets: [],
      })
  })

  it.each(rebindingNames)(
    'opens none for $name either, whenever it answers with what is not public',
    async ({ name, answers }) => {
      const { resolve } = resolver(answers)
      for (const answer of answers) {
        const { ended, sockets } = await connect(`https://${name}/`, resolve)
        const code = answer.every(isPublic) ? 'CONNECT' : 'BLOCKED_TARGET'
        expect(ended).toMatchObject({ code })
        expect(sockets).toEqual(code === 'CONNECT' ? answer : [])
      }
    },
  )

  it.each(['localhost', 'metadata.google.internal', 'printer.local', 'intranet'])(
    'opens none for the name %s that a resolver inside knows',
    async (name) => {
      const { ended, sockets } = await connect(`http://${name}/`, async () => ['10.1.2.3'])
      expect(ended).toMatchObject({ code: 'BLOCKED_TARGET' })
      expect(sockets).toEqual([])
    },
  )
})

describe('a name that answers differently the second time', () => {
  it.each(rebindingNames)('leads to no forbidden address, attempt after attempt: $name', async ({ name, answers }) => {
    const { resolve, asked: lookedUp } = resolver(answers)
    const { asked, openSocket } = countingSockets()
    const sender = localSender({ policy: {}, resolve, openSocket })
    const codes = []
    for (const _ of answers) {
      const attempt = await sender.send(requestTo(`https://${name}/`, { timeoutMs: 1000 }))
      codes.push(attempt.kind === 'failure' ? attempt.code : attempt.status)
    }
    expect(codes).toEqual(answers.map((answer) => (answer.every(isPublic) ? 'CONNECT' : 'BLOCKED_TARGET')))
    expect(asked.filter((address) => !isPublic(address))).toEqual([])
    // Each attempt looks it up once: there is no second answer to be led astray by.
    expect(lookedUp()).toBe(answers.length)
  })

  it('is checked anew by a redirect to itself', async () => {
    const target = await serve((_, response) => response.writeHead(302, { location: '/again' }).end())
    const { resolve, asked } = resolver([['127.0.0.1'], ['169.254.169.254']])
    const opened = spyOnSockets()
    const attempt = await localSender({ policy: { allowCidrs: loopback }, resolve }).send(
      requestTo(`http://rebind.example.com:${target.port}/`, { redirects: 'FOLLOW' }),
    )
    expect(attempt).toMatchObject({ kind: 'failure', code: 'BLOCKED_TARGET' })
    expect(asked()).toBe(2)
    expect(opened).toHaveLength(1)
    expect(target.requests).toHaveLength(1)
  })
})
