import ipaddr from 'ipaddr.js'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** How often something that can be guessed, or that sends mail, may be tried in a window. */
type AttemptLimit = {
  readonly windowMs: number
  /** By anybody, for one e-mail address. */
  readonly perAddress: number
  /** From one network address, for any e-mail address: an office or a build server shares one. */
  readonly perSource: number
  /** Whether only failures count: an attempt that succeeds is taken back. */
  readonly failuresOnly: boolean
}

/**
 * The one table of attempts. Cognito has limits of its own below these, which lock a user after five wrong passwords;
 * ours also see who tries a few passwords on many addresses, and speak alike whether or not there is an account.
 */
export const attemptLimits = {
  signUp: { windowMs: HOUR_MS, perAddress: 10, perSource: 300, failuresOnly: false },
  verify: { windowMs: HOUR_MS, perAddress: 10, perSource: 300, failuresOnly: false },
  resendVerification: { windowMs: HOUR_MS, perAddress: 5, perSource: 300, failuresOnly: false },
  logIn: { windowMs: 15 * MINUTE_MS, perAddress: 20, perSource: 300, failuresOnly: true },
  forgotPassword: { windowMs: HOUR_MS, perAddress: 5, perSource: 300, failuresOnly: false },
  resetPassword: { windowMs: HOUR_MS, perAddress: 10, perSource: 300, failuresOnly: false },
} as const satisfies Readonly<Record<string, AttemptLimit>>

export type Attempt = keyof typeof attemptLimits

/** Windows begin at whole multiples of their length since the epoch. Instants are epoch ms. */
export function windowAt(windowMs: number, now: number): { readonly startsAt: number; readonly endsAt: number } {
  const startsAt = now - (now % windowMs)
  return { startsAt, endsAt: startsAt + windowMs }
}

/** Whose attempts count as one source's: an IPv4 address, or the 64 bits of an IPv6 address that name a network. */
export function sourceOf(ip: string): string {
  if (!ipaddr.isValid(ip)) return ip
  const address = ipaddr.process(ip)
  return address instanceof ipaddr.IPv6
    ? `${address.parts
        .slice(0, 4)
        .map((part) => part.toString(16))
        .join(':')}::/64`
    : address.toString()
}
