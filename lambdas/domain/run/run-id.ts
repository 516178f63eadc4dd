/**
 * A run's id is its place in time and its job: 10 characters of Crockford base 32 for the planned instant (as in a
 * ULID, so that ids sort by time), `S` for a scheduled or `M` and 6 random characters for a manual run, and the job's
 * id. The id of an occurrence is therefore the same however often, and by whichever schedule, it is delivered.
 */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const TIME_LENGTH = 10
const PATTERN = /^([0-7][0-9A-HJKMNP-TV-Z]{9})(?:S|M[0-9A-HJKMNP-TV-Z]{6})([0-9A-HJKMNP-TV-Z]{26})$/

function encodeTime(instant: number): string {
  let rest = instant
  let text = ''
  for (let i = 0; i < TIME_LENGTH; i++) {
    text = `${ALPHABET[rest % 32] ?? ''}${text}`
    rest = Math.floor(rest / 32)
  }
  return text
}

/** The instant that an id begins with, epoch ms: a run's planned one, or the making of whatever has a ULID. */
export const instantOf = (id: string): number =>
  [...id.slice(0, TIME_LENGTH)].reduce((instant, character) => instant * 32 + ALPHABET.indexOf(character), 0)

/** @param plannedAt epoch ms. */
export const occurrenceRunId = (jobId: string, plannedAt: number): string => `${encodeTime(plannedAt)}S${jobId}`

/**
 * @param requestedAt epoch ms.
 * @param entropy 6 characters of Crockford base 32 that tell apart what is asked for in the same millisecond.
 */
export const manualRunId = (jobId: string, requestedAt: number, entropy: string): string =>
  `${encodeTime(requestedAt)}M${entropy}${jobId}`

/** Makes that entropy of 6 random bytes. */
export const manualEntropy = (random: Uint8Array): string =>
  Array.from(random, (byte) => ALPHABET[byte % 32] ?? '').join('')

/** Takes that entropy from a ULID, whose last characters are random. */
export const manualEntropyOf = (ulid: string): string => ulid.slice(-6)

/** Least possible id at an instant, to bound queries by time. */
export const runIdFloor = (instant: number): string => encodeTime(Math.max(0, instant))

/** @returns undefined for anything that is not a run's id. */
export function parseRunId(
  id: string,
): { readonly jobId: string; readonly plannedAt: number; readonly trigger: 'SCHEDULE' | 'MANUAL' } | undefined {
  const match = PATTERN.exec(id)
  if (!match?.[1] || !match[2]) return undefined
  return {
    jobId: match[2],
    plannedAt: instantOf(match[1]),
    trigger: id[TIME_LENGTH] === 'S' ? 'SCHEDULE' : 'MANUAL',
  }
}
