import type { Clock } from '../ports/clock.ts'

/** A part that the service cannot do without; `probe` rejects when a request that needs it would fail. */
export type HealthProbes = Readonly<Record<string, () => Promise<void>>>

/** `slow` is an answer that took more than two seconds: requests take long then, and are served. */
export type Check = 'ok' | 'slow' | 'failed'

export type Health = {
  readonly status: 'ok' | 'degraded'
  readonly checks: Readonly<Record<string, Check>>
  /** Why a check failed: for the log only. */
  readonly errors: Readonly<Record<string, unknown>>
}

const SLOW_MS = 2_000

/** Asks every part at once whether it answers. A slow part is not a dead one: only what fails makes the service degraded. */
export async function checkHealth(deps: { readonly probes: HealthProbes; readonly clock: Clock }): Promise<Health> {
  const results = await Promise.all(
    Object.entries(deps.probes).map(async ([name, probe]): Promise<{ name: string; check: Check; error?: unknown }> => {
      const begun = deps.clock()
      try {
        await probe()
        return { name, check: deps.clock() - begun > SLOW_MS ? 'slow' : 'ok' }
      } catch (error) {
        return { name, check: 'failed', error }
      }
    }),
  )
  const failures = results.filter(({ check }) => check === 'failed')
  return {
    status: failures.length > 0 ? 'degraded' : 'ok',
    checks: Object.fromEntries(results.map(({ name, check }) => [name, check])),
    errors: Object.fromEntries(failures.map(({ name, error }) => [name, error])),
  }
}
