import { describe, expect, it } from 'vitest'
import { JobDefinition } from '../../lambdas/domain/job/job.ts'
import type { Refusal } from '../../lambdas/domain/refusal.ts'
import { checkDefinition } from '../../lambdas/use-cases/check-definition.ts'

const NOW = Date.parse('2026-11-21T12:00:00Z')
const deps = { catalog: { read: async () => undefined }, clock: () => NOW }

const definition = (fields: Record<string, unknown> = {}) =>
  JobDefinition.parse({ name: 'x', cronExpression: '0 * * * *', targetUrl: 'https://api.example.com/', ...fields })

async function refusalOf(fields: Record<string, unknown>, current?: Record<string, unknown>): Promise<Refusal> {
  const context = {
    tenant: 't',
    plan: 'FREE',
    targets: {},
    ...(current ? { current: definition(current) } : {}),
  } as const
  return checkDefinition(deps, definition(fields), context).then(
    () => expect.unreachable('it was not refused'),
    (error) => error,
  )
}
const pointersOf = async (...args: Parameters<typeof refusalOf>) =>
  (await refusalOf(...args)).faults.map(({ pointer }) => pointer)

describe('checking a definition', () => {
  it.each([
    ['a control character in the name', { name: 'a\u0000b' }, '/name', 'got "a\\u0000b"'],
    ['a mark of direction in the name', { name: '\u2066x' }, '/name', 'got "\\u2066x"'],
    ['a line break in the name', { name: 'a\nb' }, '/name', 'control characters'],
    ['an escape sequence in the description', { description: '\u001b[31m' }, '/description', '\\u001b'],
    ['a C1 control in a tag', { tags: ['a', 'b\u009b'] }, '/tags/1', '\\u009b'],
    ['a tag twice', { tags: ['a', 'b', 'a'] }, '/tags/2', 'got "a" again'],
    ['an address twice', { notify: { emails: ['a@example.com', 'a@example.com'] } }, '/notify/emails/1', 'again'],
    [
      'an end in the past',
      { endAt: '2026-11-21T12:00:00Z' },
      '/endAt',
      'must be later than now, 2026-11-21T12:00:00.000Z',
    ],
    ['a rate beyond all calendars', { cronExpression: 'rate(999999999 days)' }, '/cronExpression', 'before 2200'],
    ['a header without a name', { headers: { '': 'x' } }, '/headers/', 'The header "" is not a header name'],
  ])('names the field of %s', async (_, fields, pointer, detail) => {
    expect((await refusalOf(fields)).faults).toEqual([{ pointer, detail: expect.stringContaining(detail) }])
  })

  it('takes names in any writing, and descriptions of several lines', async () => {
    const fields = { name: 'Синк عربي 日本 👩‍💻', description: 'one\n\ttwo', tags: ['größe', 'a-b'] }
    await expect(
      checkDefinition(deps, definition(fields), { tenant: 't', plan: 'FREE', targets: {} }),
    ).resolves.toBeUndefined()
  })

  it('names every fault at once', async () => {
    const pointers = await pointersOf({
      cronExpression: '61 * * * *',
      timezone: 'Mars/Phobos',
      startAt: '2027-01-02T00:00:00Z',
      endAt: '2027-01-01T00:00:00Z',
      retryDelaySeconds: 100,
      retryMaxDelaySeconds: 10,
      targetUrl: 'http://10.0.0.1/?key={{secrets.NOPE}}',
    })
    expect(pointers).toEqual([
      '/cronExpression',
      '/timezone',
      '/endAt',
      '/retryMaxDelaySeconds',
      '/targetUrl',
      '/targetUrl',
    ])
  })

  it.each([
    [{ cronExpression: '0 0 30 2 *' }],
    [{ cronExpression: 'at(2026-11-21T11:59:00)' }],
    [{ cronExpression: '0 0 1 1 *', startAt: '2027-02-01T00:00:00Z', endAt: '2027-03-01T00:00:00Z' }],
  ])('refuses a schedule with nothing left to fire: %j', async (fields) => {
    expect(await pointersOf(fields)).toEqual(['/cronExpression'])
  })

  it.each([
    'http://127.0.0.1/hook',
    'https://localhost/hook',
    'https://169.254.169.254/latest',
    'https://user:pw@hooks.example.com/',
    'https://hooks.example.com:22/',
    'https://hooks.example.com/{{secrets.TOKEN}}',
  ])('refuses the webhook %s', async (webhookUrl) => {
    expect(await pointersOf({ notify: { webhookUrl } })).toEqual(['/notify/webhookUrl'])
  })

  it('lets a job that has run out be renamed, but not be given another such schedule', async () => {
    const past = { cronExpression: 'at(2026-11-21T11:59:00)' }
    const context = { tenant: 't', plan: 'FREE', targets: {}, current: definition(past) } as const
    await expect(checkDefinition(deps, definition({ ...past, name: 'y' }), context)).resolves.toBeUndefined()
    expect(await pointersOf({ cronExpression: 'at(2026-11-21T11:00:00)' }, past)).toEqual(['/cronExpression'])
  })

  it('says which secret is missing, and where it is referred to', async () => {
    const refusal = await refusalOf({ headers: { 'X~Key': '{{secrets.NOPE}}' } })
    expect(refusal.faults).toMatchObject([{ pointer: '/headers/X~0Key', detail: expect.stringContaining('NOPE') }])
  })
})
