import * as z from 'zod/mini'

/** The request by which a change was made: what finds it in the logs, and where it came from. */
export const AuditedRequest = z.object({
  id: z.string(),
  /** Method and path pattern, e.g. `POST /api/import`. */
  route: z.string(),
  sourceIp: z.string(),
})

/**
 * On whose behalf something is changed: a person, an API key, or Punctual itself. Use cases that change something get it with
 * their other dependencies, so that nothing can be changed by nobody.
 */
export const Author = z.discriminatedUnion('kind', [
  /** `id` is the tenant's for a person and the key's for a key; `tenant` is where the credential belongs. */
  z.object({ kind: z.enum(['user', 'key']), tenant: z.string(), id: z.string(), request: AuditedRequest }),
  z.object({ kind: z.literal('punctual') }),
])
export type Author = Readonly<z.infer<typeof Author>>

/** What a use case needs to change something. */
export type Authored = { readonly author: Author }

/** Dependencies as a function is made with them: the author comes with each request. */
export type Unauthored<Deps extends Authored> = Omit<Deps, 'author'>

export const PUNCTUAL: Author = { kind: 'punctual' }
