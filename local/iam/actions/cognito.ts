import { z } from 'zod'
import type { WireRequest } from '../../wire-service.ts'
import type { Authorization, Home } from '../authorization.ts'
import { requestBody, targetOperation } from './request-body.ts'

/**
 * Operations that anyone may call, or the bearer of a token: IAM has no say in them (Amazon Cognito Developer Guide,
 * "Using the Amazon Cognito user pools API and user pool endpoints").
 */
const WITHOUT_IAM = [
  'AssociateSoftwareToken',
  'ChangePassword',
  'ConfirmDevice',
  'ConfirmForgotPassword',
  'ConfirmSignUp',
  'DeleteUser',
  'DeleteUserAttributes',
  'ForgetDevice',
  'ForgotPassword',
  'GetDevice',
  'GetUser',
  'GetUserAttributeVerificationCode',
  'GlobalSignOut',
  'InitiateAuth',
  'ListDevices',
  'ResendConfirmationCode',
  'RespondToAuthChallenge',
  'RevokeToken',
  'SetUserMFAPreference',
  'SetUserSettings',
  'SignUp',
  'UpdateAuthEventFeedback',
  'UpdateDeviceStatus',
  'UpdateUserAttributes',
  'VerifySoftwareToken',
  'VerifyUserAttribute',
]

const Input = z.object({ UserPoolId: z.string().optional() })

/** The permissions of calls to Cognito user pools (Service Authorization Reference, "Amazon Cognito User Pools"). */
export function cognitoActions({ region, accountId }: Home, request: WireRequest): readonly Authorization[] {
  // The public keys of a pool are read with GET, by anyone.
  if (request.method === 'GET') return []
  const operation = targetOperation(request)
  if (WITHOUT_IAM.includes(operation)) return []
  const { UserPoolId } = requestBody(request, Input)
  const resource = UserPoolId === undefined ? '*' : `arn:aws:cognito-idp:${region}:${accountId}:userpool/${UserPoolId}`
  return [{ action: `cognito-idp:${operation}`, resource, context: {} }]
}
