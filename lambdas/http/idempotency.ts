import { createHmac, randomBytes } from 'node:crypto'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import * as z from 'zod'
import type { Caller } from '../domain/account/caller.ts'
import { canonicalText } from '../domain/import/canonical-text.ts'
import { Refusal, refuseFaults } from '../domain/refusal.ts'
import { type AnswerOnceDeps, answerOnce, type Claimed } from '../use-cases/answer-once.ts'
import type { Answer } from './answer.ts'
import { bearerOf } from './authenticate.ts'
import type { Contract } from './contract.ts'
import { seal, unseal } from './sealed-text.ts'

/** What was asked, validated. */
export type Asked = { readonly params: unknown; readonly query: unknown; readonly body: unknown }

/** Lets a handler act once for each Idempotency-Key, and at once where there is none. */
export type ActOnce = (
  request: {
    readonly contract: Contract
    readonly operation: string
    readonly event: APIGatewayProxyEventV2
    readonly caller: Caller
    readonly asked: Asked
  },
  act: (claimed: Claimed | undefined) => Promise<Answer>,
) => Promise<Answer>

const KeptAnswer = z.object({
  status: z.int(),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.unknown().optional(),
})

const FORM = /^[\x21-\x7e]{1,255}$/

function readKey(event: APIGatewayProxyEventV2): string | undefined {
  const key = event.headers['idempotency-key']
  if (key === undefined || FORM.test(key)) return key
  throw refuseFaults([
    { pointer: '/header/idempotency-key', detail: 'must have 1 to 255 characters of visible ASCII, without spaces' },
  ])
}

/** The key goes into it, so that who reads the table cannot try out what may have been in the request. */
const fingerprintOf = ({ params, query, body }: Asked, key: string): string =>
  createHmac('sha256', key).update(canonicalText({ params, query, body })).digest('base64url')

const NONCE_BYTES = 12

const refuseSealed = (): Refusal =>
  new Refusal(
    'answer-shown-once',
    'This request was done, and what its answer shows once is shown again only to the credential that it was sent with.',
  )

/** Idempotency-Key (draft-ietf-httpapi-idempotency-key-header-07) for operations whose contract knows it. */
export function actOnce(deps: AnswerOnceDeps): ActOnce {
  return async ({ contract, operation, event, caller, asked }, act) => {
    const key = contract.idempotency === undefined ? undefined : readKey(event)
    if (key === undefined) return act(undefined)
    const credential = bearerOf(event) ?? ''
    const isSealed = contract.idempotency === 'SEALED'
    const request = { tenant: caller.tenant, operation, key, fingerprint: fingerprintOf(asked, key) }
    const place = `${caller.tenant} ${operation}`
    const { answer, isReplayed } = await answerOnce(deps, request, async (claimed) => {
      const text = JSON.stringify(await act(claimed))
      return isSealed ? seal(text, credential, place, randomBytes(NONCE_BYTES)) : text
    })
    const text = isSealed ? unseal(answer, credential, place) : answer
    if (text === undefined) throw refuseSealed()
    const { headers = {}, ...kept } = KeptAnswer.parse(JSON.parse(text))
    return { ...kept, headers: isReplayed ? { ...headers, 'idempotent-replayed': 'true' } : headers }
  }
}
