import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider'
import type { CognitoPool } from '../../lambdas/adapters/identity/cognito-pool.ts'
import { type Clock, systemClock } from '../../local/clock.ts'
import { LocalCognito } from '../../local/cognito/cognito.ts'
import { DurableStore } from '../../local/durable-store.ts'
import { Mailbox } from '../../local/mail/mailbox.ts'
import { type ServedService, serveWire, testCredentials } from './wire.ts'

/** A user pool as Punctual's stack makes one, on this machine. */
export type StartedUserPool = CognitoPool &
  ServedService & {
    readonly mailbox: Mailbox
    /** The newest code that was mailed to this address. */
    codeFor(email: string): string
  }

const USER_POOL_ID = 'us-east-1_Test00000'
const CLIENT_ID = 'testclient0000000000000000'

const pool = {
  id: USER_POOL_ID,
  passwordPolicy: {
    minimumLength: 12,
    requireLowercase: true,
    requireUppercase: true,
    requireNumbers: true,
    requireSymbols: false,
  },
  autoVerified: ['email'],
  clients: [
    {
      id: CLIENT_ID,
      authFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      accessTokenMinutes: 15,
      idTokenMinutes: 15,
      refreshTokenDays: 30,
      preventUserExistenceErrors: true,
      revocation: true,
    },
  ],
  groups: ['admin'],
}

/** Starts an empty user pool; the caller stops it. */
export async function startUserPool(clock: Clock = systemClock): Promise<StartedUserPool> {
  const store = new DurableStore(':memory:')
  const mailbox = new Mailbox({ store, clock })
  const served = await serveWire(new LocalCognito({ pools: [pool], store, clock, mailbox, region: 'us-east-1' }))
  const client = new CognitoIdentityProviderClient({ ...testCredentials, endpoint: served.endpoint })
  return {
    ...served,
    mailbox,
    client,
    userPoolId: USER_POOL_ID,
    clientId: CLIENT_ID,
    codeFor(email) {
      const code = /\b\d{6}\b/.exec(mailbox.list(email)[0]?.text ?? '')?.[0]
      if (code === undefined) throw new Error(`no code was mailed to ${email}`)
      return code
    },
    async stop() {
      client.destroy()
      await served.stop()
      store.close()
    },
  }
}
