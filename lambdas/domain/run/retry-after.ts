/** What asks for longer means as long as possible, not nothing (RFC 9111, section 1.2.2, on seconds that overflow). */
const LONGEST_SECONDS = 2 ** 31

/**
 * Reads a `Retry-After` header (RFC 9110, section 10.2.3): seconds, or a date.
 * @param now epoch ms. @returns ms from now, or null for none that makes sense.
 */
export function parseRetryAfter(text: string | undefined, now: number): number | null {
  const value = text?.trim() ?? ''
  if (/^\d+$/.test(value)) return Math.min(Number(value), LONGEST_SECONDS) * 1000
  const at = parseHttpDate(value, now)
  return at === undefined ? null : Math.max(0, at - now)
}

const TIME = '(?<hour>[01][0-9]|2[0-3]):(?<minute>[0-5][0-9]):(?<second>[0-5][0-9]|60)'

/** The forms that every recipient must accept (RFC 9110, section 5.6.7): IMF-fixdate, that of RFC 850, asctime's. */
const FORMS = [
  `(Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?<day>[0-9]{2}) (?<month>[A-Z][a-z]{2}) (?<year>[0-9]{4}) ${TIME} GMT`,
  `(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?<day>[0-9]{2})-(?<month>[A-Z][a-z]{2})-(?<year>[0-9]{2}) ${TIME} GMT`,
  `(Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?<month>[A-Z][a-z]{2}) (?<day>[0-9]{2}| [0-9]) ${TIME} (?<year>[0-9]{4})`,
].map((form) => new RegExp(`^${form}$`))

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** @returns epoch ms, or undefined for what no calendar has. The name of the day may be wrong. */
function parseHttpDate(text: string, now: number): number | undefined {
  const parts = FORMS.map((form) => form.exec(text)?.groups).find((groups) => groups !== undefined)
  if (!parts) return undefined
  const { year = '', month = '' } = parts
  const [day, hour, minute, second] = [
    Number(parts.day),
    Number(parts.hour),
    Number(parts.minute),
    Number(parts.second),
  ]
  const inYear = (fullYear: number): number => {
    const date = new Date(0)
    date.setUTCFullYear(fullYear, MONTHS.indexOf(month), day)
    const isInCalendar = MONTHS[date.getUTCMonth()] === month && date.getUTCDate() === day
    // A leap second is the first second of the next minute.
    return isInCalendar ? date.setUTCHours(hour, minute, second) : Number.NaN
  }
  const at = year.length === 2 ? inFullYear(Number(year), now, inYear) : inYear(Number(year))
  return Number.isNaN(at) ? undefined : at
}

/** No year of two digits means one that is further ahead. */
const MOST_YEARS_AHEAD = 50

/** The last year with these two digits that is not more than fifty years ahead: RFC 9110, section 5.6.7. */
function inFullYear(twoDigits: number, now: number, inYear: (fullYear: number) => number): number {
  const latest = new Date(now)
  const latestYear = latest.getUTCFullYear() + MOST_YEARS_AHEAD
  const at = inYear(latestYear - ((latestYear - twoDigits) % 100))
  latest.setUTCFullYear(latestYear)
  return at > latest.getTime() ? inYear(latestYear - 100) : at
}
