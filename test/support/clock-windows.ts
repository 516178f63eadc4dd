import { type WallMinute, wallMinutes } from './cron-oracle.ts'

/** A few days of a zone's wall clock, minute by minute. */
export interface ClockWindow {
  readonly timezone: string
  readonly from: number
  readonly until: number
  readonly minutes: readonly WallMinute[]
}

/** Days around clock changes of many kinds, ends of months, a leap day and a turn of the year. */
const PLACES = [
  ['Europe/Paris', '2026-03-27', 5],
  ['Europe/Paris', '2026-10-23', 4],
  ['America/New_York', '2026-03-06', 4],
  ['America/New_York', '2026-10-30', 4],
  ['America/Chicago', '2027-11-05', 4],
  ['Australia/Lord_Howe', '2026-04-02', 4],
  ['Australia/Lord_Howe', '2026-10-01', 4],
  ['America/Sao_Paulo', '2018-02-16', 4],
  ['America/Sao_Paulo', '2018-11-02', 4],
  ['Africa/Cairo', '2026-04-22', 4],
  ['Africa/Cairo', '2026-10-28', 4],
  ['Asia/Beirut', '2026-03-27', 4],
  ['Atlantic/Azores', '2026-10-23', 4],
  ['Antarctica/Troll', '2026-03-27', 5],
  ['Antarctica/Troll', '2026-10-24', 4],
  ['Pacific/Apia', '2011-12-28', 5],
  ['Pacific/Chatham', '2026-04-03', 4],
  ['Asia/Kathmandu', '2026-04-29', 4],
  ['America/St_Johns', '2026-03-07', 3],
  ['Africa/Casablanca', '2023-03-18', 3],
  ['UTC', '2028-02-27', 4],
  ['UTC', '2026-02-26', 5],
  ['Asia/Tokyo', '2026-12-30', 4],
  ['Pacific/Kiritimati', '2027-01-29', 5],
  ['Pacific/Niue', '2026-08-30', 4],
] as const

let windows: readonly ClockWindow[] | undefined

/** Made once, on first use: a second or so of asking Intl. */
export function clockWindows(): readonly ClockWindow[] {
  windows ??= PLACES.map(([timezone, date, days]) => {
    const from = Date.parse(`${date}T00:00:00Z`)
    const until = from + days * 86_400_000
    return { timezone, from, until, minutes: wallMinutes(timezone, from, until) }
  })
  return windows
}

/** The instants of an ascending sequence that lie in a window. */
export function within(instants: Iterable<number>, { from, until }: ClockWindow): readonly number[] {
  const found: number[] = []
  for (const instant of instants) {
    if (instant >= until) break
    if (instant >= from) found.push(instant)
  }
  return found
}
