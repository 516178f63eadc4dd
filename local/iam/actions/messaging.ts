import { z } from 'zod'
import type { WireRequest } from '../../wire-service.ts'
import type { Authorization, Home } from '../authorization.ts'
import { requestBody, targetOperation } from './request-body.ts'
import { UnmappedCall } from './unmapped-call.ts'

const QueueInput = z.object({ QueueUrl: z.string().optional(), QueueName: z.string().optional() })

/** The permissions of calls to SQS; a batch takes that of its single call (Service Authorization Reference, "Amazon SQS"). */
export function sqsActions({ region, accountId }: Home, request: WireRequest): readonly Authorization[] {
  const { QueueUrl, QueueName } = requestBody(request, QueueInput)
  const queue = QueueName ?? QueueUrl?.split('/').at(-1)
  const resource = queue === undefined ? '*' : `arn:aws:sqs:${region}:${accountId}:${queue}`
  return [{ action: `sqs:${targetOperation(request).replace(/Batch$/, '')}`, resource, context: {} }]
}

/** The permissions of calls to SNS (Service Authorization Reference, "Amazon SNS"). */
export function snsActions(_home: Home, request: WireRequest): readonly Authorization[] {
  const fields = new URLSearchParams(new TextDecoder().decode(request.body))
  const resource = fields.get('TopicArn') ?? fields.get('TargetArn') ?? '*'
  return [{ action: `sns:${fields.get('Action')}`, resource, context: {} }]
}

const EmailInput = z.object({ FromEmailAddress: z.string() })

/** The permission to send mail (Service Authorization Reference, "Amazon Simple Email Service v2"). */
export function sesActions({ region, accountId }: Home, request: WireRequest): readonly Authorization[] {
  if (request.method !== 'POST' || request.path !== '/v2/email/outbound-emails')
    throw new UnmappedCall(`ses ${request.method} ${request.path}`)
  const { FromEmailAddress } = requestBody(request, EmailInput)
  const address = /<([^>]+)>/.exec(FromEmailAddress)?.[1] ?? FromEmailAddress
  return [{ action: 'ses:SendEmail', resource: `arn:aws:ses:${region}:${accountId}:identity/${address}`, context: {} }]
}
