import { describe, expect, it } from 'vitest'
import { draftCrontab } from '../../../lambdas/domain/import/crontab/crontab.ts'
import { CrontabDocument } from '../../../lambdas/domain/import/crontab/crontab-document.ts'
import { pairByName } from '../../../lambdas/domain/import/pair-by-name.ts'
import { JobDefinition } from '../../../lambdas/domain/job/job.ts'

const LONGEST = 32 * 1024
/** Linear work takes milliseconds; what grows with the square takes minutes. */
const MOST_MS = 3_000

const fill = (part: string, end = '') => part.repeat(Math.floor((LONGEST - end.length) / part.length)) + end
const lines = (lineOf: (index: number) => string) =>
  Array.from({ length: 2000 }, (_, index) => lineOf(index)).join('\n')

describe('documents made to take long', () => {
  it.each([
    ['blanks within a line', `x${fill(' ', 'x').slice(1)}`],
    ['blanks behind a schedule', fill('* * * * * ', 'x')],
    ['one long word', `* * * * * ${fill('a').slice(10)}`],
    ['quotes', `* * * * * ${fill(`'"`).slice(10)}`],
    ['dollars', `* * * * * ${fill('$').slice(10)}`],
    ['separators', `* * * * * curl a${fill('|').slice(16)}`],
    ['percent signs', `* * * * * ${fill('\\%%').slice(10)}`],
    ['redirections', `* * * * * curl a ${fill('>a ').slice(18)}`],
    ['options', `* * * * * curl ${fill('-d a ').slice(15)}`],
    ['settings', lines((index) => `A${index}=${'b'.repeat(100)}`)],
    ['the same call', lines(() => '* * * * * curl example.com')],
    ['calls with credentials of one name', lines((index) => `* * * * * curl -u a:${index} example.com`)],
  ])('reads a crontab of %s at once', (_name, crontab) => {
    const document = CrontabDocument.parse({ format: 'crontab', crontab })
    const startedAt = performance.now()
    draftCrontab(document)
    expect(performance.now() - startedAt).toBeLessThan(MOST_MS)
  })

  it('does not read a line that is longer than any cron takes', () => {
    const crontab = `* * * * * curl example.com/${'a'.repeat(LONGEST)}`
    const { lines } = draftCrontab(CrontabDocument.parse({ format: 'crontab', crontab }))
    expect(lines).toMatchObject([{ kind: 'REFUSED', note: expect.stringContaining('at most 32768') }])
  })

  it('refuses a crontab of more lines', () => {
    const crontab = `${lines(() => '#')}\n`
    expect(CrontabDocument.safeParse({ format: 'crontab', crontab }).error?.issues).toMatchObject([
      { path: ['crontab'], message: 'must have at most 2000 lines' },
    ])
  })

  it('pairs jobs of one name at once, however many', () => {
    const definition = (description: string) =>
      JobDefinition.parse({ name: 'a', description, cronExpression: '@daily', targetUrl: 'https://example.com/' })
    const wanted = Array.from({ length: 1000 }, (_, index) => definition(`wanted ${index}`))
    const existing = wanted.map((_, index) => ({ id: `${index}`, version: 1, definition: definition(`${index}`) }))
    const startedAt = performance.now()
    expect(new Set(pairByName(wanted, existing)).size).toBe(1000)
    expect(performance.now() - startedAt).toBeLessThan(MOST_MS)
  })
})
