import { ApiClient } from '../support/api-client.ts'

export type ApiRoute = {
  readonly method: string
  /** With `{parameters}`. */
  readonly path: string
  readonly resource: string
  readonly access: 'user' | 'public'
  /** What an API key needs to call it; undefined where no key will do. */
  readonly scope: string | undefined
}

type Security = readonly { readonly apiKey?: readonly string[] }[]

/** Every route of a running API, as its own description lists them. */
export async function apiRoutes(url: string): Promise<readonly ApiRoute[]> {
  const { paths } = await new ApiClient(url).must('GET', '/api/openapi.json')
  return Object.entries<Record<string, { security: Security; tags: readonly string[] }>>(paths).flatMap(
    ([path, operations]) =>
      Object.entries(operations).map(
        ([
          method,
          {
            security,
            tags: [resource = ''],
          },
        ]) => ({
          method: method.toUpperCase(),
          path,
          resource,
          access: security.length > 0 ? 'user' : 'public',
          scope: security.flatMap(({ apiKey = [] }) => apiKey)[0],
        }),
      ),
  )
}
