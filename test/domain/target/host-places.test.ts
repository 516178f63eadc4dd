import { describe, expect, it } from 'vitest'
import { hostOf, ownPlaces, sharedPlaces } from '../../../lambdas/domain/target/host-places.ts'

describe('the places of a host', () => {
  it.each([0, 1, 2, 3, 4, 5, 200, 1000])(
    'are as many together as calls may be made at the same time: %i',
    (parallelism) => {
      expect(ownPlaces(parallelism) + sharedPlaces(parallelism)).toBe(parallelism)
      // Whoever has no place of their own can always get one.
      expect(sharedPlaces(parallelism)).toBeGreaterThanOrEqual(Math.min(1, parallelism))
      expect(ownPlaces(parallelism)).toBeLessThanOrEqual(sharedPlaces(parallelism))
    },
  )

  it.each([
    ['https://API.Example.com:8443/x', 'api.example.com'],
    ['https://api.example.com./', 'api.example.com'],
    ['http://api.example.com/{{secrets.A}}?k={{secrets.B}}', 'api.example.com'],
    ['http://0x7f.1/', '127.0.0.1'],
    ['http://[2606:4700:0:0::1111]/', '[2606:4700::1111]'],
    ['nonsense', undefined],
  ])('are those of the host of %s', (url, host) => {
    expect(hostOf(url)).toBe(host)
  })
})
