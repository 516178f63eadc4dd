import { describe, expect, it } from 'vitest'
import { CallerShares } from '../../../local/lambda/caller-shares.ts'
import { promotedBytes } from '../../support/promoted-bytes.ts'

/** Shares at a time that only the test moves on. */
function atRest() {
  let now = 0
  const shares = new CallerShares(() => now)
  const call = (caller: string, times = 1) => {
    for (let n = 0; n < times; n++) {
      shares.begin(caller)
      shares.end(caller)
    }
  }
  return { shares, call, pass: (ms: number) => (now += ms) }
}

describe('a caller who has had a lot', () => {
  it('waits while an invocation runs for one who has had little, and no longer', () => {
    const { shares, call, pass } = atRest()
    call('noisy', 500)
    shares.begin('quiet')
    pass(1)
    expect(shares.mustWait('noisy')).toBe(true)
    expect([shares.mustWait('quiet'), shares.mustWait('newcomer')]).toEqual([false, false])
    shares.end('quiet')
    expect(shares.mustWait('noisy')).toBe(false)
  })

  it('gets one invocation at a time while there are others, and rests after it', () => {
    const { shares, call, pass } = atRest()
    call('quiet')
    call('noisy', 500)
    pass(1)
    shares.begin('noisy')
    pass(10)
    expect(shares.mustWait('noisy')).toBe(true)
    shares.end('noisy')
    expect(shares.mustWait('noisy')).toBe(true)
    pass(1)
    expect(shares.mustWait('noisy')).toBe(false)
    shares.begin('noisy')
    pass(1_001)
    call('noisy', 500)
    expect(shares.mustWait('noisy')).toBe(false)
  })

  it('gets as many as there is room for while there is nobody else', () => {
    const { shares, call } = atRest()
    call('noisy', 500)
    for (let n = 0; n < 10; n++) {
      expect(shares.mustWait('noisy')).toBe(false)
      shares.begin('noisy')
    }
  })

  it('waits for nobody who has had nearly as much', () => {
    const { shares, call, pass } = atRest()
    call('noisy', 380)
    call('busy', 98)
    shares.begin('busy')
    pass(1)
    expect(shares.mustWait('noisy')).toBe(false)
    expect(shares.mustWait('busy')).toBe(false)
  })

  it('is never kept from what everybody gets: who waits has soon not had a lot', () => {
    const { shares, call, pass } = atRest()
    call('noisy', 1_000)
    shares.begin('quiet')
    let [begun, elapsed] = [0, 0]
    for (; elapsed < 10_000; elapsed += 5) {
      pass(5)
      if (shares.mustWait('noisy')) continue
      call('noisy')
      begun++
    }
    expect(begun).toBeGreaterThan(500)
    expect(begun).toBeLessThan(2_000)
  })
})

describe('a caller who has not had a lot', () => {
  it('waits for nobody', () => {
    const { shares, call } = atRest()
    call('someone', 98)
    shares.begin('other')
    shares.begin('someone')
    expect(shares.mustWait('someone')).toBe(false)
  })

  it('is told apart from the others, however many there were', () => {
    const { shares, call, pass } = atRest()
    call('noisy', 1_000_000)
    for (let n = 0; n < 5_000; n++) {
      call(`caller ${n}`)
      pass(1)
    }
    shares.begin('quiet')
    call('noisy', 500)
    expect(shares.mustWait('noisy')).toBe(true)
    shares.end('quiet')
    pass(1)
    expect(shares.mustWait('noisy')).toBe(false)
  })
})

describe('somebody who waits', () => {
  it('is called when an invocation has ended', () => {
    const { shares } = atRest()
    const calls: string[] = []
    shares.begin('quiet')
    shares.whenChanged(() => calls.push('called'))
    expect(calls).toEqual([])
    shares.end('quiet')
    shares.end('quiet')
    expect(calls).toEqual(['called'])
  })

  it('is called when time has passed and nothing else has happened', async () => {
    const { shares } = atRest()
    await new Promise<void>((resolve) => shares.whenChanged(resolve))
    expect(shares.mustWait('anybody')).toBe(false)
  })
})

describe('an invocation that has ended', () => {
  it('is not held any longer', () => {
    const { shares } = atRest()
    const bytes = promotedBytes((n) => {
      const callers = [`caller ${n % 50}`, 'another']
      for (const caller of callers) shares.begin(caller)
      shares.whenChanged(() => n)
      for (const caller of callers) shares.end(caller)
    })
    expect(bytes).toBeLessThan(300_000)
  })
})
