import type { InvalidPasswordException } from '@aws-sdk/client-cognito-identity-provider'
import { type Refusal, refuseFaults } from '../../domain/refusal.ts'

/** `Password did not conform with policy: Password not long enough` → `is too weak: Password not long enough` */
export const weakPassword = (pointer: string, error: InvalidPasswordException): Refusal =>
  refuseFaults([
    { pointer, detail: `is too weak: ${error.message.replace(/^Password did not conform with policy: /, '')}` },
  ])
