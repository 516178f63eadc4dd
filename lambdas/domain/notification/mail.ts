import type { NoticeMessage } from './notice-message.ts'

/** A mail, ready to be sent. */
export type Mail = { readonly subject: string; readonly text: string; readonly html: string }

/** Longest subject: a phone shows less, and SNS takes 100 characters. */
const LONGEST_SUBJECT = 100

type Row = readonly [label: string, text: string]

/** Writes the mail of a notice: plain text, and HTML that reads well on a phone. */
export function noticeMail(message: NoticeMessage): Mail {
  const { data } = message
  const headline = headlineOf(message)
  const rows = rowsOf(message)
  const after = afterword(message)
  return {
    subject: subjectOf(message),
    text: [
      headline,
      '',
      ...rows.map(([label, text]) => `${label}: ${line(text)}`),
      '',
      data.run.url,
      '',
      after,
      '',
    ].join('\n'),
    html: page(headline, rows, data.run.url, after, message.type === 'job.failed' || message.type === 'job.disabled'),
  }
}

const times = (count: number): string => (count === 1 ? 'once' : `${count} times in a row`)

function subjectOf({ type, data }: NoticeMessage): string {
  const name = line(data.job.name)
  const words = {
    'job.failed': `failed ${times(data.consecutiveFailures)}`,
    'job.recovered': 'works again',
    'job.succeeded': 'succeeded',
    'job.disabled': 'was disabled',
  }[type]
  const room = LONGEST_SUBJECT - words.length - '[Punctual]  '.length
  return `[Punctual] ${cut(name, room)} ${words}`
}

function headlineOf({ type, data }: NoticeMessage): string {
  const name = `“${line(data.job.name)}”`
  switch (type) {
    case 'job.failed':
      return `${name} has failed ${times(data.consecutiveFailures)}.`
    case 'job.recovered':
      return `${name} works again, after ${duration(data.failedForSeconds ?? 0)} and ${data.consecutiveFailures} failed ${data.consecutiveFailures === 1 ? 'run' : 'runs'}.`
    case 'job.succeeded':
      return `${name} has succeeded.`
    case 'job.disabled':
      return `${name} was disabled and will not run again by itself.`
  }
}

function rowsOf({ data }: NoticeMessage): readonly Row[] {
  const { run, disabledReason, failingSince, lastGoodRun } = data
  const { reason } = run
  return [
    ...(disabledReason ? [['Why', disabledReason.message] as const] : []),
    ...(reason ? [['What happened', `${reason.message} (${reason.code})`] as const] : []),
    ...(reason?.hint ? [['What helps', reason.hint] as const] : []),
    ['This run', `planned for ${when(run.plannedAt)}`],
    ...(failingSince ? [['First failure', when(failingSince)] as const] : []),
    ['Last good run', lastGoodRun ? when(lastGoodRun.plannedAt) : 'none that is known'],
  ]
}

function afterword({ type }: NoticeMessage): string {
  if (type === 'job.failed') return 'You will not hear of this again until the job works.'
  if (type === 'job.disabled') return 'Resume the job once the cause is mended.'
  return 'Who is told of what is set in the job, under “notify”.'
}

/** `2026-11-21T12:00:00.000Z` → `2026-11-21 12:00:00 UTC` */
const when = (instant: string): string => `${instant.slice(0, 19).replace('T', ' ')} UTC`

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const

/** The two largest units of a span: `2 hours 5 minutes`. */
export function duration(seconds: number): string {
  const parts: string[] = []
  let rest = seconds
  for (const [name, length] of UNITS) {
    const count = Math.floor(rest / length)
    rest -= count * length
    if (count > 0) parts.push(`${count} ${name}${count === 1 ? '' : 's'}`)
  }
  return parts.slice(0, 2).join(' ') || 'less than a second'
}

/** One line of text, whatever it was made of: nothing in it can begin a new line, or a new header. */
export const line = (text: string): string => text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim()

/** Whole characters only. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text
  let kept = ''
  for (const character of text) {
    if (kept.length + character.length > length - 1) break
    kept += character
  }
  return `${kept}…`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escaped = (text: string): string => line(text).replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '')

/** One column, large type, no picture and nothing to load. */
function page(headline: string, rows: readonly Row[], url: string, after: string, isBad: boolean): string {
  const items = rows.map(
    ([label, text]) =>
      `<dt style="margin:16px 0 2px;color:#666;font-size:14px">${escaped(label)}</dt>` +
      `<dd style="margin:0;overflow-wrap:anywhere">${escaped(text)}</dd>`,
  )
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark">',
    `<title>${escaped(headline)}</title></head>`,
    '<body style="margin:0;padding:20px;max-width:560px;font:16px/1.5 system-ui,sans-serif">',
    `<h1 style="margin:0;padding-left:12px;border-left:4px solid ${isBad ? '#c0392b' : '#2e8b57'};font-size:20px;line-height:1.3;overflow-wrap:anywhere">${escaped(headline)}</h1>`,
    `<dl style="margin:0">${items.join('')}</dl>`,
    `<p style="margin:24px 0"><a href="${escaped(url)}" style="overflow-wrap:anywhere">Show the run</a></p>`,
    `<p style="color:#666;font-size:14px">${escaped(after)}</p></body></html>`,
  ].join('\n')
}
