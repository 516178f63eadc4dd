import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { z } from 'zod'
import { WireError } from '../wire-service.ts'
import type { PasswordPolicy } from './user-pools.ts'
import type { PasswordHash } from './user-record.ts'

const derive = promisify<string, Buffer, number, { N: number }, Buffer>(scrypt)

/** scrypt's N: some 20 ms and 8 MB a password, off the main thread. */
const COST = 8192
const HASH_BYTES = 32

/** The symbols that Cognito counts (Developer Guide, "Adding user pool password requirements"). */
const SYMBOL = /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+-]|\S \S/

/** Throws InvalidPasswordException with the first rule that the password breaks. */
export function checkPolicy(password: string, policy: PasswordPolicy): void {
  const rules: readonly (readonly [broken: boolean, rule: string])[] = [
    [password.length < policy.minimumLength, 'Password not long enough'],
    [policy.requireUppercase && !/[A-Z]/.test(password), 'Password must have uppercase characters'],
    [policy.requireLowercase && !/[a-z]/.test(password), 'Password must have lowercase characters'],
    [policy.requireNumbers && !/[0-9]/.test(password), 'Password must have numeric characters'],
    [policy.requireSymbols && !SYMBOL.test(password), 'Password must have symbol characters'],
  ]
  const broken = rules.find(([isBroken]) => isBroken)
  if (broken) throw new WireError('InvalidPasswordException', `Password did not conform with policy: ${broken[1]}`)
}

export async function hashPassword(password: string): Promise<z.infer<typeof PasswordHash>> {
  const salt = randomBytes(16)
  const hash = await derive(password, salt, HASH_BYTES, { N: COST })
  return { salt: salt.toString('base64'), hash: hash.toString('base64'), cost: COST }
}

/** Takes as long for a user that there is not, so that time does not tell whether there is one. */
export async function isPassword(password: string, stored: z.infer<typeof PasswordHash> | undefined): Promise<boolean> {
  const { salt, hash, cost } = stored ?? NOBODY
  const derived = await derive(password, Buffer.from(salt, 'base64'), HASH_BYTES, { N: cost })
  return timingSafeEqual(derived, Buffer.from(hash, 'base64')) && stored !== undefined
}

const NOBODY = { salt: '', hash: Buffer.alloc(HASH_BYTES).toString('base64'), cost: COST }
