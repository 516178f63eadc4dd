import type { z } from 'zod'
import { WireError } from '../wire-service.ts'
import type { CognitoParts } from './parts.ts'
import { isEmail } from './sign-up.ts'
import type { UserPoolDefinition } from './user-pools.ts'
import { type AttributeList, emailOf, type UserRecord } from './user-record.ts'

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
  const email = given.email === emailOf(user) ? undefined : given.email
  if (email !== undefined) {
    if (!isEmail(email)) throw new WireError('InvalidParameterException', 'Invalid email address format.')
    if (email.toLowerCase() !== emailOf(user).toLowerCase() && users.isTaken(pool, email))
      throw new WireError('AliasExistsException', 'An account with the given email already exists.')
  }
  const unproven = email === undefined ? {} : { email_verified: 'false' }
  return ({ attributes }) => ({ attributes: { ...attributes, ...unproven, ...given } })
}
