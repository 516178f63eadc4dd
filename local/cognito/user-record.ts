import { z } from 'zod'

export const PasswordHash = z.object({ salt: z.string(), hash: z.string(), cost: z.number() })

/** What SRP needs of a password: hexadecimal salt and verifier. Only kept where a client of the pool allows SRP. */
export const SrpVerifier = z.object({ salt: z.string(), verifier: z.string() })

/** One user of a pool. `username` is the `sub`: the pool signs its users in by e-mail address. */
export const UserRecord = z.object({
  username: z.string(),
  attributes: z.record(z.string(), z.string()),
  status: z.enum(['UNCONFIRMED', 'CONFIRMED']),
  enabled: z.boolean(),
  password: PasswordHash,
  srp: SrpVerifier.exactOptional(),
  groups: z.array(z.string()),
  createdAtMs: z.number(),
  modifiedAtMs: z.number(),
})
export type UserRecord = Readonly<z.infer<typeof UserRecord>>

/** A request's list of attributes. */
export const AttributeList = z.array(
  z.object({ Name: z.string().min(1).max(32), Value: z.string().max(2048).default('') }),
)

export const emailOf = (user: UserRecord): string => user.attributes.email ?? ''

export const hasVerifiedEmail = (user: UserRecord): boolean => user.attributes.email_verified === 'true'

/** Attributes as answers list them. */
export const attributeList = (user: UserRecord) =>
  Object.entries({ ...user.attributes, sub: user.username }).map(([Name, Value]) => ({ Name, Value }))

/** A user as an entry of ListUsers. Instants are seconds since the epoch. */
export const listedUser = (user: UserRecord) => ({
  Username: user.username,
  Attributes: attributeList(user),
  UserCreateDate: user.createdAtMs / 1000,
  UserLastModifiedDate: user.modifiedAtMs / 1000,
  Enabled: user.enabled,
  UserStatus: user.status,
})
