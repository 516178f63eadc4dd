import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isAllowedAddress, isSameAddress, parseCidrs } from '../../../lambdas/domain/target/address-policy.ts'
import { propertyRuns } from '../../support/property-runs.ts'

const cidrs = (text: string) => {
  const parsed = parseCidrs(text)
  if (!parsed.ok) throw new Error(parsed.problem)
  return parsed.cidrs
}

describe('isAllowedAddress', () => {
  it.each([
    '1.0.0.1',
    '1.1.1.1',
    '8.8.8.8',
    '9.255.255.255',
    '11.0.0.0',
    '52.94.236.248',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.1',
    '168.63.129.15',
    '168.63.129.17',
    '169.253.255.255',
    '169.255.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '191.255.255.255',
    '192.0.1.0',
    '192.0.3.0',
    '192.167.255.255',
    '192.169.0.0',
    '198.17.255.255',
    '198.20.0.0',
    '198.51.99.255',
    '203.0.112.255',
    '203.0.114.0',
    '223.255.255.255',
    '2001:200::1',
    '2001:4860:4860::8888',
    '2003::1',
    '2400:cb00::1',
    '2600:1f18::1',
    '2606:4700:4700::1111',
    '2a00:1450:4001::1',
  ])('allows %s', (ip) => {
    expect(isAllowedAddress(ip)).toBe(true)
  })

  it.each([
    '',
    'example.com',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '08.8.8.8',
    '010.8.8.8',
    '0x8.8.8.8',
    '134744072',
    ' 8.8.8.8',
    '8.8.8.8 ',
    '8.8.8.8/32',
    '[2606:4700:4700::1111]',
    '2606:4700:4700::1111%eth0',
    '2606:4700:4700:::1111',
    '::ffff:8.8.8.8',
    '::8.8.8.8',
    '64:ff9b::8.8.8.8',
    '2002:808:808::',
    '168.63.129.16',
    '4000::1',
    '100:0:0:1::',
  ])('refuses %j', (ip) => {
    expect(isAllowedAddress(ip)).toBe(false)
  })

  it('allows exactly what a range covers, beyond what is public', () => {
    const allowed = cidrs('10.1.0.0/16, fd00::/8, 192.168.7.7')
    expect(['10.1.0.0', '10.1.255.255', 'fd12::1', '192.168.7.7'].map((ip) => isAllowedAddress(ip, allowed))).toEqual([
      true,
      true,
      true,
      true,
    ])
    expect(
      ['10.0.255.255', '10.2.0.0', 'fc00::1', '192.168.7.8', '::ffff:10.1.0.1'].map((ip) =>
        isAllowedAddress(ip, allowed),
      ),
    ).toEqual([false, false, false, false, false])
  })

  it('opens IPv6 forms of IPv4 only for an IPv6 range', () => {
    expect(isAllowedAddress('::ffff:127.0.0.1', cidrs('127.0.0.0/8'))).toBe(false)
    expect(isAllowedAddress('::ffff:127.0.0.1', cidrs('::ffff:127.0.0.0/104'))).toBe(true)
  })

  it('never allows an IPv6 address outside 2000::/3, whatever ipaddr.js calls it', () => {
    const group = fc.integer({ min: 0, max: 0xffff }).map((n) => n.toString(16))
    const first = fc
      .integer({ min: 0, max: 0xffff })
      .filter((n) => n >> 13 !== 1)
      .map((n) => n.toString(16))
    fc.assert(
      fc.property(first, fc.array(group, { minLength: 7, maxLength: 7 }), (head, tail) => {
        expect(isAllowedAddress([head, ...tail].join(':'))).toBe(false)
      }),
    )
  })

  it('decides IPv4 as an independent list of ranges does', () => {
    // IANA IPv4 Special-Purpose Address Registry, multicast, reserved, and the platform address.
    const special = [
      '0.0.0.0/8',
      '10.0.0.0/8',
      '100.64.0.0/10',
      '127.0.0.0/8',
      '169.254.0.0/16',
      '172.16.0.0/12',
      '192.0.0.0/24',
      '192.0.2.0/24',
      '192.31.196.0/24',
      '192.52.193.0/24',
      '192.88.99.0/24',
      '192.168.0.0/16',
      '192.175.48.0/24',
      '198.18.0.0/15',
      '198.51.100.0/24',
      '203.0.113.0/24',
      '224.0.0.0/4',
      '240.0.0.0/4',
      '168.63.129.16/32',
    ].map((range) => {
      const [ip = '', bits = ''] = range.split('/')
      const start = ip.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0)
      return [start, start + 2 ** (32 - Number(bits))] as const
    })
    const edges = special.flatMap(([from, to]) => [from, from - 1, to, to - 1]).filter((n) => n >= 0 && n < 2 ** 32)
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...edges), fc.integer({ min: 0, max: 2 ** 32 - 1 })), (value) => {
        const ip = [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.')
        expect(isAllowedAddress(ip)).toBe(!special.some(([from, to]) => value >= from && value < to))
      }),
      { numRuns: propertyRuns(1000) },
    )
  })
})

describe('parseCidrs', () => {
  it('reads nothing as an empty list', () => {
    expect([cidrs(''), cidrs(' , ')]).toEqual([[], []])
  })

  it.each([
    'localhost',
    '10.0.0.0/33',
    '10.0.0/8',
    '10.0.0.0/-1',
    '10.0.0.0/08',
    '10.0.0.0/',
    '::1/129',
    '10.0.0.0/8/8',
    '127.0.0.1/8;::1',
  ])('names what is wrong in %j', (text) => {
    expect(parseCidrs(`127.0.0.0/8,${text}`)).toEqual({ ok: false, problem: expect.stringContaining(`"${text}"`) })
  })
})

describe('isSameAddress', () => {
  it('compares addresses, not spellings', () => {
    expect(isSameAddress('::1', '0:0:0:0:0:0:0:1')).toBe(true)
    expect(isSameAddress('127.0.0.1', '127.0.0.2')).toBe(false)
    expect(isSameAddress('127.0.0.1', '::ffff:127.0.0.1')).toBe(false)
    expect(isSameAddress('', '')).toBe(false)
    expect(isSameAddress('127.0.0.1', 'localhost')).toBe(false)
  })
})
