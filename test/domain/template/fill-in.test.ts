import { describe, expect, it } from 'vitest'
import { JobDefinition } from '../../../lambdas/domain/job/job.ts'
import { blameVariables } from '../../../lambdas/domain/template/blame-variables.ts'
import { builtInTemplate, builtInTemplates } from '../../../lambdas/domain/template/built-in.ts'
import { draftTemplate, secretNameFaults } from '../../../lambdas/domain/template/draft-template.ts'
import { fillIn } from '../../../lambdas/domain/template/fill-in.ts'
import { Template } from '../../../lambdas/domain/template/template.ts'
import { formOf, type Variable, type VariableValue } from '../../../lambdas/domain/template/variable.ts'

const job = { name: 'sync', cronExpression: '@daily', targetUrl: 'https://example.com/' }

/** The one job that a template of this field and these variables comes to. */
const filledField = (
  field: string,
  value: unknown,
  variables: Record<string, [type: Variable['type'], value: VariableValue]>,
) => {
  const template = Template.parse({
    id: 'mine',
    name: 'Mine',
    variables: Object.entries(variables).map(([name, [type]]) =>
      type === 'choice' ? { type, name, choices: ['a'] } : { type, name },
    ),
    jobs: [{ ...job, [field]: value }],
  })
  const values = Object.fromEntries(Object.entries(variables).map(([name, [, given]]) => [name, given]))
  return fillIn(template, values).jobs[0]?.[field]
}

describe('filling in a template', () => {
  it.each([
    [
      'text in a text',
      'name',
      '{{variables.a}} at {{variables.b}}',
      { a: ['text', 'Ada'], b: ['text', 'X'] },
      'Ada at X',
    ],
    ['a number that is all of a text', 'timeout', '{{variables.n}}', { n: ['integer', 5000] }, 5000],
    ['a number in a text', 'timeout', '{{variables.n}}0', { n: ['integer', 500] }, '5000'],
    ['a boolean', 'enabled', '{{variables.b}}', { b: ['boolean', false] }, false],
    [
      'parts of a time',
      'cronExpression',
      '{{variables.t.minute}} {{variables.t.hour}} * * *',
      { t: ['time', '08:05'] },
      '5 8 * * *',
    ],
    [
      'the host of a URL',
      'name',
      'on {{variables.u.host}}',
      { u: ['url', 'https://a.example.com:8443/x'] },
      'on a.example.com:8443',
    ],
    [
      'a URL and a path behind it',
      'targetUrl',
      '{{variables.u}}/cron',
      { u: ['url', 'https://example.com/'] },
      'https://example.com/cron',
    ],
    [
      'a URL alone',
      'targetUrl',
      '{{variables.u}}',
      { u: ['url', 'https://example.com/a/?b=c'] },
      'https://example.com/a/?b=c',
    ],
    [
      'text in a URL',
      'targetUrl',
      'https://example.com/?c={{variables.c}}',
      { c: ['text', 'a&b=c/d'] },
      'https://example.com/?c=a%26b%3Dc%2Fd',
    ],
    ['text in JSON', 'body', '{"c":"{{variables.c}}"}', { c: ['text', 'say "hi" \\'] }, '{"c":"say \\"hi\\" \\\\"}'],
    ['a number in JSON', 'body', '{"n":{{variables.n}}}', { n: ['integer', 7] }, '{"n":7}'],
    ['text in another body', 'body', 'c={{variables.c}}', { c: ['text', 'say "hi"'] }, 'c=say "hi"'],
    ['lists', 'tags', ['a', '{{variables.t}}'], { t: ['text', 'b'] }, ['a', 'b']],
    [
      'the name of a secret',
      'headers',
      { X: '{{secrets.{{variables.k}}_KEY}}' },
      { k: ['identifier', 'ACME'] },
      { X: '{{secrets.ACME_KEY}}' },
    ],
  ] as const)('puts in %s', (_what, field, value, variables, expected) => {
    expect(filledField(field, value, variables as never)).toEqual(expected)
  })

  it('never looks at a value again', () => {
    const variables = { a: ['text', '{{variables.b}}'], b: ['text', 'no'] } as const
    expect(filledField('description', '{{variables.a}} {{variables.b}}', variables as never)).toBe('{{variables.b}} no')
  })
})

describe('what a filled-in template comes to', () => {
  const onboarding = builtInTemplate('customer-onboarding')
  if (!onboarding) throw new Error('the template is gone')
  const form = {
    customer: 'Acme Motors',
    key: 'ACME',
    morningUrl: 'https://example.com/morning',
    eveningUrl: 'https://example.com/evening',
  }
  const draftOf = (values: Record<string, string>) => {
    const filled = fillIn(onboarding, formOf(onboarding.variables).parse(values))
    return draftTemplate(
      onboarding,
      filled,
      filled.jobs.map((fields) => JobDefinition.parse(fields)),
    )
  }

  it('is jobs and secrets, whose values are in no job', () => {
    const draft = draftOf({ ...form, cronSecret: 'hunter2-hunter2' })
    expect(draft.jobs.map(({ name }) => name)).toEqual(['Acme Motors: morning', 'Acme Motors: evening'])
    expect(draft.secrets).toMatchObject([{ name: 'ACME_CRON_SECRET', value: 'hunter2-hunter2' }])
    expect(JSON.stringify(draft.jobs)).not.toContain('hunter2')
    expect(draft.neededSecrets).toEqual([])
  })

  it('needs a secret that the form leaves out', () => {
    expect(draftOf(form)).toMatchObject({ secrets: [], neededSecrets: ['ACME_CRON_SECRET'] })
  })

  it("tells one customer's secret from another's", () => {
    const of = (customer: string) => draftOf({ ...form, customer, cronSecret: 'x' }).secrets[0]?.description
    expect(of('Acme Motors')).not.toBe(of('Acme Foods'))
  })

  it('is a valid job for every built-in template and its defaults', () => {
    const samples = { text: 'Sample', url: 'https://example.com/', identifier: 'KEY', secret: 'value' }
    for (const template of builtInTemplates) {
      const given = template.variables
        .filter((variable) => variable.type !== 'secret' && variable.default === undefined)
        .map(({ name, type }) => [name, samples[type as keyof typeof samples]])
      const { jobs } = fillIn(template, formOf(template.variables).parse(Object.fromEntries(given)))
      for (const fields of jobs) expect(JobDefinition.safeParse(fields).error, template.id).toBeUndefined()
    }
  })
})

describe('what is wrong after filling in', () => {
  const template = Template.parse({
    id: 'mine',
    name: 'Mine',
    variables: [
      { type: 'text', name: 'a' },
      { type: 'text', name: 'b' },
      { type: 'secret', name: 's' },
    ],
    secrets: [
      { name: '{{variables.a}}_KEY', variable: 's' },
      { name: '{{variables.b}}_KEY', variable: 's' },
    ],
    jobs: [{ ...job, name: '{{variables.a}}{{variables.b}}' }],
  })

  it('is put down to every variable of the field, or to the field', () => {
    expect(blameVariables(template, 0, { pointer: '/name', detail: 'is too long' })).toEqual(
      ['a', 'b'].map((name) => ({
        pointer: `/variables/${name}`,
        detail: 'makes /name of the job at 0 wrong: is too long',
      })),
    )
    expect(blameVariables(template, 0, { pointer: '/timeout', detail: 'no' })).toEqual([
      { pointer: '/jobs/0/timeout', detail: 'no' },
    ])
  })

  it.each([
    ['white space in the name of a secret', { a: 'x y', b: 'z' }, ['/variables/a']],
    ['two secrets of one name', { a: 'x', b: 'x' }, ['/variables/b']],
    ['nothing', { a: 'x', b: 'y' }, []],
  ])('finds %s', (_what, values, pointers) => {
    const faults = secretNameFaults(template, fillIn(template, { ...values, s: 'value' }))
    expect(faults.map(({ pointer }) => pointer)).toEqual(pointers)
  })
})
