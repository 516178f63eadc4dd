/** A part that the service cannot do without; `probe` rejects when it does not answer. */
export type HealthProbes = Readonly<Record<string, () => Promise<void>>>

export type Health = {
  readonly status: 'ok' | 'degraded'
  readonly checks: Readonly<Record<string, 'ok' | 'failed'>>
  /** Why a check failed: for the log only. */
  readonly errors: Readonly<Record<string, unknown>>
}

/** Asks every part at once whether it answers. */
export async function checkHealth(probes: HealthProbes): Promise<Health> {
  const results = await Promise.all(
    Object.entries(probes).map(async ([name, probe]) => {
      try {
        await probe()
        return { name, failed: false, error: undefined }
      } catch (error) {
        return { name, failed: true, error }
      }
    }),
  )
  const failures = results.filter((result) => result.failed)
  return {
    status: failures.length > 0 ? 'degraded' : 'ok',
    checks: Object.fromEntries(results.map(({ name, failed }) => [name, failed ? 'failed' : 'ok'])),
    errors: Object.fromEntries(failures.map(({ name, error }) => [name, error])),
  }
}
