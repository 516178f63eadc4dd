/** One line of a crontab, taken apart by the rules of crontab(5). */
export type CrontabLine =
  | { readonly kind: 'BLANK' }
  | { readonly kind: 'COMMENT'; readonly text: string }
  | { readonly kind: 'SETTING'; readonly name: string; readonly value: string }
  | {
      readonly kind: 'ENTRY'
      /** Five fields, or a macro such as @daily. */
      readonly schedule: string
      /** Undefined in the crontab of a user. */
      readonly user: string | undefined
      readonly command: string
      /** What the command reads from its standard input: the text after the first bare `%`. */
      readonly stdin: string | undefined
    }
  | { readonly kind: 'UNREADABLE'; readonly problem: string }

/** Far longer than crons take: Vixie's reads 1,000 characters of a command. */
const LONGEST_LINE = 32 * 1024

const SETTING = /^(?:([A-Za-z_]\w*)|"([^"]*)"|'([^']*)')[ \t]*=[ \t]*(.*)$/
const ENTRY = /^(@[^ \t]+|(?:[^ \t]+[ \t]+){4}[^ \t]+)[ \t]+(.*)$/
const USER = /^([^ \t]+)[ \t]+(.*)$/

/** @param hasUser whether a user stands before each command, as in /etc/crontab and /etc/cron.d. */
export function readCrontabLine(line: string, hasUser: boolean): CrontabLine {
  const text = line.trim()
  if (text.length > LONGEST_LINE) {
    return { kind: 'UNREADABLE', problem: `It has ${text.length} characters; at most ${LONGEST_LINE} are read.` }
  }
  if (text === '') return { kind: 'BLANK' }
  if (text.startsWith('#')) return { kind: 'COMMENT', text: text.replace(/^#+[ \t]*/, '') }
  const [isSetting, ...parts] = SETTING.exec(text) ?? []
  if (isSetting !== undefined) {
    const value = parts[3] ?? ''
    return { kind: 'SETTING', name: parts[0] ?? parts[1] ?? parts[2] ?? '', value: unquoted(value) }
  }
  const [isEntry, schedule = '', afterSchedule = ''] = ENTRY.exec(text) ?? []
  if (isEntry === undefined)
    return { kind: 'UNREADABLE', problem: 'It is neither a schedule with a command nor a setting.' }
  const [, user, afterUser] = hasUser ? (USER.exec(afterSchedule) ?? []) : []
  if (hasUser && afterUser === undefined) return { kind: 'UNREADABLE', problem: 'It has no command behind its user.' }
  return {
    kind: 'ENTRY',
    schedule: schedule.replaceAll(/[ \t]+/g, ' '),
    user,
    ...splitAtPercent(afterUser ?? afterSchedule),
  }
}

const unquoted = (value: string): string => /^(["'])(.*)\1$/s.exec(value)?.[2] ?? value

/** A bare `%` ends the command, each later one is a new line of its input, and `\%` is a percent sign. */
function splitAtPercent(text: string): { readonly command: string; readonly stdin: string | undefined } {
  const [command = '', ...input] = text.split(/(?<!\\)%/).map((part) => part.replaceAll('\\%', '%'))
  return { command: command.trim(), stdin: input.length === 0 ? undefined : input.join('\n') }
}
