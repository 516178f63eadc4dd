import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import type { Caller, UserCaller } from '../domain/account/caller.ts'
import type { Author } from '../domain/audit/author.ts'
import type { Claimed } from '../use-cases/answer-once.ts'
import type { Answer } from './answer.ts'
import { refuseNonAdmin } from './authenticate.ts'
import type { Contract } from './contract.ts'
import type { ActOnce } from './idempotency.ts'
import { readRequest } from './read-request.ts'
import { requestOrigin } from './request-origin.ts'
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
  /** By which the ids of what is created are chosen; undefined without an Idempotency-Key. */
  readonly claimed: Claimed | undefined
}

/** A request whose sender is known. */
export type AuthoredRequest<Params, Query, Body> = ApiRequest<Params, Query, Body> & { readonly author: Author }

/** How a request is done once, and the operation that it asks for. */
export type Once = { readonly act: ActOnce; readonly operation: string }

export type PublicEndpoint = {
  readonly access: 'public'
  readonly serve: (event: APIGatewayProxyEventV2) => Promise<Answer>
}
export type UserEndpoint = {
  readonly access: 'user'
  readonly serve: (event: APIGatewayProxyEventV2, caller: Caller, once: Once) => Promise<Answer>
}
export type AccountEndpoint = {
  readonly access: 'account'
  readonly serve: (event: APIGatewayProxyEventV2, caller: UserCaller, once: Once) => Promise<Answer>
}
export type AdminEndpoint = {
  readonly access: 'admin'
  readonly serve: (event: APIGatewayProxyEventV2, caller: UserCaller, once: Once) => Promise<Answer>
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
): Omit<ApiRequest<Params, Query, Body>, 'claimed'> {
  return {
    ...readRequest(contract, event),
    requestId: event.requestContext.requestId,
    ifMatch: event.headers['if-match'],
    ifNoneMatch: event.headers['if-none-match'],
    acceptEncoding: event.headers['accept-encoding'],
    sourceIp: event.requestContext.http.sourceIp,
    origin: requestOrigin(event),
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

/** An endpoint that anyone may call. */
export const publicEndpoint = <Params, Query, Body>(
  contract: Contract<Params, Query, Body>,
  handle: (request: ApiRequest<Params, Query, Body>) => Promise<Answer>,
): PublicEndpoint => ({
  access: 'public',
  serve: async (event) => handle({ ...apiRequest(contract, event), claimed: undefined }),
})

/** What all kinds of guarded endpoints do; what the caller may see follows from the caller alone. */
const guarded =
  <Who extends Caller, Params, Query, Body>(
    contract: Contract<Params, Query, Body>,
    handle: (request: AuthoredRequest<Params, Query, Body>, caller: Who) => Promise<Answer>,
  ) =>
  async (event: APIGatewayProxyEventV2, caller: Who, { act, operation }: Once): Promise<Answer> => {
    const request = { ...apiRequest(contract, event), author: authorOf(event, caller) }
    return act({ contract, operation, event, caller, asked: request }, (claimed) =>
      handle({ ...request, claimed }, caller),
    )
  }

/** An endpoint for people and for API keys with the route's scope. */
export const userEndpoint = <Params, Query, Body>(
  contract: Contract<Params, Query, Body>,
  handle: (request: AuthoredRequest<Params, Query, Body>, caller: Caller) => Promise<Answer>,
): UserEndpoint => ({ access: 'user', serve: guarded(contract, handle) })

/** An endpoint for people only. */
export const accountEndpoint = <Params, Query, Body>(
  contract: Contract<Params, Query, Body>,
  handle: (request: AuthoredRequest<Params, Query, Body>, caller: UserCaller) => Promise<Answer>,
): AccountEndpoint => ({ access: 'account', serve: guarded(contract, handle) })

/**
 * An endpoint for admins only. Tokens tell who was one when they were made.
 * @param isStillAdmin asks whether they are one now.
 */
export const adminEndpoint = <Params, Query, Body>(
  contract: Contract<Params, Query, Body>,
  isStillAdmin: (caller: UserCaller) => Promise<boolean>,
  handle: (request: AuthoredRequest<Params, Query, Body>, caller: UserCaller) => Promise<Answer>,
): AdminEndpoint => {
  const serve = guarded(contract, handle)
  return {
    access: 'admin',
    async serve(event, caller, once) {
      if (!(await isStillAdmin(caller))) throw refuseNonAdmin()
      return serve(event, caller, once)
    },
  }
}
