import { describe, expect, it } from 'vitest'
import { parseCidrs } from '../../../lambdas/domain/target/address-policy.ts'
import { checkTargetUrl, effectivePort, urlProblem } from '../../../lambdas/domain/target/target-url.ts'
import { allowedUrls, blockedUrls, ownHosts } from './hostile-urls.ts'

const problemOf = (text: string, policy = {}) => {
  const checked = checkTargetUrl(text, policy)
  return checked.ok ? undefined : checked.problem
}
const loopback = parseCidrs('127.0.0.0/8,::1/128')

describe('checkTargetUrl', () => {
  it.each(blockedUrls)('refuses %j (%s)', (url) => {
    expect(problemOf(url, { ownHosts })).toEqual(expect.stringMatching(/^(has|is|leads|must) .*\.$/))
  })

  it.each(allowedUrls)('allows %j', (url, host, port) => {
    const checked = checkTargetUrl(url, { ownHosts })
    expect(checked).toMatchObject({ ok: true })
    if (!checked.ok) return
    expect([checked.url.hostname, effectivePort(checked.url)]).toEqual([host, port])
  })

  it('never quotes what stands before the @', () => {
    expect(problemOf('https://user:hunter2@api.example.com/')).not.toContain('hunter2')
  })

  it.each([
    ['http://localhost:3000/'],
    ['http://app.localhost/'],
    ['http://127.0.0.1:3000/'],
    ['http://127.9.9.9/'],
    ['http://[::1]:3000/'],
  ])('allows %s where loopback is allowed', (url) => {
    if (!loopback.ok) throw new Error(loopback.problem)
    expect(problemOf(url, { allowCidrs: loopback.cidrs })).toBeUndefined()
    expect(problemOf(url)).toBeDefined()
  })

  it.each([['http://10.0.0.1/'], ['http://169.254.169.254/'], ['http://[::ffff:127.0.0.1]/'], ['http://0.0.0.0/']])(
    'still refuses %s where only loopback is allowed',
    (url) => {
      if (!loopback.ok) throw new Error(loopback.problem)
      expect(problemOf(url, { allowCidrs: loopback.cidrs })).toBeDefined()
    },
  )
})

describe('what is said of a URL', () => {
  const AT_ITS_BEGINNING = 'must begin with https:// or http://.'
  it.each([
    ['ftp://example.com/', 'has the scheme "ftp"; only https and http can be called.'],
    ['git+ssh://example.com/', 'has the scheme "git+ssh"; only https and http can be called.'],
    ['x://example.com/', 'has the scheme "x"; only https and http can be called.'],
    ['1ftp://example.com/', AT_ITS_BEGINNING],
    ['example.com/https://example.com/', AT_ITS_BEGINNING],
    ['example.com/ftp://example.com/', AT_ITS_BEGINNING],
    ['https://exa mple.com/{{secrets.A}}', 'is not valid; write one like https://api.example.com/health.'],
    ['FTP://example.com/', 'has the scheme "FTP"; only https and http can be called.'],
    ['example.com', 'must begin with https:// or http://.'],
    [
      '{{secrets.A}}/x:y',
      'has a secret before its path. A secret may stand only in the path or in a query value of the URL.',
    ],
  ])('%j: it %s', (url, problem) => {
    expect(problemOf(url)).toBe(problem)
  })

  it.each(['ftp://example.com/', 'file:///etc/passwd', 'data:text/plain,x', 'ws://example.com/'])(
    'that a redirect names: %s is not called',
    (url) => {
      const { protocol } = new URL(url)
      expect(urlProblem(new URL(url))).toBe(
        `has the scheme "${protocol.slice(0, -1)}"; only https and http can be called.`,
      )
    },
  )

  it('holds for names of up to 253 characters, in labels of up to 63', () => {
    const label = 'a'.repeat(63)
    const name = `${label}.${label}.${label}.${'a'.repeat(57)}.com`
    expect(name).toHaveLength(253)
    expect(problemOf(`https://${name}/`)).toBeUndefined()
    expect(problemOf(`https://${label}a.com/`)).toContain('is not a valid name')
    expect(problemOf(`https://${label}.${label}.${label}.${'a'.repeat(58)}.com/`)).toContain('is not a valid name')
  })

  it.each(['127.0.0.0/8', '::1/128'])('knows localhost where only %s is allowed', (range) => {
    const parsed = parseCidrs(range)
    if (!parsed.ok) throw new Error(parsed.problem)
    expect(problemOf('http://localhost/', { allowCidrs: parsed.cidrs })).toBeUndefined()
  })
})

describe('references to secrets in a URL', () => {
  it.each([
    ['https://api.example.com/{{secrets.A}}'],
    ['https://api.example.com/x{{secrets.A}}y/z'],
    ['https://api.example.com/?secret={{secrets.CRON_SECRET}}'],
    ['https://api.example.com/?a=1&b=x{{secrets.A}}{{secrets.B}}&c'],
    ['https://api.example.com/secretx0x/{{secrets.A}}'],
  ])('may stand in the path and in query values: %s', (url) => {
    expect(problemOf(url)).toBeUndefined()
  })

  it.each([
    ['{{secrets.A}}', 'before its path'],
    ['{{secrets.A}}/path', 'before its path'],
    ['{{secrets.A}}://api.example.com/', 'before its path'],
    ['https://{{secrets.A}}/', 'before its path'],
    ['https://{{secrets.A}}.example.com/', 'before its path'],
    ['https://api.example.com:{{secrets.A}}/', 'before its path'],
    ['https://api.example.com{{secrets.A}}/', 'before its path'],
    ['https://user:{{secrets.A}}@api.example.com/', 'before its path'],
    ['https:\\\\{{secrets.A}}/', 'must begin with'],
    ['https://api.example.com/#{{secrets.A}}', 'after #'],
    ['https://api.example.com/?{{secrets.A}}', 'query name'],
    ['https://api.example.com/?{{secrets.A}}=1', 'query name'],
    ['https://api.example.com/?a=1&{{secrets.A}}=1', 'query name'],
  ])('may not stand in %s', (url, problem) => {
    expect(problemOf(url)).toContain(problem)
  })
})
