import { z } from 'zod'
import { booleanProperty, numberProperty } from './properties.ts'
import type { ResolvedTemplate } from './resolved-template.ts'

export type CorsDefinition = {
  readonly allowOrigins: readonly string[]
  readonly allowMethods: readonly string[]
  readonly allowHeaders: readonly string[]
  readonly exposeHeaders: readonly string[]
  readonly allowCredentials: boolean
  readonly maxAgeSeconds: number | undefined
}

export type RouteDefinition = {
  /** As in the template: `GET /jobs/{jobId}`, `ANY /{proxy+}` or `$default`. */
  readonly routeKey: string
  readonly functionArn: string
  readonly timeoutMs: number
}

export type HttpApiDefinition = {
  readonly id: string
  readonly cors: CorsDefinition | undefined
  readonly routes: readonly RouteDefinition[]
}

/** Longest time that an HTTP API waits for its function. Source: "Quotas for configuring and running an HTTP API". */
const LONGEST_INTEGRATION_MS = 30_000

const words = z.array(z.string()).default([])

const ApiProperties = z.object({
  ProtocolType: z.string().optional(),
  CorsConfiguration: z
    .object({
      AllowOrigins: words,
      AllowMethods: words,
      AllowHeaders: words,
      ExposeHeaders: words,
      AllowCredentials: booleanProperty.default(false),
      MaxAge: numberProperty.optional(),
    })
    .optional(),
})

const RouteProperties = z.object({
  ApiId: z.string(),
  RouteKey: z.string(),
  Target: z.string(),
  AuthorizationType: z.string().default('NONE'),
})

const IntegrationProperties = z.object({
  IntegrationType: z.string(),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.string().optional(),
  TimeoutInMillis: numberProperty.default(LONGEST_INTEGRATION_MS),
})

/** @throws for what would be served otherwise than deployed: authorizers, other integrations, payload format 1.0 */
export function readHttpApis(template: ResolvedTemplate): readonly HttpApiDefinition[] {
  const integrations = readIntegrations(template)
  const routes = template.read(['AWS::ApiGatewayV2::Route'], RouteProperties).map(({ logicalId, properties }) => {
    const integration = integrations.get(properties.Target.replace(/^integrations\//, ''))
    if (!integration) throw new Error(`Route "${logicalId}" has no integration of this template: ${properties.Target}`)
    if (properties.AuthorizationType !== 'NONE')
      throw new Error(
        `Route "${logicalId}" wants ${properties.AuthorizationType} authorization, which the local cloud cannot give`,
      )
    return { apiId: properties.ApiId, route: { routeKey: properties.RouteKey, ...integration } }
  })
  return template.read(['AWS::ApiGatewayV2::Api'], ApiProperties).map(({ name, properties }) => ({
    id: name,
    cors: properties.CorsConfiguration && readCors(properties.CorsConfiguration),
    routes: routes.filter(({ apiId }) => apiId === name).map(({ route }) => route),
  }))
}

function readCors(cors: NonNullable<z.infer<typeof ApiProperties>['CorsConfiguration']>): CorsDefinition {
  return {
    allowOrigins: cors.AllowOrigins,
    allowMethods: cors.AllowMethods,
    allowHeaders: cors.AllowHeaders,
    exposeHeaders: cors.ExposeHeaders,
    allowCredentials: cors.AllowCredentials,
    maxAgeSeconds: cors.MaxAge,
  }
}

function readIntegrations(template: ResolvedTemplate): ReadonlyMap<string, Omit<RouteDefinition, 'routeKey'>> {
  return new Map(
    template.read(['AWS::ApiGatewayV2::Integration'], IntegrationProperties).map(({ name, logicalId, properties }) => {
      // Either the function's ARN or the ARN of its invocation, which holds it.
      const functionArn = /arn:aws:lambda:[^/]+/.exec(properties.IntegrationUri)?.[0]
      if (properties.IntegrationType !== 'AWS_PROXY' || !functionArn || properties.PayloadFormatVersion !== '2.0')
        throw new Error(`Integration "${logicalId}" is not a Lambda proxy with payload format 2.0`)
      return [name, { functionArn, timeoutMs: Math.min(properties.TimeoutInMillis, LONGEST_INTEGRATION_MS) }]
    }),
  )
}
