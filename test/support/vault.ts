import { randomBytes } from 'node:crypto'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { systemClock } from '../../local/clock.ts'
import { DurableStore } from '../../local/durable-store.ts'
import { LocalSecretsManager } from '../../local/secrets-manager/secrets-manager.ts'
import { type ServedService, serveWire, testCredentials } from './wire.ts'

/** An empty Secrets Manager on this machine; the caller stops it. */
export type StartedVault = ServedService & { readonly client: SecretsManagerClient }

export async function startVault(): Promise<StartedVault> {
  const store = new DurableStore(':memory:')
  const options = { store, clock: systemClock, accountId: '000000000000', region: 'us-east-1', key: randomBytes(32) }
  const served = await serveWire(new LocalSecretsManager(options))
  const client = new SecretsManagerClient({ ...testCredentials, endpoint: served.endpoint })
  return {
    ...served,
    client,
    async stop() {
      client.destroy()
      await served.stop()
      store.close()
    },
  }
}
