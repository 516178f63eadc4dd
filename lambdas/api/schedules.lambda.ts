import { cognitoTokenVerifier } from '../adapters/identity/cognito-token-verifier.ts'
import { consoleLog } from '../adapters/logging/console-log.ts'
import { identityEndpoint } from '../config/endpoints.ts'
import { SchedulesEnvironment } from '../config/environment.ts'
import { readEnvironment } from '../config/read-environment.ts'
import { schedulesFunction } from './schedules.ts'

const environment = readEnvironment(SchedulesEnvironment)

export const handler = schedulesFunction({
  log: consoleLog(),
  tokens: cognitoTokenVerifier({
    userPoolId: environment.USER_POOL_ID,
    clientId: environment.USER_POOL_CLIENT_ID,
    endpoint: identityEndpoint(),
  }),
  clock: Date.now,
  tzVersion: process.versions.tz ?? 'unknown',
})
