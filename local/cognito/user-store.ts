import { z } from 'zod'
import type { Clock } from '../clock.ts'
import type { DurableStore } from '../durable-store.ts'
import { RecordMap } from '../record-map.ts'
import { WireError } from '../wire-service.ts'
import type { UserPoolDefinition } from './user-pools.ts'
import { emailOf, UserRecord } from './user-record.ts'

/** The users of all pools on disk, found by username or by e-mail address. */
export class UserStore {
  readonly #store: DurableStore
  readonly #clock: Clock
  readonly #users: RecordMap<UserRecord>
  /** pool and e-mail address → username */
  readonly #emails: RecordMap<string>

  constructor({ store, clock }: { readonly store: DurableStore; readonly clock: Clock }) {
    this.#store = store
    this.#clock = clock
    this.#users = new RecordMap(store, 'cognito_users', UserRecord)
    this.#emails = new RecordMap(store, 'cognito_emails', z.string())
  }

  /** @param login username or e-mail address. */
  find(pool: UserPoolDefinition, login: string): UserRecord | undefined {
    const username = this.#emails.get(emailKey(pool, login)) ?? login
    return this.#users.get(userKey(pool, username))
  }

  /** Throws UserNotFoundException. */
  get(pool: UserPoolDefinition, login: string): UserRecord {
    const user = this.find(pool, login)
    if (!user) throw new WireError('UserNotFoundException', 'User does not exist.')
    return user
  }

  list(pool: UserPoolDefinition): UserRecord[] {
    return [...this.#users.values(`${pool.id}/`)]
  }

  /** Throws UsernameExistsException when the e-mail address is taken. */
  add(pool: UserPoolDefinition, user: Omit<UserRecord, 'createdAtMs' | 'modifiedAtMs'>): UserRecord {
    if (this.find(pool, user.attributes.email ?? ''))
      throw new WireError('UsernameExistsException', 'An account with the given email already exists.')
    const now = this.#clock.now()
    const added = { ...user, createdAtMs: now, modifiedAtMs: now }
    this.#write(pool, added)
    return added
  }

  /** Reads the user anew, so that nothing that happened meanwhile is lost, and stores what `change` makes of it. */
  update(pool: UserPoolDefinition, username: string, change: (user: UserRecord) => Partial<UserRecord>): UserRecord {
    const before = this.get(pool, username)
    const after = { ...before, ...change(before), modifiedAtMs: this.#clock.now() }
    this.#write(pool, after, before)
    return after
  }

  remove(pool: UserPoolDefinition, user: UserRecord): void {
    this.#store.transaction(() => {
      this.#users.delete(userKey(pool, user.username))
      this.#emails.delete(emailKey(pool, emailOf(user)))
    })
  }

  #write(pool: UserPoolDefinition, user: UserRecord, before?: UserRecord): void {
    this.#store.transaction(() => {
      if (before && emailOf(before) !== emailOf(user)) this.#emails.delete(emailKey(pool, emailOf(before)))
      this.#emails.set(emailKey(pool, emailOf(user)), user.username)
      this.#users.set(userKey(pool, user.username), user)
    })
  }
}

const userKey = (pool: UserPoolDefinition, username: string) => `${pool.id}/${username}`

const emailKey = (pool: UserPoolDefinition, email: string) =>
  `${pool.id}/${pool.caseSensitive ? email : email.toLowerCase()}`
