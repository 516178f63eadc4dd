/** Instants as somebody in a zone reads them from a clock on the wall. */
export const wallTimes = (instants: readonly string[], timeZone: string): readonly string[] =>
  instants.map((instant) =>
    new Date(instant).toLocaleString('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }),
  )

export const DAY_MS = 86_400_000

/** The last Sunday of a month, when the clocks of the European Union change at 01:00 UTC (Directive 2000/84/EC). */
export function lastSunday(year: number, month: 3 | 10): number {
  const last = Date.UTC(year, month, 0)
  return last - new Date(last).getUTCDay() * DAY_MS
}

export const isoDate = (at: number): string => new Date(at).toISOString().slice(0, 10)
export const isoInstant = (at: number): string => new Date(at).toISOString()
