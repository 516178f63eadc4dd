import * as z from 'zod'
import type { OperationOf, Resource } from './routes.ts'
import type { TagKey } from './tags.ts'

/** What one operation takes and answers. It validates the requests, and OpenAPI is generated from it. */
export type Contract<Params = unknown, Query = unknown, Body = unknown> = {
  readonly summary: string
  /** The heading under which the reference page has it; the resource unless said otherwise. */
  readonly tag?: TagKey
  readonly description?: string
  readonly params: z.ZodType<Params>
  readonly query: z.ZodType<Query>
  readonly body: z.ZodType<Body>
  /** The body may be left out, which then counts as `{}`. */
  readonly isBodyOptional?: boolean
  /** Media types that the body may have; `application/json` unless said otherwise. */
  readonly mediaTypes?: readonly string[]
  /** Largest body that is read, in bytes; `LARGEST_BODY_BYTES` unless said otherwise. */
  readonly largestBodyBytes?: number
  /**
   * What creates something knows Idempotency-Key: its first answer is kept and given again, or sealed for the credential
   * that it was given to, because it shows what is shown once.
   */
  readonly idempotency?: 'KEPT' | 'SEALED'
  /** Successful answers by status; `schema` is absent for answers without a body, `mediaType` for JSON. */
  readonly answers: Readonly<
    Record<number, { readonly description: string; readonly schema?: z.ZodType; readonly mediaType?: string }>
  >
}

/** Marks a part that a request does not have. */
export const nothing = z.undefined()

/** A contract of an operation that takes nothing; spread it and add the parts that a request does have. */
export const bare = { params: nothing, query: nothing, body: nothing } as const

/** One contract for each operation of a resource; an operation without one does not compile. */
export type ContractsOf<R extends Resource> = { readonly [O in OperationOf<R>]: Contract }
