import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { draftCrontab } from '../../../lambdas/domain/import/crontab/crontab.ts'
import { CrontabDocument } from '../../../lambdas/domain/import/crontab/crontab-document.ts'

const draft = (crontab: string, options: object = {}) =>
  draftCrontab(CrontabDocument.parse({ format: 'crontab', crontab, ...options }))

function definitionOf(crontab: string, options?: object) {
  const [first] = draft(crontab, options).jobs
  if (first?.kind !== 'job') throw new Error(first?.reasons.join() ?? 'no job')
  return first.definition
}

const U = 'https://example.com/sync'

const whole = `# m h  dom mon dow   command
SHELL=/bin/sh
MAILTO="ops@example.com, root"
CRON_TZ=Europe/Paris
TOKEN=s3cret

# Gateway sync
*/5 * * * * curl -fsS -m 60 -X POST -H "Authorization: Bearer $TOKEN" ${U} >/dev/null 2>&1 || curl -fsS https://hc.example.com/fail
@daily wget -q -O- ${U}?day=\\%F
*/5 * * * * cd /srv && php sync.php >> log 2>&1
@reboot curl ${U}
what is this
MAILTO=""
0 8 * * * curl ${U}
0 20 * * * curl ${U}
`

describe('draftCrontab', () => {
  it('accounts for every line', () => {
    const { lines } = draft(whole)
    expect(lines?.map(({ line, kind }) => `${line} ${kind}`)).toEqual([
      '1 COMMENT',
      '2 SETTING',
      '3 SETTING',
      '4 SETTING',
      '5 SETTING',
      '6 BLANK',
      '7 COMMENT',
      '8 JOB',
      '9 JOB',
      '10 REFUSED',
      '11 REFUSED',
      '12 REFUSED',
      '13 SETTING',
      '14 JOB',
      '15 JOB',
    ])
  })

  it('makes a job of a call with everything that crontabs have around it', () => {
    const { jobs, secrets } = draft(whole)
    expect(jobs[0]).toEqual({
      kind: 'job',
      source: { line: 8 },
      name: 'example.com/sync (*/5 * * * *)',
      warnings: [],
      definition: expect.objectContaining({
        description: 'Gateway sync',
        cronExpression: '*/5 * * * *',
        timezone: 'Europe/Paris',
        targetUrl: U,
        httpMethod: 'POST',
        headers: { Authorization: expect.stringMatching(/^Bearer \{\{secrets\.\w+\}\}$/) },
        timeout: 60_000,
        maxRetries: 0,
        success: expect.objectContaining({ status: ['200-399'] }),
        notify: expect.objectContaining({
          onFailure: true,
          afterFailures: 1,
          emails: ['ops@example.com'],
          webhookUrl: 'https://hc.example.com/fail',
        }),
      }),
    })
    expect(secrets).toEqual([
      { name: expect.stringMatching(/_AUTHORIZATION$/), value: 's3cret', description: expect.any(String) },
    ])
  })

  it('keeps a line that is no call, and says what it needs', () => {
    const refused = draft(whole).jobs.filter(({ kind }) => kind === 'refused')
    expect(refused).toMatchObject([
      {
        source: { line: 10, text: '*/5 * * * * cd /srv && php sync.php >> log 2>&1' },
        reasons: [expect.stringMatching(/^It needs an endpoint: it runs php/)],
      },
      { source: { line: 11, text: `@reboot curl ${U}` }, reasons: [expect.stringContaining('@reboot has no time')] },
      { source: { line: 12, text: 'what is this' }, reasons: [expect.stringContaining('neither')] },
    ])
  })

  it('reads a percent sign as cron does', () => {
    expect(definitionOf(`@daily curl ${U}?d=\\%20`).targetUrl).toBe(`${U}?d=%20`)
    expect(definitionOf(`@daily curl -d @- ${U}%a=1%b=2`)).toMatchObject({ targetUrl: U, body: 'a=1b=2' })
  })

  it('tells jobs of one URL apart by their schedule', () => {
    const { jobs } = draft(`0 8 * * * curl ${U}\n0 20 * * * curl ${U}\n@daily curl ${U}/other`)
    expect(jobs.map(({ name }) => name)).toEqual([
      'example.com/sync (0 8 * * *)',
      'example.com/sync (0 20 * * *)',
      'example.com/sync/other',
    ])
  })

  it.each([
    ['', { emails: [], onFailure: true }],
    ['MAILTO=a@example.com\n', { emails: ['a@example.com'], onFailure: true }],
    ['MAILTO=root\n', { emails: [], onFailure: true }],
    ['MAILTO=""\n', { emails: [], onFailure: false, onRecovery: false, onDisable: false }],
  ])('reads who gets mail from %j', (settings, notify) => {
    expect(definitionOf(`${settings}@daily curl ${U}`).notify).toMatchObject(notify)
  })

  it.each([
    [`@daily curl ${U}`, {}, 'UTC'],
    [`@daily curl ${U}`, { timezone: 'Asia/Tokyo' }, 'Asia/Tokyo'],
    [`CRON_TZ=Europe/Paris\n@daily curl ${U}`, { timezone: 'Asia/Tokyo' }, 'Europe/Paris'],
    [`TZ=Europe/Paris\n@daily curl ${U}`, {}, 'UTC'],
  ])('finds the time zone of %j with %j', (crontab, options, timezone) => {
    expect(definitionOf(crontab, options).timezone).toBe(timezone)
  })

  it('refuses jobs below a time zone that is none', () => {
    expect(draft(`CRON_TZ=Mars/Olympus\n@daily curl ${U}`).jobs).toMatchObject([
      { kind: 'refused', reasons: [expect.stringContaining('Mars/Olympus')] },
    ])
  })

  it('reads the crontab of a system, and hints at it where it is not said', () => {
    const line = `17 * * * * root curl ${U}`
    expect(definitionOf(line, { userField: true }).targetUrl).toBe(U)
    expect(draft(line).jobs).toMatchObject([{ reasons: [expect.stringContaining('"userField": true')] }])
  })

  it.each([
    ['22-2 * * * *', 'reversed'],
    ['5/10 * * * *', 'a step needs a range'],
    ['61 * * * *', 'minute'],
  ])('refuses the schedule %s', (schedule, words) => {
    expect(draft(`${schedule} curl ${U}`).jobs).toMatchObject([{ reasons: [expect.stringContaining(words)] }])
  })

  it('knows no lines that go on', () => {
    expect(draft(`@daily curl \\\n  ${U}`).lines).toMatchObject([{ kind: 'REFUSED' }, { kind: 'REFUSED' }])
  })

  it.each([
    ['# Sync the gateway', 'Sync the gateway'],
    ['# Синхронизация', 'Синхронизация'],
    ['# m h dom mon dow command', ''],
    [`# */5 * * * * curl ${U}`, ''],
    ['# .---- minute', ''],
    ['# Sync\n', ''],
  ])('takes the comment %j for a description or not', (comment, description) => {
    expect(definitionOf(`${comment}\n@daily curl ${U}`).description).toBe(description)
  })

  it('cuts long texts between characters', () => {
    const many = `x${'😀'.repeat(300)}`
    const { jobs } = draft(`# ${many}\n@daily curl https://example.com/\n@daily ${many}`)
    expect(jobs).toMatchObject([{ definition: { description: many.slice(0, 511) } }, { name: many.slice(0, 127) }])
  })

  it('gives a call without a limit the longest there is, and else what the command says', () => {
    expect(definitionOf(`@daily curl ${U}`)).toMatchObject({ timeout: 300_000, redirects: 'NONE' })
    expect(definitionOf(`@daily curl -L -m 5 ${U}`)).toMatchObject({ timeout: 5000, redirects: 'FOLLOW' })
  })

  it('accounts for every line of any text, each once and in order', () => {
    const unit = fc.constantFrom(
      '*',
      ' ',
      '\t',
      '5',
      '@daily',
      'curl',
      '%',
      '\\',
      '"',
      '#',
      '=',
      'MAILTO',
      U,
      '|',
      '&',
      '$A',
      '\r',
    )
    const text = fc.array(fc.oneof(fc.string({ unit }), fc.constant(`* * * * * curl ${U}`)), { minLength: 1 })
    fc.assert(
      fc.property(text, fc.boolean(), (given, userField) => {
        const { lines = [], jobs } = draft(`${given.join('\n')}\n`, { userField })
        expect(lines.map(({ line }) => line)).toEqual(given.map((_, index) => index + 1))
        const told = jobs.map(({ source }) => source.line).toSorted((a, b) => (a ?? 0) - (b ?? 0))
        expect(told).toEqual(lines.filter(({ kind }) => kind === 'JOB' || kind === 'REFUSED').map(({ line }) => line))
      }),
    )
  })
})
