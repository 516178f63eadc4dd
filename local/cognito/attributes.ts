import type { z } from 'zod'
import { WireError } from '../wire-service.ts'
import type { CognitoParts } from './parts.ts'
import type { UserPoolDefinition } from './user-pools.ts'
import { type AttributeList, emailOf, type UserRecord } from './user-record.ts'

/** What a pool knows of a user without being told (OpenID Connect Core 1.0, "Standard Claims"), but for the sub. */
const STANDARD_ATTRIBUTES: ReadonlySet<string> = new Set([
  'address',
  'birthdate',
  'email',
  'email_verified',
  'family_name',
  'gender',
  'given_name',
  'locale',
  'middle_name',
  'name',
  'nickname',
  'phone_number',
  'phone_number_verified',
  'picture',
  'preferred_username',
  'profile',
  'updated_at',
  'website',
  'zoneinfo',
])

/** Throws InvalidParameterException for names outside the schema; they would become claims of the ID token. */
export function checkSchema(names: readonly string[]): void {
  const unknown = names.find((name) => !STANDARD_ATTRIBUTES.has(name) && !/^custom:\w+$/.test(name))
  if (unknown !== undefined)
    throw new WireError(
      'InvalidParameterException',
      `Attributes did not conform to the schema: ${unknown}: The attribute is not defined in schema.`,
    )
}

/** What only the pool and its administrators may say of a user. Throws NotAuthorizedException. */
export function checkWritableByClient(names: readonly string[]): void {
  if (names.includes('email_verified') || names.includes('phone_number_verified'))
    throw new WireError('NotAuthorizedException', 'A client attempted to write unauthorized attribute')
}

/** An address with a local part and a dotted domain; Cognito looks no further. */
export const isEmail = (text: string): boolean => /^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(text)

/**
 * How to change a user's attributes. A new e-mail address is unverified until proven, unless the same request says it is
 * verified. Throws AliasExistsException for an address that another user has, InvalidParameterException for `sub`.
 */
export function changedAttributes(
  { users }: CognitoParts,
  pool: UserPoolDefinition,
  user: UserRecord,
  list: z.infer<typeof AttributeList>,
): (user: UserRecord) => Pick<UserRecord, 'attributes'> {
  const given = Object.fromEntries(list.map(({ Name, Value }) => [Name, Value]))
  if ('sub' in given)
    throw new WireError('InvalidParameterException', 'user.sub: Cannot modify the non-mutable attribute sub')
  checkSchema(Object.keys(given))
  const email = given.email === emailOf(user) ? undefined : given.email
  if (email !== undefined) {
    if (!isEmail(email)) throw new WireError('InvalidParameterException', 'Invalid email address format.')
    const owner = users.find(pool, email)
    if (owner && owner.username !== user.username)
      throw new WireError('AliasExistsException', 'An account with the given email already exists.')
  }
  const unproven = email === undefined ? {} : { email_verified: 'false' }
  return ({ attributes }) => ({ attributes: withoutBlank({ ...attributes, ...unproven, ...given }) })
}

/** An attribute that is set to nothing is taken away (API Reference, "UpdateUserAttributes"). */
const withoutBlank = (attributes: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== ''))
