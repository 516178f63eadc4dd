import { ApiClient } from '../support/api-client.ts'

export type ApiRoute = {
  readonly method: string
  /** With `{parameters}`. */
  readonly path: string
  readonly access: 'user' | 'public'
}

/** Every route of a running API, as its own description lists them. */
export async function apiRoutes(url: string): Promise<readonly ApiRoute[]> {
  const { paths } = await new ApiClient(url).must('GET', '/api/openapi.json')
  return Object.entries<Record<string, { security: readonly object[] }>>(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { security }]) => ({
      method: method.toUpperCase(),
      path,
      access: security.length > 0 ? 'user' : 'public',
    })),
  )
}
