import { type CommandCall, notPossible, type ReadCommand } from './command-call.ts'
import { readCurl } from './curl.ts'
import { parseShell, type SimpleCommand, type Step } from './shell.ts'
import { readWget } from './wget.ts'
import { unwrap } from './wrappers.ts'

/** What a line of a crontab calls, and whom it calls when that fails. */
export type ReadLine =
  | {
      readonly ok: true
      readonly made: CommandCall
      readonly fallback: CommandCall | undefined
      readonly warnings: readonly string[]
    }
  | { readonly ok: false; readonly problem: string }

/** Commands that only come before a call. */
const PREPARING: ReadonlySet<string> = new Set(['cd', 'sleep', ':', 'true', 'umask'])
/** Commands after which nothing is lost when they are left out. */
const HARMLESS: ReadonlySet<string> = new Set(['', ':', 'true', 'exit', 'cd', 'export', 'umask', 'set'])
/** Commands that only tell somebody. */
const TELLING: ReadonlySet<string> = new Set(['echo', 'printf', 'logger', 'mail', 'mailx', 'sendmail', 'date', 'touch'])
/** Commands that only keep what is piped into them. */
const KEEPING: ReadonlySet<string> = new Set(['cat', 'tee', 'ts', 'logger', 'mail', 'mailx', 'sendmail'])

const textOf = ({ words }: SimpleCommand): string => words.join(' ')
const programIn = (step: Step): string => unwrap(step.pipeline[0]?.words ?? []).program

/** Reads the command of a line: one call by curl or wget, and what crontabs usually have around it. */
export function readCommand(
  command: string,
  stdin: string | undefined,
  variables: ReadonlyMap<string, string>,
): ReadLine {
  const parsed = parseShell(command, variables)
  if (!parsed.ok) return notPossible(parsed.problem)
  const start = parsed.steps.findIndex((step) => !PREPARING.has(programIn(step)))
  const preparations = start < 0 ? parsed.steps : parsed.steps.slice(0, start)
  const [first, ...others] = parsed.steps.slice(preparations.length)
  if (!first) return notPossible('it runs nothing')
  const main = readCall(first.pipeline[0], stdin)
  if (!main.ok) return main
  const warnings = [...preparations.flatMap(delayWarnings), ...main.made.warnings]
  for (const piped of first.pipeline.slice(1)) {
    if (!KEEPING.has(unwrap(piped.words).program)) {
      return notPossible(`it hands the answer on to another program: ${textOf(piped)}`)
    }
    warnings.push(`The answer no longer goes to "${textOf(piped)}"; the record of each run has it.`)
  }
  const rest = readRest(others)
  if (!rest.ok) return rest
  return {
    ok: true,
    made: main.made,
    fallback: rest.fallback,
    warnings: [...warnings, ...first.pipeline.flatMap(redirectionWarnings), ...rest.warnings],
  }
}

function readCall(command: SimpleCommand | undefined, stdin: string | undefined): ReadCommand {
  const { program, args, timeoutMs } = unwrap(command?.words ?? [])
  if (program !== 'curl' && program !== 'wget') {
    return notPossible(program === '' ? 'it calls nothing' : `it runs ${program}, which is no HTTP call`)
  }
  if (command?.redirections.some(({ operator }) => operator === '<')) return notPossible('it reads from a file')
  const read = program === 'curl' ? readCurl(args, stdin) : readWget(args)
  if (!read.ok || timeoutMs === undefined) return read
  return { ok: true, made: { ...read.made, timeoutMs: read.made.timeoutMs ?? timeoutMs } }
}

const delayWarnings = (step: Step): readonly string[] =>
  programIn(step) === 'sleep' ? ['It waited ("sleep") before the call; the job calls at the full minute.'] : []

function redirectionWarnings({ redirections }: SimpleCommand): readonly string[] {
  const files = redirections
    .filter(({ operator, target }) => !operator.endsWith('&') && operator !== '<' && target !== '/dev/null')
    .map(({ target }) => target)
  return files.map((file) => `The answer is no longer written to ${file}; the record of each run has it.`)
}

type Rest =
  | { readonly ok: true; readonly fallback: CommandCall | undefined; readonly warnings: readonly string[] }
  | ReturnType<typeof notPossible>

/** What stands behind the call: `|| curl …` calls somebody when it fails; a second call of its own is a line of its own. */
function readRest(steps: readonly Step[]): Rest {
  let fallback: CommandCall | undefined
  const warnings: string[] = []
  for (const step of steps) {
    const [command] = step.pipeline
    const program = programIn(step)
    const isAssignment = command?.words.every((word) => /^[A-Za-z_]\w*=/.test(word))
    const text = step.pipeline.map(textOf).join(' | ')
    if (step.before === '&' && step.isGlued && isAssignment) {
      warnings.push(`The shell cut the URL at "&" because it is not quoted: "${text}" was never sent, and is left out.`)
    } else if (step.before === '||' && (program === 'curl' || program === 'wget') && !fallback) {
      const read = readCall(command, undefined)
      if (!read.ok) return notPossible(`what it does when the call fails cannot be taken over: ${read.problem}`)
      fallback = read.made
    } else if (HARMLESS.has(program)) {
      // Nothing is lost.
    } else if (TELLING.has(program) || step.before === '||') {
      warnings.push(`"${text}" is left out; notify tells of failures.`)
    } else return notPossible(`it does something else besides the call: ${text}`)
  }
  return { ok: true, fallback, warnings }
}
