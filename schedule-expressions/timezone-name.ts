/** Longest time zone name that the service takes, in characters. */
const MAX_LENGTH = 50

/** Names of the tz database without a region. Intl knows more ("IST", "PST"), which are not in the database. */
const WITHOUT_REGION = new Set(
  (
    'CET CST6CDT Cuba EET EST EST5EDT Egypt Eire GB GB-Eire GMT GMT+0 GMT-0 GMT0 Greenwich HST Hongkong Iceland Iran ' +
    'Israel Jamaica Japan Kwajalein Libya MET MST MST7MDT NZ NZ-CHAT Navajo PRC PST8PDT Poland Portugal ROC ROK ' +
    'Singapore Turkey UCT UTC Universal W-SU WET Zulu'
  ).split(' '),
)

/** How the database spells the parts of a name: Dar_es_Salaam, Port-au-Prince, Etc/GMT+5, McMurdo, NSW, Knox_IN. */
const PART = /^(?:(?:[A-Z][a-z]+)+|es|au|of|US|NSW|ACT|LHI|UTC|UCT|IN|GMT(?:[+-]?[0-9]{1,2})?)$/

const isSpelledAsInTheDatabase = (name: string) =>
  name
    .split('/')
    .every((segment) => /^GMT[+-][0-9]/.test(segment) || segment.split(/[_-]/).every((part) => PART.test(part)))

let canonicalNames: ReadonlySet<string> | undefined

function isKnownToIntl(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone.length > 0
  } catch {
    return false
  }
}

/**
 * Whether a name is an IANA time zone (at most 50 characters), links such as US/Pacific included, spelled as the tz
 * database spells it: Intl ignores case, the service does not. Offsets such as +01:00 are no zones.
 */
export function isTimezone(name: string): boolean {
  if (name.length > MAX_LENGTH) return false
  canonicalNames ??= new Set(Intl.supportedValuesOf('timeZone'))
  if (WITHOUT_REGION.has(name) || canonicalNames.has(name)) return true
  if (!name.includes('/') || name.startsWith('SystemV/')) return false
  return isSpelledAsInTheDatabase(name) && isKnownToIntl(name)
}
