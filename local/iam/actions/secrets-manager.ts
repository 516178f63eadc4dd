import { z } from 'zod'
import type { WireRequest } from '../../wire-service.ts'
import type { Authorization, Home } from '../authorization.ts'
import { requestBody, targetOperation } from './request-body.ts'
import { UnmappedCall } from './unmapped-call.ts'

const Input = z.object({
  Name: z.string().optional(),
  SecretId: z.string().optional(),
  SecretIdList: z.array(z.string()).default([]),
  Tags: z.array(z.unknown()).default([]),
})

const WITHOUT_RESOURCE = ['BatchGetSecretValue', 'GetRandomPassword', 'ListSecrets']

/** The permissions of calls to Secrets Manager (Service Authorization Reference, "AWS Secrets Manager"). */
export function secretsManagerActions(home: Home, request: WireRequest): readonly Authorization[] {
  const operation = targetOperation(request)
  const { Name, SecretId, SecretIdList, Tags } = requestBody(request, Input)
  const asked = (action: string, resource: string): Authorization => ({
    action: `secretsmanager:${action}`,
    resource,
    context: {},
  })
  if (WITHOUT_RESOURCE.includes(operation))
    return [asked(operation, '*'), ...SecretIdList.map((id) => asked('GetSecretValue', secretArn(home, id)))]
  const secret = operation === 'CreateSecret' ? Name : SecretId
  if (secret === undefined) throw new UnmappedCall(`secretsmanager ${operation}`)
  const arn = secretArn(home, secret)
  // API Reference, "CreateSecret": "If you include tags in the secret, you also need secretsmanager:TagResource."
  const tags = operation === 'CreateSecret' && Tags.length > 0 ? [asked('TagResource', arn)] : []
  return [asked(operation, arn), ...tags]
}

/** ARNs end with six random characters that a caller who knows the name need not know; `??????` stands for them. */
const secretArn = ({ region, accountId }: Home, id: string): string =>
  id.startsWith('arn:') ? id : `arn:aws:secretsmanager:${region}:${accountId}:secret:${id}-??????`
