import * as z from 'zod'
import { NOT_PLAIN, PLAIN_LINES } from '../plain-text.ts'

/** By this name a target refers to a secret: `{{secrets.NAME}}`. */
export const SecretName = z
  .string()
  .regex(/^[A-Za-z0-9_]{1,64}$/, 'must have 1 to 64 of the characters A-Z, a-z, 0-9 and _')
  .meta({ maxLength: 64, examples: ['CRON_SECRET'] })

/** Largest value (AWS Secrets Manager User Guide, "Quotas": secret value size), in bytes of UTF-8. */
export const LARGEST_SECRET_BYTES = 64 * 1024

const bytesOf = (value: string): number => new TextEncoder().encode(value).byteLength

/** CR, LF and NUL could split a header in two; half a surrogate pair has no UTF-8 form. */
export const SecretValue = z
  .string()
  .min(1)
  .refine((value) => bytesOf(value) <= LARGEST_SECRET_BYTES, {
    error: (issue) => `must have at most ${LARGEST_SECRET_BYTES} bytes in UTF-8, not ${bytesOf(String(issue.input))}`,
  })
  .refine((value) => !/[\0\r\n]/.test(value), 'must not have a carriage return, a line feed or a NUL character')
  .refine((value) => value.isWellFormed(), 'must be well-formed Unicode, without half a surrogate pair')
  .meta({ minLength: 1, maxLength: LARGEST_SECRET_BYTES })

export const SecretDescription = z.string().max(256).regex(PLAIN_LINES, NOT_PLAIN)

/** Everything about a secret but its value, which only the vault has. */
export type Secret = {
  readonly name: string
  /** The vault knows the secret by it. The name is not part of it: a deleted name can be used again at once. */
  readonly secretId: string
  /** The version of the value that counts, whatever else the vault holds. */
  readonly versionId: string
  /** How many versions there have been; the number of the latest. */
  readonly versions: number
  readonly description: string
  /** ISO 8601. */
  readonly createdAt: string
  readonly updatedAt: string
}

/** A job that refers to a secret. */
export type JobReference = { readonly jobId: string; readonly jobName: string }
