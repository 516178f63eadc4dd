/** Name of a user's secret in Secrets Manager: a path per stage and tenant, by which IAM policies bound access. */
export const vaultName = (stage: string, secret: { readonly tenant: string; readonly secretId: string }): string =>
  `/punctual/${stage}/${secret.tenant}/${secret.secretId}`
