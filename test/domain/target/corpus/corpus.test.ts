import { describe, expect, it } from 'vitest'
import { checkTarget } from '../../../../lambdas/domain/target/check-target.ts'
import { Target } from '../../../../lambdas/domain/target/target.ts'
import { ownHosts } from '../hostile-urls.ts'
import { allowedCorpus } from './allowed.ts'
import { blockedCorpus } from './blocked.ts'
import { ipv4Spellings, octetsOf } from './spellings.ts'

const faultsOf = (targetUrl: string) => checkTarget({ ...Target.parse({ targetUrl: 'x' }), targetUrl }, { ownHosts })

describe('the corpus', () => {
  it('has more than 300 URLs to be blocked and 60 to pass, each once', () => {
    const urls = blockedCorpus.map(({ url }) => url)
    expect(new Set(urls).size).toBeGreaterThanOrEqual(300)
    expect(new Set(allowedCorpus.map(({ url }) => url)).size).toBeGreaterThanOrEqual(60)
    expect(urls.filter((url) => allowedCorpus.some((allowed) => allowed.url === url))).toEqual([])
  })

  it.each(ipv4Spellings)('spells addresses that a parser of URLs really takes for addresses: $name', ({ spell }) => {
    for (const ip of ['127.0.0.1', '169.254.169.254', '8.8.4.4', '10.255.0.9'])
      expect(new URL(`http://${spell(octetsOf(ip))}/`).hostname).toBe(ip)
  })
})

describe('a job', () => {
  it('cannot be saved with any URL of the corpus that is to be blocked, and is told which field is wrong', () => {
    const passed = blockedCorpus.filter(({ url }) => faultsOf(url).every(({ pointer }) => pointer !== '/targetUrl'))
    expect(passed).toEqual([])
    for (const { url } of blockedCorpus)
      for (const { detail } of faultsOf(url)) expect(detail).toMatch(/^The URL (has|is|leads|must) .*\.$/)
  })

  it('can be saved with every URL that is to pass', () => {
    expect(allowedCorpus.filter(({ url }) => faultsOf(url).length > 0)).toEqual([])
    expect(allowedCorpus.filter(({ url, host }) => new URL(url.trim()).hostname !== host)).toEqual([])
  })
})
