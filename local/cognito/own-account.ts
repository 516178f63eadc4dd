import { z } from 'zod'
import { operation } from '../json-rpc.ts'
import { WireError } from '../wire-service.ts'
import { changedAttributes, checkWritableByClient } from './attributes.ts'
import { deliveryDetails } from './one-time-codes.ts'
import { attemptsOf, type CognitoParts, newPassword } from './parts.ts'
import { isPassword } from './passwords.ts'
import { ConfirmationCode, Password } from './sign-up.ts'
import { AttributeList, attributeList, emailOf } from './user-record.ts'

const AccessToken = z.string().min(1)
const AttributeName = z.literal('email')

const OwnAccountInput = z.object({ AccessToken })
const UpdateUserAttributesInput = z.object({ AccessToken, UserAttributes: AttributeList })
const AttributeCodeInput = z.object({ AccessToken, AttributeName })
const VerifyUserAttributeInput = z.object({ AccessToken, AttributeName, Code: ConfirmationCode })
const ChangePasswordInput = z.object({ AccessToken, PreviousPassword: Password, ProposedPassword: Password })

/** What a user does with their own access token. */
export const ownAccountOperations = (parts: CognitoParts) => ({
  GetUser: operation(OwnAccountInput, async ({ AccessToken }) => {
    const { user } = await parts.tokens.caller(AccessToken)
    return { Username: user.username, UserAttributes: attributeList(user) }
  }),
  GlobalSignOut: operation(OwnAccountInput, async ({ AccessToken }) => {
    const { pool, user } = await parts.tokens.caller(AccessToken)
    parts.sessions.revokeAll(pool, user)
  }),
  UpdateUserAttributes: operation(UpdateUserAttributesInput, (input) => updateAttributes(parts, input)),
  GetUserAttributeVerificationCode: operation(AttributeCodeInput, async ({ AccessToken }) => {
    const { pool, user } = await parts.tokens.caller(AccessToken)
    parts.limits.count('send code', attemptsOf(pool, user, user.username))
    parts.codes.send(pool, user, 'email')
    return { CodeDeliveryDetails: deliveryDetails(emailOf(user)) }
  }),
  VerifyUserAttribute: operation(VerifyUserAttributeInput, (input) => verifyAttribute(parts, input)),
  ChangePassword: operation(ChangePasswordInput, (input) => changePassword(parts, input)),
})

async function updateAttributes(parts: CognitoParts, input: z.infer<typeof UpdateUserAttributesInput>) {
  const { users, codes, tokens } = parts
  const { pool, user } = await tokens.caller(input.AccessToken)
  checkWritableByClient(input.UserAttributes.map(({ Name }) => Name))
  const change = changedAttributes(parts, pool, user, input.UserAttributes)
  const updated = users.update(pool, user.username, change)
  if (emailOf(updated) === emailOf(user) || !pool.autoVerified.includes('email')) return { CodeDeliveryDetailsList: [] }
  codes.send(pool, updated, 'email')
  return { CodeDeliveryDetailsList: [deliveryDetails(emailOf(updated))] }
}

async function verifyAttribute(
  { users, codes, limits, tokens }: CognitoParts,
  { AccessToken, Code }: z.infer<typeof VerifyUserAttributeInput>,
): Promise<void> {
  const { pool, user } = await tokens.caller(AccessToken)
  const who = attemptsOf(pool, user, user.username)
  limits.count('try code', who)
  codes.check(pool, user, 'email', Code)
  codes.remove(pool, user, 'email')
  limits.forgive('try code', who)
  users.update(pool, user.username, ({ attributes }) => ({ attributes: { ...attributes, email_verified: 'true' } }))
}

async function changePassword(
  { users, limits, tokens }: CognitoParts,
  { AccessToken, PreviousPassword, ProposedPassword }: z.infer<typeof ChangePasswordInput>,
): Promise<void> {
  const { pool, user } = await tokens.caller(AccessToken)
  const who = attemptsOf(pool, user, user.username)
  limits.count('change password', who)
  const credentials = await newPassword(pool, user.username, ProposedPassword)
  if (!(await isPassword(PreviousPassword, user.password)))
    throw new WireError('NotAuthorizedException', 'Incorrect username or password.')
  limits.forgive('change password', who)
  users.update(pool, user.username, () => credentials)
}
