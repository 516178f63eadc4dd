import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import type { Caller } from '../domain/account/caller.ts'
import type { Answer } from './answer.ts'
import type { Contract } from './contract.ts'
import { readRequest } from './read-request.ts'
import type { Operation, OperationOf, Resource, Route } from './routes.ts'

/** A request that has been validated: everything in it may be trusted. */
export type ApiRequest<Params, Query, Body> = {
  readonly params: Params
  readonly query: Query
  readonly body: Body
  readonly requestId: string
  /** The `If-Match` header as sent. */
  readonly ifMatch: string | undefined
  readonly sourceIp: string
  /** Scheme and host under which the API was called, without a slash at the end. */
  readonly origin: string
}

export type PublicEndpoint = {
  readonly access: 'public'
  readonly serve: (event: APIGatewayProxyEventV2) => Promise<Answer>
}
export type UserEndpoint = {
  readonly access: 'user'
  readonly serve: (event: APIGatewayProxyEventV2, caller: Caller) => Promise<Answer>
}
export type Endpoint = PublicEndpoint | UserEndpoint

type AccessOf<O extends Operation> = Extract<Route, { readonly operation: O }>['access']

/** One endpoint for each operation of a resource, of the access that the route table names. */
export type EndpointsOf<R extends Resource> = {
  readonly [O in OperationOf<R>]: Extract<Endpoint, { readonly access: AccessOf<O> }>
}

function apiRequest<Params, Query, Body>(
  contract: Contract<Params, Query, Body>,
  event: APIGatewayProxyEventV2,
): ApiRequest<Params, Query, Body> {
  return {
    ...readRequest(contract, event),
    requestId: event.requestContext.requestId,
    ifMatch: event.headers['if-match'],
    sourceIp: event.requestContext.http.sourceIp,
    origin: `${event.headers['x-forwarded-proto'] ?? 'https'}://${event.headers.host ?? event.requestContext.domainName}`,
  }
}

/** An endpoint that anyone may call. */
export const publicEndpoint = <Params, Query, Body>(
  contract: Contract<Params, Query, Body>,
  handle: (request: ApiRequest<Params, Query, Body>) => Promise<Answer>,
): PublicEndpoint => ({ access: 'public', serve: async (event) => handle(apiRequest(contract, event)) })

/** An endpoint for callers with a verified credential; what they may see follows from the caller alone. */
export const userEndpoint = <Params, Query, Body>(
  contract: Contract<Params, Query, Body>,
  handle: (request: ApiRequest<Params, Query, Body>, caller: Caller) => Promise<Answer>,
): UserEndpoint => ({
  access: 'user',
  serve: async (event, caller) => handle(apiRequest(contract, event), caller),
})
