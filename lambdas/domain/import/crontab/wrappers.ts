import { timeoutMsOf } from './command-call.ts'

/** A command without what only says how to start it. */
export type Unwrapped = {
  readonly program: string
  readonly args: readonly string[]
  /** Of timeout(1). */
  readonly timeoutMs: number | undefined
}

/** `/usr/bin/curl` is curl. */
export const programOf = (word: string): string => word.slice(word.lastIndexOf('/') + 1)

/** How many arguments each of these takes for itself before the command; all but flock's and timeout's change nothing here. */
const WRAPPERS: Readonly<Record<string, (args: readonly string[]) => number>> = {
  exec: () => 0,
  command: () => 0,
  nohup: () => 0,
  time: () => 0,
  chronic: () => 0,
  cronic: () => 0,
  env: (args) => countWhile(args, (word) => /^\w+=/.test(word)),
  nice: (args) => optionWords(args, /^-(n|-adjustment)$/),
  ionice: (args) => optionWords(args, /^-(c|n|-class|-classdata)$/),
  sudo: (args) => optionWords(args, /^-(u|g|-user|-group)$/),
  timeout: (args) => optionWords(args, /^-(k|s|-kill-after|-signal)$/) + 1,
  flock: (args) => optionWords(args, /^-(w|E|-timeout|-wait|-conflict-exit-code)$/) + 1,
}

function countWhile(words: readonly string[], test: (word: string) => boolean): number {
  const end = words.findIndex((word) => !test(word))
  return end < 0 ? words.length : end
}

/** @param withValue options whose value is a word of its own. */
function optionWords(args: readonly string[], withValue: RegExp): number {
  let count = 0
  while (/^-./.test(args[count] ?? '')) count += withValue.test(args[count] ?? '') ? 2 : 1
  return count
}

/** Takes `nice`, `timeout 30`, `flock -n /tmp/lock`, `FOO=bar` and the like off a command. */
export function unwrap(words: readonly string[]): Unwrapped {
  const plain = words.slice(countWhile(words, (word) => /^[A-Za-z_]\w*=/.test(word)))
  const program = programOf(plain[0] ?? '')
  const args = plain.slice(1)
  const own = Object.hasOwn(WRAPPERS, program) ? WRAPPERS[program] : undefined
  const taken = own?.(args)
  if (taken === undefined || args[taken] === undefined) return { program, args, timeoutMs: undefined }
  const inner = unwrap(args.slice(taken))
  const limit = program === 'timeout' ? timeoutMsOf(args[taken - 1] ?? '') : undefined
  return { ...inner, timeoutMs: inner.timeoutMs ?? limit }
}
