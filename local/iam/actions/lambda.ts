import type { WireRequest } from '../../wire-service.ts'
import type { Authorization, Home } from '../authorization.ts'
import { UnmappedCall } from './unmapped-call.ts'

const INVOCATIONS = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/

/** The permission to invoke a function (Service Authorization Reference, "AWS Lambda"). */
export function lambdaActions({ region, accountId }: Home, request: WireRequest): readonly Authorization[] {
  const encoded = request.method === 'POST' ? INVOCATIONS.exec(request.path)?.[1] : undefined
  if (encoded === undefined) throw new UnmappedCall(`lambda ${request.method} ${request.path}`)
  // A name, an ARN, or a part of one.
  const name = decodeURIComponent(encoded).replace(/^.*function:/, '')
  const qualifier = request.query.get('Qualifier')
  const resource = `arn:aws:lambda:${region}:${accountId}:function:${name}${qualifier === null ? '' : `:${qualifier}`}`
  return [{ action: 'lambda:InvokeFunction', resource, context: {} }]
}
