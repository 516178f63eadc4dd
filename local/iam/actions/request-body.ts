import type { z } from 'zod'
import type { WireRequest } from '../../wire-service.ts'

/** The JSON body of a request as far as a mapping wants to know it. An empty body counts as an empty object. */
export function requestBody<Body>({ body }: WireRequest, schema: z.ZodType<Body>): Body {
  const text = new TextDecoder().decode(body)
  return schema.parse(text === '' ? {} : JSON.parse(text))
}

/** `DynamoDB_20120810.PutItem` → `PutItem` */
export const targetOperation = ({ headers }: WireRequest): string => headers['x-amz-target']?.split('.')[1] ?? ''
