import { describe, expect, it } from 'vitest'
import { parseCidrs } from '../../../lambdas/domain/target/address-policy.ts'
import { checkTargetUrl, effectivePort } from '../../../lambdas/domain/target/target-url.ts'
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
