import { randomUUID } from 'node:crypto'
import { answerQuery } from '../sns/query-protocol.ts'
import { WireError, type WireRequest, type WireResponse } from '../wire-service.ts'
import type { Authorization } from './authorization.ts'
import type { Decision } from './policy.ts'

/**
 * The sentence by which AWS refuses (IAM User Guide, "Troubleshoot access denied error messages").
 * @param principal ARN of the role's session
 */
export function denialMessage(principal: string, { action, resource }: Authorization, decision: Decision): string {
  const on = resource === '*' ? '' : ` on resource: ${resource}`
  const because =
    decision === 'explicit-deny'
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${action} action`
  return `User: ${principal} is not authorized to perform: ${action}${on} ${because}`
}

/** A refusal in the words of the service that was called. */
export function accessDenied(service: string, request: WireRequest, message: string): WireResponse {
  if (service === 'SNS') return refusedQuery(request, message)
  // REST services name the error in a header, with 403; the others in the body, with 400.
  const isRest = service === 'LAMBDA' || service === 'SCHEDULER' || service === 'SESV2'
  const requestId = { 'x-amzn-requestid': randomUUID() }
  if (isRest)
    return {
      status: 403,
      headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'AccessDeniedException', ...requestId },
      body: JSON.stringify({ Message: message, message }),
    }
  const version = service === 'DYNAMODB' || service === 'SQS' ? '1.0' : '1.1'
  return {
    status: 400,
    headers: { 'content-type': `application/x-amz-json-${version}`, ...requestId },
    body: JSON.stringify({ __type: 'com.amazon.coral.service#AccessDeniedException', Message: message, message }),
  }
}

function refusedQuery(request: WireRequest, message: string): WireResponse {
  const action = new URLSearchParams(new TextDecoder().decode(request.body)).get('Action') ?? ''
  return answerQuery(request, 'http://sns.amazonaws.com/doc/2010-03-31/', {
    [action]() {
      throw new WireError('AuthorizationError', message, 403)
    },
  })
}
