import type { JobReference } from '../domain/secret/secret.ts'

/** Which jobs refer to which secrets. */
export interface SecretUsage {
  jobsUsing(tenant: string, name: string): Promise<readonly JobReference[]>
  /** By secret name; a name that no job uses is absent. */
  all(tenant: string): Promise<ReadonlyMap<string, readonly JobReference[]>>
}
