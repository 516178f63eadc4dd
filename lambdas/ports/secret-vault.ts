/** One version of a secret's value. Versions never change: the same id always has the same value. */
export type SecretVersion = {
  readonly tenant: string
  readonly secretId: string
  readonly versionId: string
}

/** Where values are written to; nothing here reads one. */
export interface SecretVault {
  create(version: SecretVersion, value: string): Promise<void>
  /** @returns false when the secret is gone. */
  addVersion(version: SecretVersion, value: string): Promise<boolean>
  /** Repeating it changes nothing. */
  remove(secret: { readonly tenant: string; readonly secretId: string }): Promise<void>
}
