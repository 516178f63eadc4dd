import type { OperationOf } from '../routes.ts'
import type { ExampleRequest } from './example.ts'
import { samples } from './samples.ts'

const { email, code, refreshToken, keyId } = samples
const password = 'correct horse Battery 1'
const newPassword = 'another horse Battery 2'

export const accountExamples: Partial<Record<OperationOf<'auth' | 'keys'>, ExampleRequest>> = {
  signUp: { body: { email, password, name: 'Ada Lovelace' } },
  verify: { body: { email, code } },
  resendVerification: { body: { email } },
  logIn: { body: { email, password } },
  refresh: { body: { refreshToken } },
  logOut: {},
  forgotPassword: { body: { email } },
  resetPassword: { body: { email, code, newPassword: password } },
  readMe: {},
  updateProfile: { body: { name: 'Ada King' } },
  changePassword: { body: { currentPassword: password, newPassword } },

  createKey: { body: { name: 'Deploy pipeline', scopes: ['read', 'run'], expiresAt: '2100-01-01T00:00:00Z' } },
  listKeys: { query: { limit: '20' } },
  revokeKey: { params: { keyId } },
}
