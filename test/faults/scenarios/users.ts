import type { RealGround } from '../real-ground.ts'

export const PASSWORD = 'correct horse Battery 1'
export const NEXT_PASSWORD = 'correct horse Battery 2'

let made = 0

/** An address that nobody has used. */
export const newEmail = (prefix = 'user'): string => `${prefix}-${made++}@example.com`

/** Signs a user up, whose code is then in their mail. */
export async function newSignUp(ground: RealGround, email = newEmail()): Promise<string> {
  await ground.apiServices().identity.signUp({ email, password: PASSWORD })
  return email
}

/** A user who can log in. */
export async function newUser(ground: RealGround): Promise<{ readonly email: string }> {
  const email = await newSignUp(ground)
  await ground.apiServices().identity.confirm(email, ground.pool.codeFor(email))
  return { email }
}

/** A user who has logged in. */
export async function newSession(ground: RealGround) {
  const { email } = await newUser(ground)
  return { email, ...(await ground.apiServices().identity.logIn(email, PASSWORD)) }
}

/** A user whom nobody knows by their address. @returns their id. */
export async function newMember(ground: RealGround): Promise<string> {
  const email = newEmail('member')
  const { identity } = ground.apiServices()
  const made = await identity.signUp({ email, password: PASSWORD })
  if (made.kind !== 'created') throw new Error(`${email} is taken`)
  await identity.confirm(email, ground.pool.codeFor(email))
  return made.userId
}

/** @returns the id of another admin. */
export async function newAdmin(ground: RealGround): Promise<string> {
  const userId = await newMember(ground)
  await ground.apiServices().directory.addAdmin(userId)
  return userId
}
