import type { Operation } from '../../lambdas/http/routes.ts'
import type { Call } from './call-api.ts'
import { CANARY } from './canary.ts'

type Refused = {
  readonly status: number
  readonly operation: Operation
  readonly call: Omit<Call, 'route'>
}

const job = (fields: object) => ({
  body: { name: 'x', cronExpression: '@hourly', targetUrl: 'https://example.com/', ...fields },
})
const secret = (body: unknown) => ({ params: { name: 'CANARY' }, body })

/**
 * Requests that are refused, although they are about a secret or even hold one where it may stand: nothing of it is to
 * come back. What stands elsewhere is no secret to Punctual, and a caller gets back only what they sent themselves.
 */
export const refusedRequests = (jobId: string): readonly Refused[] => [
  // About jobs and secrets that are there.
  { status: 400, operation: 'patchJob', call: { params: { jobId }, body: { cronExpression: '* *' } } },
  { status: 400, operation: 'patchJob', call: { params: { jobId }, body: { targetUrl: null } } },
  { status: 400, operation: 'patchJob', call: { params: { jobId }, body: { headers: { 'X-Any': '{{secrets.' } } } },
  {
    status: 400,
    operation: 'patchJob',
    call: { params: { jobId }, body: { body: '{{secrets.CANARY}}{{secrets.NONE}}' } },
  },
  {
    status: 412,
    operation: 'patchJob',
    call: { params: { jobId }, body: { name: 'y' }, headers: { 'if-match': '"99999"' } },
  },
  { status: 409, operation: 'deleteSecret', call: { params: { name: 'CANARY' } } },
  { status: 422, operation: 'generateSecret', call: { ...secret({}), headers: { 'idempotency-key': 'generated' } } },
  { status: 404, operation: 'readJob', call: { params: { jobId }, token: 'tenant-2' } },
  { status: 401, operation: 'listSecrets', call: { token: '' } },
  { status: 400, operation: 'listSecrets', call: { query: { cursor: 'x' } } },
  // With a secret in the place for it.
  { status: 400, operation: 'putSecret', call: secret({ value: [CANARY] }) },
  { status: 400, operation: 'putSecret', call: secret({ value: CANARY.repeat(3000) }) },
  { status: 400, operation: 'putSecret', call: secret({ value: `${CANARY}\0` }) },
  { status: 400, operation: 'putSecret', call: secret({ value: CANARY, more: CANARY }) },
  { status: 400, operation: 'putSecret', call: secret(JSON.stringify({ value: CANARY }).slice(0, -2)) },
  { status: 400, operation: 'putSecret', call: secret(`{"value":"${CANARY}`) },
  { status: 400, operation: 'putSecret', call: secret(`{"value":${CANARY}}`) },
  { status: 400, operation: 'putSecret', call: secret(JSON.stringify(CANARY)) },
  { status: 415, operation: 'putSecret', call: { ...secret(CANARY), headers: { 'content-type': 'text/plain' } } },
  { status: 400, operation: 'createJob', call: job({ headers: { 'X-Any': [CANARY] } }) },
  { status: 400, operation: 'createJob', call: job({ headers: { 'X Any': CANARY } }) },
  { status: 400, operation: 'createJob', call: job({ headers: { 'X-Any': `${CANARY}\n` } }) },
  { status: 400, operation: 'createJob', call: job({ headers: CANARY }) },
  { status: 400, operation: 'createJob', call: job({ body: [CANARY] }) },
  { status: 400, operation: 'createJob', call: job({ auth: { type: 'bearer', token: [CANARY] } }) },
  { status: 400, operation: 'createJob', call: job({ auth: { type: 'basic', username: [CANARY], password: CANARY } }) },
  { status: 400, operation: 'createJob', call: job({ auth: { type: CANARY } }) },
  { status: 400, operation: 'createJob', call: job({ auth: CANARY }) },
]
