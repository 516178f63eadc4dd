import * as z from 'zod'
import { definitionDefaults } from '../job/definition-defaults.ts'
import { headerLimits } from './header-rules.ts'
import { SuccessRule } from './success-rule.ts'
import { targetLimits } from './target-limits.ts'

export const httpMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const
export type HttpMethod = (typeof httpMethods)[number]

const credential = z.string().max(targetLimits.credentialLength)

/** Who the request claims to be; the values may be references to secrets. */
export const TargetAuth = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('none') }),
  z.strictObject({ type: z.literal('basic'), username: credential, password: credential }),
  z.strictObject({ type: z.literal('bearer'), token: credential.min(1) }),
])
export type TargetAuth = z.infer<typeof TargetAuth>

const body = z
  .string()
  .refine((text) => Buffer.byteLength(text) <= targetLimits.bodyBytes, {
    error: ({ input }) =>
      `Must be at most ${targetLimits.bodyBytes} bytes of UTF-8; got ${Buffer.byteLength(String(input))}.`,
  })
  .meta({ maxLength: targetLimits.bodyBytes })
  .nullable()

/** What names and values may be is for `checkTarget` to say; it keeps these limits. */
const headers = z
  .record(
    z.string().meta({ maxLength: headerLimits.nameLength }),
    z.string().meta({ maxLength: headerLimits.valueBytes }),
  )
  .meta({ maxProperties: headerLimits.count })

/**
 * The fields of a job that say what to call, each valid on its own, with its default; `checkTarget` judges what
 * they mean together.
 */
export const targetFields = {
  targetType: z.literal('HTTP').default(definitionDefaults.targetType),
  targetUrl: z
    .string()
    .min(1)
    .max(targetLimits.urlLength)
    .meta({
      description: 'http or https, with a public host. `{{secrets.NAME}}` may stand in the path and the query.',
      examples: ['https://api.example.com/sync'],
    }),
  httpMethod: z.enum(httpMethods).default(definitionDefaults.httpMethod),
  headers: headers.default(definitionDefaults.headers).meta({ description: 'Sent as they are, secrets put in.' }),
  body: body.default(definitionDefaults.body).meta({ description: 'Sent as it is, secrets put in.' }),
  auth: TargetAuth.default(definitionDefaults.auth),
  sign: z.boolean().default(definitionDefaults.sign).meta({
    description: 'Whether calls are signed as Standard Webhooks asks for, with the secret `WEBHOOK_SIGNING_KEY`.',
  }),
  timeout: z
    .int()
    .min(targetLimits.timeoutMs.min)
    .max(targetLimits.timeoutMs.max)
    .default(definitionDefaults.timeout)
    .meta({ description: 'Milliseconds for a whole attempt, redirects included.' }),
  redirects: z
    .enum(['NONE', 'FOLLOW'])
    .default(definitionDefaults.redirects)
    .meta({ description: 'Followed ones lose every credential across origins.' }),
  success: SuccessRule.default(definitionDefaults.success).meta({
    description: 'What counts as success; all of it must hold.',
  }),
  saveResponse: z
    .enum(['ALWAYS', 'ON_FAILURE', 'NEVER'])
    .default(definitionDefaults.saveResponse)
    .meta({ description: 'When the answer is kept with the run.' }),
} as const

/** The HTTP request of a job and how its answer is judged and kept. */
export const Target = z.strictObject(targetFields)
export type Target = z.infer<typeof Target>
