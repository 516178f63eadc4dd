import { randomBytes } from 'node:crypto'
import { DeleteSecretCommand, paginateListSecrets, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { systemClock } from '../../local/clock.ts'
import { DurableStore } from '../../local/durable-store.ts'
import { LocalSecretsManager } from '../../local/secrets-manager/secrets-manager.ts'
import { type ServedService, serveWire, testCredentials } from './wire.ts'

/** An empty Secrets Manager on this machine; the caller stops it. */
export type StartedVault = ServedService & {
  readonly client: SecretsManagerClient
  /** Names of all secrets but those marked for deletion. */
  names(): Promise<readonly string[]>
  clear(): Promise<void>
}

export async function startVault(): Promise<StartedVault> {
  const store = new DurableStore(':memory:')
  const options = { store, clock: systemClock, accountId: '000000000000', region: 'us-east-1', key: randomBytes(32) }
  const served = await serveWire(new LocalSecretsManager(options))
  const client = new SecretsManagerClient({ ...testCredentials, endpoint: served.endpoint })
  const names = async () => {
    const pages = await Array.fromAsync(paginateListSecrets({ client }, { MaxResults: 100 }))
    return pages.flatMap(({ SecretList = [] }) => SecretList.flatMap(({ Name }) => Name ?? []))
  }
  return {
    ...served,
    client,
    names,
    async clear() {
      for (const SecretId of await names()) await client.send(new DeleteSecretCommand({ SecretId }))
    },
    async stop() {
      client.destroy()
      await served.stop()
      store.close()
    },
  }
}
