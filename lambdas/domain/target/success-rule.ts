import * as z from 'zod'
import { definitionDefaults } from '../job/definition-defaults.ts'
import { parseJsonPath } from './json-path.ts'
import { statusRange } from './judge-response.ts'

export const successLimits = { statuses: 20, textLength: 1024, assertions: 10, pathLength: 256 } as const

const StatusRange = z
  .string()
  .refine((text) => statusRange(text) !== undefined, {
    error: 'Must be a status or a range of statuses from 100 to 599, such as "204" or "200-299".',
  })
  .meta({ maxLength: '200-299'.length })

const JsonPath = z
  .string()
  .max(successLimits.pathLength)
  .superRefine((text, context) => {
    const path = parseJsonPath(text)
    if (!path.ok) context.addIssue({ code: 'custom', message: path.problem })
  })

/** When an answer counts as success: all of it must hold. */
export const SuccessRule = z.strictObject({
  status: z.array(StatusRange).min(1).max(successLimits.statuses).default(definitionDefaults.success.status),
  bodyIncludes: z.string().min(1).max(successLimits.textLength).nullable().default(null),
  bodyExcludes: z.string().min(1).max(successLimits.textLength).nullable().default(null),
  json: z
    .array(
      z.strictObject({
        path: JsonPath,
        equals: z.union([z.string().max(successLimits.textLength), z.number(), z.boolean(), z.null()]),
      }),
    )
    .max(successLimits.assertions)
    .default([]),
})
export type SuccessRule = z.infer<typeof SuccessRule>
