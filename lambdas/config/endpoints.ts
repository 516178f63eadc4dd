/**
 * Where Cognito answers when it is not the region's own: the endpoint the AWS SDK itself would take (AWS SDKs and
 * Tools Reference Guide, "Service-specific endpoints"). The keys that sign its tokens are then read there, too.
 */
export const identityEndpoint = (): string | undefined =>
  process.env.AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER || process.env.AWS_ENDPOINT_URL || undefined
