import type { HttpMethod } from '../../target/target.ts'
import { httpMethods } from '../../target/target.ts'
import { targetLimits } from '../../target/target-limits.ts'
import type { HttpCall } from '../http-call.ts'

/** The HTTP call that a command makes, and how it makes it. */
export type CommandCall = {
  readonly call: HttpCall
  readonly followsRedirects: boolean
  /** Undefined where the command has no limit of its own. */
  readonly timeoutMs: number | undefined
  /** Statuses that the command takes for success; undefined where it does not look. */
  readonly success: readonly string[] | undefined
  readonly maxRetries: number
  readonly retryDelaySeconds: number | undefined
  readonly warnings: readonly string[]
}

export type ReadCommand =
  | { readonly ok: true; readonly made: CommandCall }
  | { readonly ok: false; readonly problem: string }

/** As long as a job waits between attempts at the most, unless it says otherwise. */
export const LONGEST_DELAY_SECONDS = 3600

export const notPossible = (problem: string) => ({ ok: false, problem }) as const

/** What options do that has no counterpart: `ignored` changes nothing that matters, `warned` and `refused` say what. */
export type OptionEffects = {
  readonly warned: Readonly<Record<string, string>>
  readonly refused: Readonly<Record<string, string>>
}

export const isMethod = (text: string): text is HttpMethod => httpMethods.some((method) => method === text)

/** Seconds as curl, wget and timeout(1) write them (`30`, `1.5`, `30s`, `2m`), as a timeout that a job can have; undefined for 0. */
export function timeoutMsOf(text: string): number | undefined {
  const [, number = '', unit = 's'] = /^(\d+(?:\.\d*)?|\.\d+)([smhd]?)$/.exec(text) ?? []
  const seconds = Number(number) * ({ s: 1, m: 60, h: 3600, d: 86_400 }[unit || 's'] ?? 1)
  if (!(seconds > 0)) return undefined
  const { min, max } = targetLimits.timeoutMs
  return Math.round(Math.min(max, Math.max(min, seconds * 1000)))
}

/** `http://` where a URL has no scheme, as curl and wget assume. */
export const withScheme = (url: string): string => (/^[a-z][a-z0-9+.-]*:\/\//i.test(url) ? url : `http://${url}`)

export function wholeNumber(text: string, most: number): number {
  const number = /^\d+$/.test(text) ? Number(text) : 0
  return Math.min(number, most)
}

/** Where a file got the answer. */
export const outputWarnings = (file: string | undefined): readonly string[] =>
  file === undefined || file === '/dev/null' || file === '-'
    ? []
    : [`The answer is no longer saved to ${file}; the record of each run has it.`]
