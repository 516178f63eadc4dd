import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import type { Caller, UserCaller } from '../domain/account/caller.ts'
import type { Author } from '../domain/audit/author.ts'
import type { Answer } from './answer.ts'
import { refuseNonAdmin } from './authenticate.ts'
import type { Contract } from './contract.ts'
import { readRequest } from './read-request.ts'
import type { OperationOf, Resource, Route } from './routes.ts'

/** A request that has been validated: everything in it may be trusted. */
export type ApiRequest<Params, Query, Body> = {
  readonly params: Params
  readonly query: Query
  readonly body: Body
  readonly requestId: string
  /** The `If-Match` header as sent. */
  readonly ifMatch: string | undefined
  /** The headers `If-None-Match` and `Accept-Encoding` as sent. */
  readonly ifNoneMatch: string | undefined
  readonly acceptEncoding: string | undefined
  readonly sourceIp: string
  /** Scheme and host under which the API was called, without a slash at the end. */
  readonly origin: string
}

/** A request whose sender is known. */
export type AuthoredRequest<Params, Query, Body> = ApiRequest<Params, Query, Body> & { readonly author: Author }

export type PublicEndpoint = {
  readonly access: 'public'
  readonly serve: (event: APIGatewayProxyEventV2) => Promise<Answer>
}
export type UserEndpoint = {
  readonly access: 'user'
  readonly serve: (event: APIGatewayProxyEventV2, caller: Caller) => Promise<Answer>
}
export type AccountEndpoint = {
  readonly access: 'account'
  readonly serve: (event: APIGatewayProxyEventV2, caller: UserCaller) => Promise<Answer>
}
export type AdminEndpoint = {
  readonly access: 'admin'
  readonly serve: (event: APIGatewayProxyEventV2, caller: UserCaller) => Promise<Answer>
}
export type Endpoint = PublicEndpoint | UserEndpoint | AccountEndpoint | AdminEndpoint

type EndpointOf<R extends Route> = R extends { readonly access: 'public' }
  ? PublicEndpoint
  : R extends { readonly scope: 'account' }
    ? AccountEndpoint
    : R extends { readonly scope: 'admin' }
      ? AdminEndpoint
      : UserEndpoint

/** One endpoint for each operation of a resource, of the kind that access and scope in the route table ask for. */
export type EndpointsOf<R extends Resource> = {
  readonly [O in OperationOf<R>]: EndpointOf<Extract<Route, { readonly operation: O }>>
}

function apiRequest<Params, Query, Body>(
  contract: Contract<Params, Query, Body>,
  event: APIGatewayProxyEventV2,
): ApiRequest<Params, Query, Body> {
  return {
    ...readRequest(contract, event),
    requestId: event.requestContext.requestId,
    ifMatch: event.headers['if-match'],
    ifNoneMatch: event.headers['if-none-match'],
    acceptEncoding: event.headers['accept-encoding'],
    sourceIp: event.requestContext.http.sourceIp,
    origin: `${event.headers['x-forwarded-proto'] ?? 'https'}://${event.headers.host ?? event.requestContext.domainName}`,
  }
}

/** Who makes a change by this request. */
const authorOf = (event: APIGatewayProxyEventV2, caller: Caller): Author => ({
  kind: caller.kind,
  tenant: caller.tenant,
  id: caller.kind === 'user' ? caller.tenant : caller.keyId,
  request: {
    id: event.requestContext.requestId,
    route: event.routeKey,
    sourceIp: event.requestContext.http.sourceIp,
  },
})

/** Validates a request, and adds who sent it. */
const authoredRequest = <Params, Query, Body>(
  contract: Contract<Params, Query, Body>,
  event: APIGatewayProxyEventV2,
  caller: Caller,
): AuthoredRequest<Params, Query, Body> => ({ ...apiRequest(contract, event), author: authorOf(event, caller) })

/** An endpoint that anyone may call. */
export const publicEndpoint = <Params, Query, Body>(
  contract: Contract<Params, Query, Body>,
  handle: (request: ApiRequest<Params, Query, Body>) => Promise<Answer>,
): PublicEndpoint => ({ access: 'public', serve: async (event) => handle(apiRequest(contract, event)) })

/** An endpoint for people and for API keys with the route's scope; what they may see follows from the caller alone. */
export const userEndpoint = <Params, Query, Body>(
  contract: Contract<Params, Query, Body>,
  handle: (request: AuthoredRequest<Params, Query, Body>, caller: Caller) => Promise<Answer>,
): UserEndpoint => ({
  access: 'user',
  serve: async (event, caller) => handle(authoredRequest(contract, event, caller), caller),
})

/** An endpoint for people only. */
export const accountEndpoint = <Params, Query, Body>(
  contract: Contract<Params, Query, Body>,
  handle: (request: AuthoredRequest<Params, Query, Body>, caller: UserCaller) => Promise<Answer>,
): AccountEndpoint => ({
  access: 'account',
  serve: async (event, caller) => handle(authoredRequest(contract, event, caller), caller),
})

/**
 * An endpoint for admins only. Tokens tell who was one when they were made.
 * @param isStillAdmin asks whether they are one now.
 */
export const adminEndpoint = <Params, Query, Body>(
  contract: Contract<Params, Query, Body>,
  isStillAdmin: (caller: UserCaller) => Promise<boolean>,
  handle: (request: AuthoredRequest<Params, Query, Body>, caller: UserCaller) => Promise<Answer>,
): AdminEndpoint => ({
  access: 'admin',
  async serve(event, caller) {
    if (!(await isStillAdmin(caller))) throw refuseNonAdmin()
    return handle(authoredRequest(contract, event, caller), caller)
  },
})
