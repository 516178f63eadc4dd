import * as z from 'zod'
import { jobLimits } from '../../job/job.ts'

/** What the settings above an entry mean for it. */
export type CrontabSettings = {
  readonly timezone: string
  /** Undefined where no MAILTO is set; empty where it says that nobody gets mail. */
  readonly mailTo: readonly string[] | undefined
  /** Variables that commands may use. */
  readonly variables: ReadonlyMap<string, string>
}

const Address = z.email().max(254)

/** The settings after one more, and what is to be said of it. */
export function withSetting(
  settings: CrontabSettings,
  name: string,
  value: string,
): { readonly settings: CrontabSettings; readonly note: string } {
  const variables = new Map(settings.variables).set(name, value)
  switch (name) {
    case 'CRON_TZ':
      return { settings: { ...settings, variables, timezone: value }, note: `Times below are those of ${value}.` }
    case 'TZ':
      return {
        settings: { ...settings, variables },
        note: 'TZ is what commands see; it does not move the times, which CRON_TZ or "timezone" does.',
      }
    case 'MAILTO':
      return mailTo({ ...settings, variables }, value)
    default:
      return { settings: { ...settings, variables }, note: 'Known to the commands below.' }
  }
}

function mailTo(settings: CrontabSettings, value: string) {
  const names = value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  const addresses = names.filter((name) => Address.safeParse(name).success).slice(0, jobLimits.emails)
  const others = names.filter((name) => !addresses.includes(name))
  if (names.length > 0 && addresses.length === 0) {
    return {
      settings: { ...settings, mailTo: undefined },
      note: `${others.join(', ')} is a mailbox of the machine, not an address; left out.`,
    }
  }
  const leftOut = others.length > 0 ? ` Left out: ${others.join(', ')}.` : ''
  return {
    settings: { ...settings, mailTo: addresses },
    note: names.length === 0 ? 'Jobs below send no mail.' : `Jobs below notify ${addresses.join(', ')}.${leftOut}`,
  }
}
