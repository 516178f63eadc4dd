import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { duration, noticeMail } from '../../../lambdas/domain/notification/mail.ts'
import { NoticeMessage } from '../../../lambdas/domain/notification/notice-message.ts'
import { anyText } from '../../support/any-text.ts'

const types = ['job.failed', 'job.recovered', 'job.succeeded', 'job.disabled'] as const

function messageOf(type: NoticeMessage['type'], { name = 'Health Check', text = 'The target answered 500.' } = {}) {
  const isBad = type === 'job.failed' || type === 'job.disabled'
  return NoticeMessage.parse({
    type,
    timestamp: '2026-11-21T12:10:01.000Z',
    data: {
      job: { id: 'j', name },
      run: {
        id: 'r',
        status: isBad ? 'FAILED' : 'SUCCEEDED',
        plannedAt: '2026-11-21T12:10:00.000Z',
        httpStatus: 500,
        reason: isBad ? { code: 'HTTP_STATUS', message: text, hint: text } : null,
        url: 'https://punctual.example.com/api/runs/r',
      },
      consecutiveFailures: 3,
      failingSince: '2026-11-21T12:00:00.000Z',
      failedForSeconds: 600,
      lastGoodRun: { id: 'g', plannedAt: '2026-11-21T11:55:00.000Z' },
      disabledReason: type === 'job.disabled' ? { code: 'FAILING', message: text } : null,
    },
  })
}

describe('the mail of a notice', () => {
  it('says what happened, why, what helps, when it last worked, and where to look', () => {
    expect(noticeMail(messageOf('job.failed'))).toMatchObject({
      subject: '[Punctual] Health Check failed 3 times in a row',
      text: [
        '“Health Check” has failed 3 times in a row.',
        '',
        'What happened: The target answered 500. (HTTP_STATUS)',
        'What helps: The target answered 500.',
        'This run: planned for 2026-11-21 12:10:00 UTC',
        'First failure: 2026-11-21 12:00:00 UTC',
        'Last good run: 2026-11-21 11:55:00 UTC',
        '',
        'https://punctual.example.com/api/runs/r',
        '',
        'You will not hear of this again until the job works.',
        '',
      ].join('\n'),
    })
  })

  it('says how long it lasted and how many failed once it works again', () => {
    const { subject, text } = noticeMail(messageOf('job.recovered'))
    expect(subject).toBe('[Punctual] Health Check works again')
    expect(text).toContain('“Health Check” works again, after 10 minutes and 3 failed runs.')
    expect(text).not.toContain('What happened')
  })

  it.each(types)('says the same in HTML that a phone shows in one column, and loads nothing: %s', (type) => {
    const { html, text } = noticeMail(messageOf(type))
    expect(html).toContain('<meta name="viewport" content="width=device-width,initial-scale=1">')
    expect(html).toContain('href="https://punctual.example.com/api/runs/r"')
    expect(html.match(/(src|srcset|background|@import|<script|<link|<img)/gi)).toBeNull()
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('https:'))
    const words = html.replaceAll(/<[^>]+>/g, ' ')
    for (const line of lines) expect(words).toContain(line.replace(/^[A-Z][a-z ]+: /, ''))
  })

  it('lets no name or answer put anything into the page', () => {
    const text = fc
      .oneof(anyText(), fc.constantFrom('</dd><script>', '"><a href=//x>', "'onload='", '&lt;', '<!--', ']]>'))
      .map((some) => `x${some}`)
    fc.assert(
      fc.property(fc.constantFrom(...types), text, text, (type, name, answer) => {
        const tags = (html: string) => html.match(/<[^>]*>/g)
        expect(tags(noticeMail(messageOf(type, { name, text: answer })).html)).toEqual(
          tags(noticeMail(messageOf(type)).html),
        )
      }),
    )
  })

  it('has a subject of one line of at most 100 characters, whatever the name', () => {
    const name = fc.oneof(
      anyText({ maxLength: 128 }),
      fc.constantFrom('a\r\nBcc: everyone@example.com', 'a\u2028b', 'a\u0085b', '😀'.repeat(64), 'x'.repeat(128)),
    )
    fc.assert(
      fc.property(fc.constantFrom(...types), name, (type, given) => {
        const { subject } = noticeMail(messageOf(type, { name: given }))
        expect(subject).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u)
        expect(subject.length).toBeLessThanOrEqual(100)
        if (given.isWellFormed()) expect(subject.isWellFormed()).toBe(true)
      }),
    )
  })
})

it.each([
  [0, 'less than a second'],
  [1, '1 second'],
  [59, '59 seconds'],
  [600, '10 minutes'],
  [3661, '1 hour 1 minute'],
  [86_400 * 2 + 3600, '2 days 1 hour'],
])('%i seconds are %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text)
})
