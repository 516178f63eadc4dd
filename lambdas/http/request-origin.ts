import type { APIGatewayProxyEventV2 } from 'aws-lambda'

/**
 * Where the caller reached the API, e.g. `https://api.example.com`. API Gateway writes both headers itself; another gateway
 * may pass on what a caller has made up, so that what is no origin counts for nothing.
 */
export function requestOrigin({ headers, requestContext }: APIGatewayProxyEventV2): string {
  const scheme = headers['x-forwarded-proto'] === 'http' ? 'http' : 'https'
  const told = URL.parse(`${scheme}://${headers.host ?? requestContext.domainName}`)?.origin
  return told ?? `${scheme}://${requestContext.domainName}`
}
