import * as z from 'zod'
import { bare, type ContractsOf } from '../contract.ts'

const check = z.enum(['ok', 'slow', 'failed']).meta({ description: '`slow`: it took more than two seconds to answer.' })

const Health = z
  .strictObject({
    status: z.enum(['ok', 'degraded']),
    version: z.string(),
    checks: z.strictObject({ table: check }),
  })
  .meta({ id: 'Health' })

const unchanged = { 304: { description: 'The file is still as `If-None-Match` says.' } } as const

export const serviceContracts = {
  readHealth: {
    ...bare,
    summary: 'Is the service well?',
    answers: {
      200: { description: 'Everything answers, if slowly.', schema: Health },
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
  readReference: {
    ...bare,
    summary: 'This document, for people',
    answers: {
      200: { description: 'The reference page.', schema: z.string(), mediaType: 'text/html' },
      ...unchanged,
    },
  },
  readReferenceFile: {
    ...bare,
    summary: 'A file of the reference page',
    params: z.strictObject({
      file: z
        .string()
        .min(1)
        .max(64)
        .meta({ examples: ['page.css'] }),
    }),
    answers: { 200: { description: 'The file.', schema: z.string(), mediaType: '*/*' }, ...unchanged },
  },
} as const satisfies ContractsOf<'service'>
