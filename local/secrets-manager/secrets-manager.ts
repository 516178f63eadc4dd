import { answerJson, type JsonService, operation } from '../json-rpc.ts'
import type { WireRequest, WireResponse, WireService } from '../wire-service.ts'
import { randomPassword } from './random-password.ts'
import { GetRandomPasswordInput } from './secret-inputs.ts'
import { secretReads } from './secret-reads.ts'
import { SecretStore, type SecretStoreOptions } from './secret-store.ts'
import { secretWrites } from './secret-writes.ts'

/**
 * AWS Secrets Manager on one machine: secrets, versions with staging labels, recovery windows, tags. Durable, values
 * encrypted at rest. Without rotation, replication and resource policies.
 *
 * @example
 * new LocalSecretsManager({ store, clock, accountId: '000000000000', region: 'us-east-1', key: readOrMakeKeyFile(path) })
 */
export class LocalSecretsManager implements WireService {
  readonly name = 'SECRETS_MANAGER'
  readonly #service: JsonService

  constructor(options: SecretStoreOptions) {
    const store = new SecretStore(options)
    this.#service = {
      target: 'secretsmanager',
      validationError: 'ValidationException',
      operations: {
        ...secretReads(store),
        ...secretWrites(store),
        GetRandomPassword: operation(GetRandomPasswordInput, (input) => ({
          RandomPassword: randomPassword({
            length: input.PasswordLength,
            excluded: input.ExcludeCharacters,
            lowercase: !input.ExcludeLowercase,
            uppercase: !input.ExcludeUppercase,
            numbers: !input.ExcludeNumbers,
            punctuation: !input.ExcludePunctuation,
            space: input.IncludeSpace,
            requireEachKind: input.RequireEachIncludedType,
          }),
        })),
      },
    }
  }

  handle(request: WireRequest): Promise<WireResponse> {
    return answerJson(request, this.#service)
  }

  async close(): Promise<void> {}
}
