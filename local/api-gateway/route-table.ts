import type { RouteDefinition } from '../template/http-apis.ts'

export type RouteMatch = {
  readonly route: RouteDefinition
  readonly pathParameters: Readonly<Record<string, string>>
}

type Candidate = { readonly route: RouteDefinition; readonly method: string; readonly segments: readonly string[] }

/**
 * Finds the route of a request: literal segments before parameters, parameters before `{proxy+}`, a method before ANY,
 * `$default` last. Source: API Gateway Developer Guide, "Create routes for HTTP APIs".
 */
export class RouteTable {
  readonly #candidates: readonly Candidate[]
  readonly #fallback: RouteDefinition | undefined

  constructor(routes: readonly RouteDefinition[]) {
    this.#fallback = routes.find(({ routeKey }) => routeKey === '$default')
    this.#candidates = routes
      .filter(({ routeKey }) => routeKey !== '$default')
      .map((route) => {
        const [method = '', path = '/'] = route.routeKey.split(' ')
        return { route, method, segments: path.split('/').slice(1) }
      })
      .sort((a, b) => compareText(precedence(a), precedence(b)))
  }

  /** @param path decoded, as HTTP APIs match it */
  find(method: string, path: string): RouteMatch | undefined {
    const segments = path.split('/').slice(1)
    for (const candidate of this.#candidates) {
      if (candidate.method !== method && candidate.method !== 'ANY') continue
      const pathParameters = matchSegments(candidate.segments, segments)
      if (pathParameters) return { route: candidate.route, pathParameters }
    }
    return this.#fallback && { route: this.#fallback, pathParameters: {} }
  }
}

/** Sorts before another when it is to be tried before it. */
function precedence({ method, segments }: Candidate): string {
  const ranks = segments.map((segment) => (segment.endsWith('+}') ? '2' : segment.startsWith('{') ? '1' : '0'))
  return `${ranks.join('')}${method === 'ANY' ? '~' : '!'}`
}

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

function matchSegments(
  pattern: readonly string[],
  segments: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const parameters: Record<string, string> = {}
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index]
    if (segment === undefined) return undefined
    if (part.endsWith('+}')) {
      parameters[part.slice(1, -2)] = segments.slice(index).join('/')
      return parameters
    }
    if (!part.startsWith('{')) {
      if (part !== segment) return undefined
    } else if (segment === '') return undefined
    else parameters[part.slice(1, -1)] = segment
  }
  return pattern.length === segments.length ? parameters : undefined
}
