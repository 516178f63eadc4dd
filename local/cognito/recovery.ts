import { z } from 'zod'
import { operation } from '../json-rpc.ts'
import { WireError } from '../wire-service.ts'
import { codeMismatch, deliveryDetails } from './one-time-codes.ts'
import { attemptsOf, type CognitoParts, newPassword } from './parts.ts'
import { ClientId, ConfirmationCode, Password, Username, unknownUser } from './sign-up.ts'
import { emailOf, hasVerifiedEmail } from './user-record.ts'

const ForgotPasswordInput = z.object({ ClientId, Username })
const ConfirmForgotPasswordInput = z.object({ ClientId, Username, ConfirmationCode, Password })

/** A new password for a user who has lost theirs. */
export const recoveryOperations = (parts: CognitoParts) => ({
  ForgotPassword: operation(ForgotPasswordInput, (input) => forgotPassword(parts, input)),
  ConfirmForgotPassword: operation(ConfirmForgotPasswordInput, (input) => confirmForgotPassword(parts, input)),
})

/** With PreventUserExistenceErrors, who cannot get a code is answered as if one had been sent. */
function forgotPassword(
  { pools, users, codes, limits }: CognitoParts,
  { ClientId, Username }: z.infer<typeof ForgotPasswordInput>,
) {
  const { pool, client } = pools.ofClient(ClientId)
  const user = users.find(pool, Username)
  limits.count('send code', attemptsOf(pool, user, Username))
  if (user?.enabled && hasVerifiedEmail(user)) codes.send(pool, user, 'recovery')
  else if (!client.preventUserExistenceErrors) {
    if (!user) throw unknownUser()
    if (!user.enabled) throw new WireError('NotAuthorizedException', 'User is disabled.')
    throw new WireError(
      'InvalidParameterException',
      'Cannot reset password for the user as there is no registered/verified email or phone_number',
    )
  }
  return { CodeDeliveryDetails: deliveryDetails(user ? emailOf(user) : Username) }
}

async function confirmForgotPassword(
  { pools, users, codes, limits }: CognitoParts,
  { ClientId, Username, ConfirmationCode, Password }: z.infer<typeof ConfirmForgotPasswordInput>,
): Promise<void> {
  const { pool, client } = pools.ofClient(ClientId)
  const user = users.find(pool, Username)
  const who = attemptsOf(pool, user, Username)
  limits.count('try code', who)
  const credentials = await newPassword(pool, user?.username ?? '', Password)
  if (!user) throw client.preventUserExistenceErrors ? codeMismatch() : unknownUser()
  if (!user.enabled)
    throw client.preventUserExistenceErrors
      ? codeMismatch()
      : new WireError('NotAuthorizedException', 'User is disabled.')
  codes.check(pool, user, 'recovery', ConfirmationCode)
  codes.remove(pool, user, 'recovery')
  limits.forgive('try code', who)
  limits.signInSucceeded(who)
  users.update(pool, user.username, () => credentials)
}
