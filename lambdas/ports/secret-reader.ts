import type { SecretVersion } from './secret-vault.ts'

/** The values of secrets, for the executor alone. */
export interface SecretReader {
  /** @returns the values that exist, and the names that do not, in the order asked for. */
  resolve(
    tenant: string,
    names: readonly string[],
  ): Promise<{ readonly values: ReadonlyMap<string, string>; readonly missing: readonly string[] }>
  /** Reads these secrets anew next time, e.g. because a target has refused a value that may be outdated. */
  forget(tenant: string, names: readonly string[]): Promise<void>
}

/** Where values are read from. */
export interface SecretValues {
  /** @returns undefined when the vault has no such version. */
  read(version: SecretVersion): Promise<string | undefined>
}
