import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HIDDEN, shownDefinition, withoutCredentials } from '../../../lambdas/domain/audit/shown-definition.ts'
import { JobDefinition } from '../../../lambdas/domain/job/job.ts'

const definition = (fields: object = {}) =>
  JobDefinition.parse({ name: 'sync', cronExpression: '@daily', targetUrl: 'https://api.example.com/', ...fields })

const shown = (fields: object) => withoutCredentials(definition(fields))

describe('what is shown of a job', () => {
  it.each([
    ['Bearer {{secrets.TOKEN}}', 'Bearer {{secrets.TOKEN}}'],
    ['{{secrets.A}}{{secrets.B}}', '{{secrets.A}}{{secrets.B}}'],
    ['Basic abc', HIDDEN],
    ['prefix-{{secrets.TOKEN}}', HIDDEN],
    ['{{ secrets.TOKEN }}', HIDDEN],
    ['anything', HIDDEN],
  ])('is of the header value %j: %j', (value, expected) => {
    expect(shown({ headers: { 'X-Key': value } }).headers).toEqual({ 'X-Key': expected })
  })

  it('is the value of headers that are no credential, however they are written', () => {
    const headers = { 'Content-Type': 'application/json', accept: '*/*', Cookie: 'a=b' }
    expect(shown({ headers }).headers).toEqual({ ...headers, Cookie: HIDDEN })
  })

  it.each([
    ['https://api.example.com/a/b', 'https://api.example.com/a/b'],
    [
      'https://api.example.com/a?key=abc&{{secrets.X}}&n=1',
      `https://api.example.com/a?key=${HIDDEN}&{{secrets.X}}&n=${HIDDEN}`,
    ],
    ['https://api.example.com/?key={{secrets.KEY}}', 'https://api.example.com/?key={{secrets.KEY}}'],
    ['https://api.example.com/?abcdef', `https://api.example.com/?${HIDDEN}`],
    ['https://api.example.com/#abc', 'https://api.example.com/'],
    ['https://api.example.com/?a=b=c', `https://api.example.com/?a=${HIDDEN}`],
  ])('is of the URL %j: %j', (targetUrl, expected) => {
    expect(shown({ targetUrl }).targetUrl).toBe(expected)
  })

  it('is of auth its kind, and what it refers to', () => {
    expect(shown({ auth: { type: 'basic', username: 'ada', password: '{{secrets.P}}' } }).auth).toEqual({
      type: 'basic',
      username: HIDDEN,
      password: '{{secrets.P}}',
    })
    expect(shown({ auth: { type: 'bearer', token: 'abc' } }).auth).toEqual({ type: 'bearer', token: HIDDEN })
  })

  it('is of a body its size, and of a webhook where it leads', () => {
    expect(shown({ body: '{"é":1}' }).body).toBe(`${HIDDEN} (8 bytes)`)
    expect(shown({ body: null }).body).toBeNull()
    const notify = { webhookUrl: 'https://hooks.example.com/services/T0/B0/abc' }
    expect(shown({ notify }).notify.webhookUrl).toBe(`https://hooks.example.com/${HIDDEN}`)
  })

  it('is never a credential, wherever one is typed in', () => {
    const literal = fc
      .stringMatching(/^[a-zA-Z0-9]{8,40}$/)
      .filter((text) => !/^(bearer|basic|token|apikey)$/i.test(text))
    const places = (text: string) => [
      { headers: { Authorization: `Bearer ${text}` } },
      { headers: { 'X-Cron-Secret': text } },
      { auth: { type: 'bearer', token: text } },
      { auth: { type: 'basic', username: 'u', password: text } },
      { body: `{"token":"${text}"}` },
      { targetUrl: `https://api.example.com/?key=${text}` },
      { targetUrl: `https://api.example.com/?${text}` },
      { notify: { webhookUrl: `https://hooks.example.com/${text}` } },
    ]
    fc.assert(
      fc.property(literal, (text) => {
        for (const fields of places(text)) {
          const { name: _, ...rest } = shownDefinition(definition(fields))
          expect(JSON.stringify(rest)).not.toContain(text)
        }
      }),
    )
  })

  it('has no long text for the audit, and is whole for an admin', () => {
    const description = 'd'.repeat(512)
    expect(String(shownDefinition(definition({ description })).description)).toHaveLength(301)
    const accept = 'a'.repeat(4000)
    const { headers } = shownDefinition(definition({ headers: { accept } }))
    expect(JSON.stringify(headers).length).toBeLessThan(330)
    expect(shown({ description }).description).toBe(description)
  })

  it('still is a definition', () => {
    const whole = definition({ auth: { type: 'bearer', token: 'abc' }, body: 'x', headers: { 'X-A': 'b' } })
    expect(JobDefinition.parse(withoutCredentials(whole))).toEqual(withoutCredentials(whole))
  })
})
