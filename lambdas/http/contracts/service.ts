import * as z from 'zod'
import { bare, type ContractsOf } from '../contract.ts'

const check = z.enum(['ok', 'failed'])

const Health = z
  .strictObject({
    status: z.enum(['ok', 'degraded']),
    version: z.string(),
    checks: z.strictObject({ table: check }),
  })
  .meta({ id: 'Health' })

export const serviceContracts = {
  readHealth: {
    ...bare,
    summary: 'Is the service well?',
    answers: {
      200: { description: 'Everything answers.', schema: Health },
      503: { description: 'Something does not answer; `checks` says what.', schema: Health },
    },
  },
  readOpenApi: {
    ...bare,
    summary: 'This document',
    answers: {
      200: { description: 'The API in OpenAPI 3.1.', schema: z.looseObject({ openapi: z.literal('3.1.1') }) },
    },
  },
} as const satisfies ContractsOf<'service'>
