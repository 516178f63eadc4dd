import { describe, expect, it } from 'vitest'
import { openBySystem } from '../../../lambdas/adapters/http-target/connect.ts'
import { resolveTarget } from '../../../lambdas/adapters/http-target/resolve-target.ts'
import { blockedAddressUrls, blockedUrls, ownHosts } from '../../domain/target/hostile-urls.ts'
import { answered, countingSockets, localSender, loopback, requestTo, serve, spyOnSockets } from './local-target.ts'

const parsable = blockedUrls.filter(
  ([text, why]) => URL.canParse(text) && !/control|space|tab|line|NUL|slash/.test(why),
)

describe('a target that must not be called', () => {
  it('is refused in at least 80 forms of address', () => {
    expect(blockedAddressUrls.length).toBeGreaterThanOrEqual(80)
  })

  it.each(parsable)('opens no socket: %s (%s)', async (url) => {
    const opened = spyOnSockets()
    const { asked, openSocket } = countingSockets()
    const sender = localSender({ policy: { ownHosts }, resolve: async () => ['8.8.8.8'], openSocket })
    const attempt = await sender.send(requestTo(url, { timeoutMs: 1000 }))
    expect(attempt).toMatchObject({ kind: 'failure', code: 'BLOCKED_TARGET' })
    expect([...opened, ...asked]).toEqual([])
  })

  it.each(blockedAddressUrls)('is refused by the check before the connection alone: %s (%s)', async (url) => {
    const never = () => Promise.reject(new Error('an address is not resolved'))
    await expect(resolveTarget(new URL(url), {}, never, new AbortController().signal)).rejects.toMatchObject({
      code: 'BLOCKED_TARGET',
    })
  })

  it.each([
    ['private', ['10.0.0.1']],
    ['public and private', ['8.8.8.8', '10.0.0.1']],
    ['public in one family and private in the other', ['8.8.8.8', '::1']],
    ['mapped', ['::ffff:169.254.169.254']],
    ['with a zone', ['fe80::1%eth0']],
    ['nonsense', ['localhost']],
  ])('opens no socket when a public name leads to addresses that are %s', async (_, addresses) => {
    const opened = spyOnSockets()
    const { asked, openSocket } = countingSockets()
    const sender = localSender({ policy: {}, resolve: async () => addresses, openSocket })
    const attempt = await sender.send(requestTo('https://public.example.com/', { timeoutMs: 1000 }))
    expect(attempt).toMatchObject({ kind: 'failure', code: 'BLOCKED_TARGET' })
    expect([...opened, ...asked]).toEqual([])
  })

  it('counts the connections asked for where one is allowed', async () => {
    const { asked, openSocket } = countingSockets()
    const sender = localSender({ policy: {}, resolve: async () => ['8.8.8.8', '2606:4700:4700::1111'], openSocket })
    expect(await sender.send(requestTo('https://public.example.com/'))).toMatchObject({ code: 'CONNECT' })
    expect(asked).toEqual(['8.8.8.8', '2606:4700:4700::1111'])
  })

  it('asks for the addresses of a name once, so that a second answer has no say', async () => {
    const target = await serve((_, response) => response.end('pinned'))
    const answers = [['127.0.0.1'], ['10.0.0.1']]
    const sender = localSender({ resolve: async () => answers.shift() ?? [] })
    const attempt = answered(await sender.send(requestTo(`http://rebind.example.com:${target.port}/`)))
    expect(attempt.text).toBe('pinned')
    expect(answers).toHaveLength(1)
  })

  it('is left at once when the connection ended elsewhere than at the address that was checked', async () => {
    const target = await serve((_, response) => response.end())
    const sender = localSender({
      policy: { allowCidrs: loopback },
      resolve: async () => ['127.0.0.5'],
      openSocket: (_, port) => openBySystem('127.0.0.1', port),
    })
    const attempt = await sender.send(requestTo(`http://target.example.com:${target.port}/`))
    expect(attempt).toMatchObject({ kind: 'failure', code: 'BLOCKED_TARGET' })
    expect(target.requests).toEqual([])
  })

  it.each([
    ['Host', 'other'],
    ['Content-Length', '0'],
    ['Transfer-Encoding', 'chunked'],
    ['Connection', 'x'],
    ['Proxy-Authorization', 'x'],
    ['a b', 'x'],
    ['x', 'a\r\nb: c'],
    ['x', 'a\u0000'],
  ])('gets no request with the header %j: %j', async (name, value) => {
    const { asked, openSocket } = countingSockets()
    const sender = localSender({ openSocket })
    const attempt = await sender.send(requestTo('http://target.example.com/', { headers: { [name]: value } }))
    expect(attempt).toMatchObject({ kind: 'failure', code: 'INVALID_REQUEST' })
    expect(asked).toEqual([])
  })
})
