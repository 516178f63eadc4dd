import type { JobReference } from '../../lambdas/domain/secret/secret.ts'
import type { SecretUsage } from '../../lambdas/ports/secret-usage.ts'

/** Jobs that use secrets, as a test says; `uses` is by tenant, then by secret name. */
export const fixedUsage = (
  uses: Readonly<Record<string, Readonly<Record<string, readonly JobReference[]>>>> = {},
): SecretUsage => ({
  jobsUsing: async (tenant, name) => uses[tenant]?.[name] ?? [],
  all: async (tenant) => new Map(Object.entries(uses[tenant] ?? {})),
})
