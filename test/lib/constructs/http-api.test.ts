import type { Template } from 'aws-cdk-lib/assertions'
import { beforeAll, describe, expect, it } from 'vitest'
import { planLimits } from '../../../lambdas/domain/account/plan.ts'
import { routes } from '../../../lambdas/http/routes.ts'
import { functionOf, type Json, onlyResource, resourcesOf, templateOf } from '../synthesized.ts'

describe('the HTTP API', () => {
  let template: Template
  beforeAll(async () => {
    template = await templateOf({ corsOrigins: 'https://app.example.com' })
  })

  /** The entry of the function that serves a route. */
  function served(route: { readonly Properties: Json }): string {
    const [, integrationId] = route.Properties.Target['Fn::Join'][1]
    const { Properties } = resourcesOf(template, 'AWS::ApiGatewayV2::Integration')[integrationId.Ref]!
    const functionId = Properties.IntegrationUri['Fn::GetAtt'][0]
    return template.findResources('AWS::Lambda::Function')[functionId]!.Properties.Handler.replace('.handler', '')
  }

  it('has exactly the routes of the route table, each served by the function of its resource', () => {
    const deployed = Object.values(resourcesOf(template, 'AWS::ApiGatewayV2::Route')).map((route) => [
      route.Properties.RouteKey,
      served(route),
    ])
    const table = routes.map(({ method, path, resource }) => [`${method} ${path}`, resource])
    // What no route matches is answered with a problem, too.
    expect(deployed.toSorted()).toEqual([['$default', 'service'], ...table].toSorted())
  })

  it('has one integration and one permission for each function, in the payload format that the functions read', () => {
    const integrations = Object.values(resourcesOf(template, 'AWS::ApiGatewayV2::Integration'))
    const resources = new Set(routes.map(({ resource }) => resource))
    expect(integrations).toHaveLength(resources.size)
    for (const { Properties } of integrations) expect(Properties.PayloadFormatVersion).toBe('2.0')
    expect(Object.keys(resourcesOf(template, 'AWS::Lambda::Permission'))).toHaveLength(resources.size)
  })

  it('waits no longer than its functions run', () => {
    for (const entry of new Set(routes.map(({ resource }) => resource))) {
      expect(functionOf(template, entry).Properties.Timeout).toBe(29)
    }
  })

  it('throttles, and logs each request as one JSON line without query, headers or body', () => {
    const { Properties } = onlyResource(template, 'AWS::ApiGatewayV2::Stage')
    expect(Properties).toMatchObject({
      StageName: '$default',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: expect.any(Number), ThrottlingBurstLimit: expect.any(Number) },
    })
    const line = JSON.parse(Properties.AccessLogSettings.Format)
    expect(line).toMatchObject({ requestId: '$context.requestId', status: '$context.status' })
    expect(JSON.stringify(line)).not.toMatch(/query|header|body|\$context\.path\b/i)
  })

  it('has room for others beside a tenant that sends ten times the largest quota', () => {
    const { ThrottlingRateLimit, ThrottlingBurstLimit } = onlyResource(template, 'AWS::ApiGatewayV2::Stage').Properties
      .DefaultRouteSettings as Record<string, number>
    const quotas = Object.values(planLimits).map(({ requestsPerMinute }) => requestsPerMinute / 60)
    expect(ThrottlingRateLimit).toBeGreaterThanOrEqual(12 * Math.max(...quotas))
    expect(ThrottlingBurstLimit).toBeGreaterThanOrEqual(12 * Math.max(...quotas))
  })

  it('lets the pages of the configured origins call it, read its headers and send no cookies', () => {
    expect(onlyResource(template, 'AWS::ApiGatewayV2::Api').Properties.CorsConfiguration).toMatchObject({
      AllowOrigins: ['https://app.example.com'],
      AllowMethods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
      AllowHeaders: expect.arrayContaining(['authorization', 'content-type', 'if-match', 'idempotency-key']),
      ExposeHeaders: expect.arrayContaining([
        'etag',
        'location',
        'x-request-id',
        'ratelimit',
        'ratelimit-policy',
        'retry-after',
      ]),
      AllowCredentials: false,
    })
  })

  it('lets no page call it when no origin is configured', async () => {
    const closed = await templateOf()
    expect(onlyResource(closed, 'AWS::ApiGatewayV2::Api').Properties.CorsConfiguration).toBeUndefined()
  })
})
