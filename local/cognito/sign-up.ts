import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { operation } from '../json-rpc.ts'
import { WireError } from '../wire-service.ts'
import { checkSchema, checkWritableByClient, isEmail } from './attributes.ts'
import { deliveryDetails, expiredCode } from './one-time-codes.ts'
import { attemptsOf, type CognitoParts, newPassword } from './parts.ts'
import { AttributeList, emailOf } from './user-record.ts'

export const ClientId = z.string().min(1).max(128)
export const Username = z.string().min(1).max(128)
export const Password = z.string().min(1).max(256)
export const ConfirmationCode = z.string().min(1).max(2048)

const SignUpInput = z.object({ ClientId, Username, Password, UserAttributes: AttributeList.default([]) })
const ConfirmSignUpInput = z.object({ ClientId, Username, ConfirmationCode })
const ResendConfirmationCodeInput = z.object({ ClientId, Username })

/** From nobody to a confirmed user. */
export const signUpOperations = (parts: CognitoParts) => ({
  SignUp: operation(SignUpInput, (input) => signUp(parts, input)),
  ConfirmSignUp: operation(ConfirmSignUpInput, (input) => confirmSignUp(parts, input)),
  ResendConfirmationCode: operation(ResendConfirmationCodeInput, (input) => resendCode(parts, input)),
})

async function signUp({ pools, users, codes }: CognitoParts, input: z.infer<typeof SignUpInput>) {
  const { pool } = pools.ofClient(input.ClientId)
  const given = Object.fromEntries(input.UserAttributes.map(({ Name, Value }) => [Name, Value]))
  checkSignUpAttributes(input.Username, given)
  const username = randomUUID()
  const user = users.add(pool, {
    username,
    attributes: { ...given, email: input.Username, email_verified: 'false' },
    status: 'UNCONFIRMED',
    enabled: true,
    groups: [],
    ...(await newPassword(pool, username, input.Password)),
  })
  const answer = { UserConfirmed: false, UserSub: user.username }
  if (!pool.autoVerified.includes('email')) return answer
  codes.send(pool, user, 'sign-up')
  return { ...answer, CodeDeliveryDetails: deliveryDetails(emailOf(user)) }
}

function checkSignUpAttributes(username: string, attributes: Readonly<Record<string, string>>): void {
  if (!isEmail(username)) throw new WireError('InvalidParameterException', 'Username should be an email.')
  checkSchema(Object.keys(attributes))
  checkWritableByClient(Object.keys(attributes))
  if (attributes.email !== undefined && attributes.email.toLowerCase() !== username.toLowerCase())
    throw new WireError('InvalidParameterException', 'The email attribute must be the same as the username.')
}

function confirmSignUp(
  { pools, users, codes, limits }: CognitoParts,
  { ClientId, Username, ConfirmationCode }: z.infer<typeof ConfirmSignUpInput>,
): void {
  const { pool, client } = pools.ofClient(ClientId)
  const user = users.find(pool, Username)
  const who = attemptsOf(pool, user, Username)
  limits.count('try code', who)
  if (!user) throw client.preventUserExistenceErrors ? expiredCode() : unknownUser()
  if (user.status === 'CONFIRMED')
    throw new WireError('NotAuthorizedException', 'User cannot be confirmed. Current status is CONFIRMED')
  codes.check(pool, user, 'sign-up', ConfirmationCode)
  codes.remove(pool, user, 'sign-up')
  limits.forgive('try code', who)
  users.update(pool, user.username, ({ attributes }) => ({
    status: 'CONFIRMED',
    attributes: { ...attributes, email_verified: 'true' },
  }))
}

function resendCode(
  { pools, users, codes, limits }: CognitoParts,
  { ClientId, Username }: z.infer<typeof ResendConfirmationCodeInput>,
) {
  const { pool, client } = pools.ofClient(ClientId)
  const user = users.find(pool, Username)
  limits.count('send code', attemptsOf(pool, user, Username))
  if (!user && !client.preventUserExistenceErrors) throw unknownUser()
  if (!user?.enabled) return { CodeDeliveryDetails: deliveryDetails(Username) }
  if (user.status === 'CONFIRMED') throw new WireError('InvalidParameterException', 'User is already confirmed.')
  codes.send(pool, user, 'sign-up')
  return { CodeDeliveryDetails: deliveryDetails(emailOf(user)) }
}

/** What operations of an app client say of an unknown user, where they may say it. */
export const unknownUser = () => new WireError('UserNotFoundException', 'Username/client id combination not found.')
