import { describe, expect, it } from 'vitest'
import { isTimezone } from '../../schedule-expressions/index.ts'

describe('isTimezone', () => {
  it('it knows every zone that Intl lists', () => {
    expect(Intl.supportedValuesOf('timeZone').filter((name) => !isTimezone(name))).toEqual([])
  })

  it.each(
    (
      'UTC Etc/UTC GMT Etc/GMT+5 Etc/GMT-14 GMT+0 GB-Eire EST5EDT W-SU NZ-CHAT US/Pacific America/Knox_IN Asia/Kolkata ' +
      'Asia/Calcutta Europe/Kyiv Europe/Kiev Africa/Dar_es_Salaam America/Port-au-Prince America/Port_of_Spain ' +
      'Australia/NSW Australia/ACT Australia/LHI Antarctica/McMurdo Antarctica/DumontDUrville Brazil/DeNoronha ' +
      'America/Argentina/ComodRivadavia America/North_Dakota/New_Salem Europe/Isle_of_Man Chile/EasterIsland ' +
      'Etc/GMT Etc/GMT0 Etc/GMT+0 Etc/GMT-0 Etc/GMT+12 Etc/UCT Etc/Greenwich'
    ).split(' '),
  )('it accepts the database name %j', (name) => {
    expect(isTimezone(name)).toBe(true)
  })

  it.each([
    '',
    ' ',
    'utc',
    'europe/paris',
    'EUROPE/PARIS',
    'us/pacific',
    'aMerica/New_York',
    'AmericA/New_York',
    'America/New_york',
    'America/Port-au-prince',
    'america/Port-au-Prince',
    'Etc/gmt+5',
    'US/PACIFIC',
    'Asia/kolkata',
    'Europe/Paris ',
    '+01:00',
    '-0530',
    'UTC+1',
    'GMT+01:00',
    'Etc/GMT+15',
    'IST',
    'PST',
    'JST',
    'SystemV/PST8PDT',
    'Etc/Unknown',
    'Factory',
    'localtime',
    'Mars/Olympus_Mons',
    'Europe/Paris/Europe/Paris/Europe/Paris/Europe/Paris',
    'constructor',
  ])('it refuses %j', (name) => {
    expect(isTimezone(name)).toBe(false)
  })
})
