/**
 * What a cron means, decided minute by minute: slow, plain, and written apart from the code it judges. A field is a
 * question about one number, a day is a question about one date, and the wall clock is what Intl prints.
 */

/** A minute as the clocks of a zone show it. */
export interface WallMinute {
  readonly instant: number
  readonly year: number
  readonly month: number
  readonly date: number
  readonly hour: number
  readonly minute: number
  /** 0 is Sunday. */
  readonly weekday: number
  /** Whether the clocks showed the same date and time before, within the last day. */
  readonly isSecondPass: boolean
}

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/** Every minute of `from <= instant < until` at which the clocks show a full minute. */
export function wallMinutes(timezone: string, from: number, until: number): readonly WallMinute[] {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    weekday: 'short',
  })
  const minutes: WallMinute[] = []
  const shown = new Set<string>()
  for (let instant = from - DAY_MS; instant < until; instant += MINUTE_MS) {
    const text = format.format(instant)
    const [, weekday, date, month, year, hour, minute] = /^(\w+), (\d+)\/(\d+)\/(\d+), (\d+):(\d+):00$/.exec(text) ?? []
    const isSecondPass = shown.has(text)
    shown.add(text)
    if (instant < from || weekday === undefined) continue
    minutes.push({
      instant,
      year: Number(year),
      month: Number(month),
      date: Number(date),
      hour: Number(hour),
      minute: Number(minute),
      weekday: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'].indexOf(weekday),
      isSecondPass,
    })
  }
  return minutes
}

const MONTHS = ['', 'JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const UNIX_WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']
const AWS_WEEKDAYS = ['', ...UNIX_WEEKDAYS]

const numberOf = (text: string, names: readonly string[]) => {
  const named = names.indexOf(text.toUpperCase())
  return named >= 0 ? named : Number.parseInt(text, 10)
}

/** Whether a list of `*`, values, ranges and steps names a value. A lone start with a step runs to `max`. */
function lists(text: string, value: number, min: number, max: number, names: readonly string[] = []): boolean {
  return text.split(',').some((item) => {
    const [span = '', step = '1'] = item.split('/')
    const [start = '', end] = span === '*' ? [`${min}`, `${max}`] : span.split('-')
    const from = numberOf(start, names)
    const to = end !== undefined ? numberOf(end, names) : item.includes('/') ? max : from
    const size = max - min + 1
    const distance = to < from && value < from ? value + size - from : value - from
    const length = to < from ? to + size - from : to - from
    return distance >= 0 && distance <= length && distance % Number.parseInt(step, 10) === 0
  })
}

/** The same question, asked once per answer: a window has thousands of minutes but few different numbers. */
function remembered<T>(keyOf: (at: WallMinute) => T, answer: (at: WallMinute) => boolean): (at: WallMinute) => boolean {
  const answers = new Map<T, boolean>()
  return (at) => {
    const key = keyOf(at)
    const known = answers.get(key)
    if (known !== undefined) return known
    const fresh = answer(at)
    answers.set(key, fresh)
    return fresh
  }
}

const dayKey = ({ year, month, date, weekday }: WallMinute) => ((year * 13 + month) * 32 + date) * 7 + weekday
const timeKey = ({ hour, minute }: WallMinute) => hour * 60 + minute

/** crontab(5) with Vixie's day rule: OR, but AND as soon as one of the two day fields begins with `*`. */
export function unixNames(expression: string): (at: WallMinute) => boolean {
  const [minute = '', hour = '', date = '', month = '', weekday = ''] = expression.split(' ')
  const namesDay = remembered(dayKey, (at) => {
    const onDate = lists(date, at.date, 1, 31)
    const onWeekday =
      lists(weekday, at.weekday, 0, 7, UNIX_WEEKDAYS) || (at.weekday === 0 && lists(weekday, 7, 0, 7, UNIX_WEEKDAYS))
    const onDay = date.startsWith('*') || weekday.startsWith('*') ? onDate && onWeekday : onDate || onWeekday
    return onDay && lists(month, at.month, 1, 12, MONTHS)
  })
  const namesTime = remembered(timeKey, (at) => lists(minute, at.minute, 0, 59) && lists(hour, at.hour, 0, 23))
  return (at) => namesDay(at) && namesTime(at)
}

const weekdayOn = (at: WallMinute, date: number) => new Date(Date.UTC(at.year, at.month - 1, date)).getUTCDay()
const exists = (at: WallMinute, date: number) =>
  date >= 1 && new Date(Date.UTC(at.year, at.month - 1, date)).getUTCMonth() === at.month - 1
const isWorkday = (at: WallMinute, date: number) => ![0, 6].includes(weekdayOn(at, date))

/** The nearest Monday to Friday, looked for in both directions within the month, backwards first. */
function nearest(at: WallMinute, date: number): number | undefined {
  if (!exists(at, date)) return undefined
  for (const distance of [0, -1, 1, -2, 2]) {
    const candidate = date + distance
    if (exists(at, candidate) && isWorkday(at, candidate)) return candidate
  }
  return undefined
}

/** The six fields inside EventBridge's cron(…), with `L`, `W` and `#`. */
export function eventBridgeNames(fields: string): (at: WallMinute) => boolean {
  const [minute = '', hour = '', date = '', month = '', weekday = '', year = ''] = fields.toUpperCase().split(' ')
  const namesDay = remembered(
    dayKey,
    (at) =>
      lists(month, at.month, 1, 12, MONTHS) &&
      lists(year, at.year, 1970, 2199) &&
      (date === '?' ? namesWeekday(weekday, at) : namesDate(date, at)),
  )
  const namesTime = remembered(timeKey, (at) => lists(minute, at.minute, 0, 59) && lists(hour, at.hour, 0, 23))
  return (at) => namesDay(at) && namesTime(at)
}

function namesDate(text: string, at: WallMinute): boolean {
  const last = [31, 30, 29, 28].find((date) => exists(at, date)) ?? 0
  if (text === 'L') return at.date === last
  if (text === 'LW') return at.date === [0, 1, 2].map((back) => last - back).find((date) => isWorkday(at, date))
  if (text.endsWith('W')) return at.date === nearest(at, Number.parseInt(text, 10))
  return lists(text, at.date, 1, 31)
}

function namesWeekday(text: string, at: WallMinute): boolean {
  const weekday = at.weekday + 1
  if (text === 'L') return weekday === 7
  if (text.endsWith('L')) return weekday === numberOf(text.slice(0, -1), AWS_WEEKDAYS) && !exists(at, at.date + 7)
  const [counted, nth] = text.split('#')
  if (nth !== undefined) {
    return weekday === numberOf(counted ?? '', AWS_WEEKDAYS) && Math.ceil(at.date / 7) === Number(nth)
  }
  return lists(text, weekday, 1, 7, AWS_WEEKDAYS)
}

/** Instants among the minutes at which EventBridge's clock rules let a cron run: the first pass of what it names. */
export const runsAmong = (minutes: readonly WallMinute[], names: (at: WallMinute) => boolean): readonly number[] =>
  minutes.filter((at) => !at.isSecondPass && names(at)).map(({ instant }) => instant)
