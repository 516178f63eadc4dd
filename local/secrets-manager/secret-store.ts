import { randomInt } from 'node:crypto'
import { z } from 'zod'
import type { Clock } from '../clock.ts'
import type { DurableStore } from '../durable-store.ts'
import { RecordMap } from '../record-map.ts'
import { WireError } from '../wire-service.ts'
import { seal, unseal } from './seal.ts'
import { CURRENT, moveStages, SecretRecord, type SecretVersion, stagedVersion } from './secret-record.ts'

/** A secret's value as callers give it and get it. */
export type SecretValue = { readonly SecretString: string } | { readonly SecretBinary: string }

const SealedValue = z.object({ kind: z.enum(['SecretString', 'SecretBinary']), sealed: z.string() })

const DAY_MS = 86_400_000
const ARN_SUFFIX_CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Versions without a label beyond this number make room (Secrets Manager quotas, "Versions per secret"). */
const KEPT_VERSIONS = 100

export type SecretStoreOptions = {
  readonly store: DurableStore
  readonly clock: Clock
  readonly accountId: string
  readonly region: string
  /** 32 bytes; see `readOrMakeKeyFile`. */
  readonly key: Uint8Array
}

/** Secrets on disk: finds them by name or ARN, keeps their values sealed, forgets them when their time is up. */
export class SecretStore {
  readonly #store: DurableStore
  readonly #secrets: RecordMap<SecretRecord>
  readonly #values: RecordMap<z.infer<typeof SealedValue>>
  readonly #clock: Clock
  readonly #arnPrefix: string
  readonly #key: Uint8Array

  constructor({ store, clock, accountId, region, key }: SecretStoreOptions) {
    this.#store = store
    this.#secrets = new RecordMap(store, 'secrets', SecretRecord)
    this.#values = new RecordMap(store, 'secret_values', SealedValue)
    this.#clock = clock
    this.#arnPrefix = `arn:aws:secretsmanager:${region}:${accountId}:secret:`
    this.#key = key
  }

  now(): number {
    return this.#clock.now()
  }

  newArn(name: string): string {
    const suffix = Array.from({ length: 6 }, () => ARN_SUFFIX_CHARACTERS[randomInt(ARN_SUFFIX_CHARACTERS.length)])
    return `${this.#arnPrefix}${name}-${suffix.join('')}`
  }

  /** @param id a name, a full ARN, or an ARN without its six-character suffix. */
  find(id: string): SecretRecord | undefined {
    if (!id.startsWith('arn:')) return this.#alive(id)
    if (!id.startsWith(this.#arnPrefix)) return undefined
    const resource = id.slice(this.#arnPrefix.length)
    const whole = this.#alive(resource.replace(/-[A-Za-z0-9]{6}$/, ''))
    return whole?.arn === id ? whole : this.#alive(resource)
  }

  /** Throws ResourceNotFoundException for an unknown secret; one marked for deletion is given. */
  get(id: string): SecretRecord {
    const secret = this.find(id)
    if (secret) return secret
    throw new WireError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.")
  }

  /** Throws InvalidRequestException, too, for a secret that is marked for deletion. */
  getUsable(id: string): SecretRecord {
    const secret = this.get(id)
    if (!secret.deletion) return secret
    throw new WireError(
      'InvalidRequestException',
      "You can't perform this operation on the secret because it was marked for deletion.",
    )
  }

  list(): SecretRecord[] {
    return [...this.#secrets.values()].filter((secret) => !this.#purgeIfDue(secret))
  }

  save(secret: SecretRecord): void {
    this.#secrets.set(secret.name, secret)
  }

  remove(secret: SecretRecord): void {
    this.#store.transaction(() => {
      for (const version of secret.versions) this.#values.delete(valueKey(secret, version.id))
      this.#secrets.delete(secret.name)
    })
  }

  /**
   * Stores a value as the version `id` under the labels `stages`. The same value under a known id changes nothing; another
   * value is refused, because a version never changes.
   */
  addVersion(secret: SecretRecord, id: string, value: SecretValue, stages: readonly string[]): SecretRecord {
    if (secret.versions.some((version) => version.id === id)) {
      if (sameValue(this.value(secret, id), value)) return secret
      throw new WireError(
        'ResourceExistsException',
        `You can't use ClientRequestToken ${id} because that value is already in use for a version of secret ${secret.arn}.`,
      )
    }
    const labels = stagedVersion(secret, CURRENT) ? stages : [...new Set([...stages, CURRENT])]
    const added: SecretVersion = { id, stages: [], createdAtMs: this.now() }
    const versions = withoutSurplus(moveStages([...secret.versions, added], labels, id))
    const changed = { ...secret, versions, changedAtMs: this.now() }
    this.#store.transaction(() => {
      this.#values.set(valueKey(secret, id), sealValue(value, this.#key, valueKey(secret, id)))
      for (const { id: old } of secret.versions)
        if (!versions.some((version) => version.id === old)) this.#values.delete(valueKey(secret, old))
      this.save(changed)
    })
    return changed
  }

  /** The value of a version that the record lists. */
  value(secret: SecretRecord, versionId: string): SecretValue {
    const key = valueKey(secret, versionId)
    const stored = this.#values.get(key)
    if (!stored) throw new Error(`The value of version ${versionId} of ${secret.name} is not in the store`)
    const plain = unseal(stored.sealed, this.#key, key)
    return stored.kind === 'SecretString'
      ? { SecretString: plain.toString('utf8') }
      : { SecretBinary: plain.toString('base64') }
  }

  /** Remembers the day of a read, as `LastAccessedDate`: a write a day, not one a read. */
  touch(secret: SecretRecord, versionId: string): void {
    const today = Math.floor(this.now() / DAY_MS) * DAY_MS
    const read = secret.versions.find((version) => version.id === versionId)
    if (secret.accessedDayMs === today && read?.accessedDayMs === today) return
    const versions = secret.versions.map((version) =>
      version === read ? { ...version, accessedDayMs: today } : version,
    )
    this.save({ ...secret, accessedDayMs: today, versions })
  }

  #alive(name: string): SecretRecord | undefined {
    const secret = this.#secrets.get(name)
    return secret && !this.#purgeIfDue(secret) ? secret : undefined
  }

  #purgeIfDue(secret: SecretRecord): boolean {
    if (!secret.deletion || secret.deletion.dueAtMs > this.now()) return false
    this.remove(secret)
    return true
  }
}

const valueKey = (secret: SecretRecord, versionId: string) => `${secret.arn} ${versionId}`

function sealValue(value: SecretValue, key: Uint8Array, context: string): z.infer<typeof SealedValue> {
  return 'SecretString' in value
    ? { kind: 'SecretString', sealed: seal(Buffer.from(value.SecretString), key, context) }
    : { kind: 'SecretBinary', sealed: seal(Buffer.from(value.SecretBinary, 'base64'), key, context) }
}

const sameValue = (one: SecretValue, other: SecretValue) => JSON.stringify(one) === JSON.stringify(other)

function withoutSurplus(versions: readonly SecretVersion[]): SecretVersion[] {
  const surplus = versions
    .filter((version) => version.stages.length === 0)
    .slice(0, Math.max(0, versions.length - KEPT_VERSIONS))
  return versions.filter((version) => !surplus.includes(version))
}
