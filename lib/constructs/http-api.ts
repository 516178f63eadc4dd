import { Duration, Validations } from 'aws-cdk-lib'
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway'
import {
  HttpApi as Api,
  CorsHttpMethod,
  type CorsPreflightOptions,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { type Resource, routes } from '../../lambdas/http/routes.ts'
import { type Configuration, removalPolicyOf } from '../configuration.ts'
import type { PunctualFunction } from './punctual-function.ts'

export interface HttpApiProps {
  readonly configuration: Configuration
  /** Who serves each resource. */
  readonly functions: Readonly<Record<Resource, PunctualFunction>>
}

/**
 * The whole API together, a second; what is above gets 429, whoever sent it. It must leave room for a tenant that sends ten
 * times the largest quota and is refused by us, or that tenant would have others refused.
 */
const THROTTLE = { rateLimit: 2500, burstLimit: 2500 }

/** One line for each request. It names no query, header or body: these may hold what a user would not want in a log. */
const ACCESS_LOG = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  ip: '$context.identity.sourceIp',
  routeKey: '$context.routeKey',
  status: '$context.status',
  responseLength: '$context.responseLength',
  responseLatencyMs: '$context.responseLatency',
  integrationLatencyMs: '$context.integrationLatency',
  integrationError: '$context.integrationErrorMessage',
}

/** The public door: the routes of the route table, each to the function of its resource. */
export class HttpApi extends Construct {
  readonly url: string
  /** The API, for what watches it. */
  readonly api: Api

  constructor(scope: Construct, id: string, { configuration, functions }: HttpApiProps) {
    super(scope, id)
    const { corsOrigins, stage } = configuration
    this.api = new Api(this, 'Api', {
      apiName: `punctual-${stage}`,
      createDefaultStage: false,
      ...(corsOrigins.length === 0 ? {} : { corsPreflight: corsFor(corsOrigins) }),
    })
    const integrations = new Map<Resource, HttpLambdaIntegration>()
    const integrationOf = (resource: Resource): HttpLambdaIntegration => {
      const integration =
        integrations.get(resource) ??
        new HttpLambdaIntegration(resource, functions[resource].lambda, { scopePermissionToRoute: false })
      integrations.set(resource, integration)
      return integration
    }
    for (const { method, path, resource } of routes) {
      const added = this.api.addRoutes({ path, methods: [HttpMethod[method]], integration: integrationOf(resource) })
      acknowledgeAuthorization(
        added,
        'The function verifies the credential before anything else, since it is a Cognito token or an API key, and an authorizer here knows only the first; the route table says which routes are public.',
      )
    }
    const fallback = new HttpRoute(this, 'Fallback', {
      httpApi: this.api,
      routeKey: HttpRouteKey.DEFAULT,
      integration: integrationOf('service'),
    })
    acknowledgeAuthorization([fallback], 'What no route matches is answered with a 404 problem, to anyone.')
    this.url = this.addStage(this.api, configuration)
  }

  private addStage(api: Api, configuration: Configuration): string {
    const logGroup = new LogGroup(this, 'AccessLog', {
      retention: configuration.retention,
      removalPolicy: removalPolicyOf(configuration),
    })
    const stage = new HttpStage(this, 'Stage', {
      httpApi: api,
      autoDeploy: true,
      throttle: THROTTLE,
      accessLogSettings: {
        destination: new LogGroupLogDestination(logGroup),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
    })
    return stage.url.replace(/\/$/, '')
  }
}

function acknowledgeAuthorization(added: readonly HttpRoute[], reason: string): void {
  for (const route of added) Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason })
}

function corsFor(origins: readonly string[]): CorsPreflightOptions {
  return {
    allowOrigins: [...origins],
    allowMethods: [
      CorsHttpMethod.GET,
      CorsHttpMethod.POST,
      CorsHttpMethod.PUT,
      CorsHttpMethod.PATCH,
      CorsHttpMethod.DELETE,
    ],
    allowHeaders: ['authorization', 'content-type', 'idempotency-key', 'if-match'],
    exposeHeaders: ['etag', 'location', 'ratelimit', 'ratelimit-policy', 'retry-after', 'x-request-id'],
    // The credential is a header that the page's own code sets: cookies have no part in it.
    allowCredentials: false,
    maxAge: Duration.hours(1),
  }
}
