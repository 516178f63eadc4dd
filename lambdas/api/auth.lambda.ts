import { randomUUID } from 'node:crypto'
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider'
import { dynamoAccountStore } from '../adapters/dynamodb/account-store.ts'
import { openTable } from '../adapters/dynamodb/table.ts'
import { cognitoIdentityProvider } from '../adapters/identity/cognito-identity-provider.ts'
import { cognitoTokenVerifier } from '../adapters/identity/cognito-token-verifier.ts'
import { consoleLog } from '../adapters/logging/console-log.ts'
import { identityEndpoint } from '../config/endpoints.ts'
import { AuthEnvironment } from '../config/environment.ts'
import { readEnvironment } from '../config/read-environment.ts'
import { parseAdminEmails } from '../domain/account/admin-emails.ts'
import { authFunction } from './auth.ts'

const environment = readEnvironment(AuthEnvironment)
const pool = { userPoolId: environment.USER_POOL_ID, clientId: environment.USER_POOL_CLIENT_ID }

export const handler = authFunction({
  log: consoleLog(),
  tokens: cognitoTokenVerifier({ ...pool, endpoint: identityEndpoint() }),
  identity: cognitoIdentityProvider({ ...pool, client: new CognitoIdentityProviderClient() }),
  accounts: dynamoAccountStore(openTable(environment.TABLE_NAME)),
  adminEmails: parseAdminEmails(environment.ADMIN_EMAILS),
  newUserId: randomUUID,
})
