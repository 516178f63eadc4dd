import { describe, expect, it } from 'vitest'
import { builtInTemplates } from '../../../lambdas/domain/template/built-in.ts'
import { TemplateFields, templateLimits } from '../../../lambdas/domain/template/template.ts'
import { formOf, Variable } from '../../../lambdas/domain/template/variable.ts'

const job = { name: 'sync', cronExpression: '@daily', targetUrl: 'https://example.com/' }
const template = { name: 'Mine', jobs: [job] }

const faultsOf = (fields: object) => {
  const parsed = TemplateFields.safeParse({ ...template, ...fields })
  return (parsed.error?.issues ?? []).map(({ path, message }) => `/${path.join('/')} ${message}`)
}

describe('a template', () => {
  it('is accepted with nothing but jobs', () => {
    expect(faultsOf({})).toEqual([])
  })

  it.each([
    ['a job without a URL', { jobs: [{ name: 'x', cronExpression: '@daily' }] }, '/jobs/0/targetUrl is needed'],
    ['a field that no job has', { jobs: [{ ...job, url: 'x' }] }, '/jobs/0/url is not a known field'],
    ['a wrong field without a placeholder', { jobs: [{ ...job, timeout: 5 }] }, '/jobs/0/timeout Too small'],
    ['an unknown variable', { jobs: [{ ...job, name: '{{variables.x}}' }] }, 'there is no variable of that name'],
    ['half a placeholder', { jobs: [{ ...job, name: '{{ variables.x }}' }] }, 'write {{variables.name}}'],
    [
      'an unknown variable deep inside',
      { jobs: [{ ...job, notify: { emails: ['{{variables.x}}'] } }] },
      '/jobs/0/notify',
    ],
    [
      'a secret in a job',
      { variables: [{ type: 'secret', name: 's' }], jobs: [{ ...job, headers: { X: '{{variables.s}}' } }] },
      'put it under secrets',
    ],
    [
      'a part that a type does not have',
      { variables: [{ type: 'time', name: 't' }], jobs: [{ ...job, name: '{{variables.t.second}}' }] },
      'has the parts hour and minute',
    ],
    ['a secret of an unknown variable', { secrets: [{ name: 'X', variable: 'y' }] }, '/secrets/0/variable'],
    [
      'a secret of a variable that is none',
      { variables: [{ type: 'text', name: 't' }], secrets: [{ name: 'X', variable: 't' }] },
      'must name a variable of type secret',
    ],
    [
      'a secret whose name cannot be',
      { variables: [{ type: 'secret', name: 's' }], secrets: [{ name: 'A B', variable: 's' }] },
      '/secrets/0/name must have 1 to 64',
    ],
    [
      'two variables of one name',
      { variables: ['text', 'url'].map((type) => ({ type, name: 'v' })) },
      '/variables/1/name is the name of another variable',
    ],
    [
      'a default that is no choice',
      { variables: [{ type: 'choice', name: 'c', choices: ['a'], default: 'b' }] },
      '/variables/0/default must be one of the choices',
    ],
    [
      'a minimum above the maximum',
      { variables: [{ type: 'integer', name: 'n', minimum: 2, maximum: 1 }] },
      '/variables/0/maximum',
    ],
    [
      'a default outside of the range',
      { variables: [{ type: 'integer', name: 'n', minimum: 2, default: 1 }] },
      '/variables/0/default',
    ],
    ['no job', { jobs: [] }, '/jobs Too small'],
    ['too many jobs', { jobs: Array.from({ length: templateLimits.jobs + 1 }, () => job) }, '/jobs Too big'],
  ])('is refused with %s', (_what, fields, fault) => {
    expect(faultsOf(fields).join('\n')).toContain(fault)
  })

  it('may leave to the form what the form decides', () => {
    const variables = [
      { type: 'integer', name: 'seconds' },
      { type: 'url', name: 'url' },
    ]
    const jobs = [{ ...job, targetUrl: '{{variables.url}}', timeout: '{{variables.seconds}}000' }]
    expect(faultsOf({ variables, jobs })).toEqual([])
  })
})

describe('the built-in templates', () => {
  it('are in order of their ids, as lists are', () => {
    const ids = builtInTemplates.map(({ id }) => id)
    expect(ids).toEqual(ids.toSorted())
    expect(ids).toContain('customer-onboarding')
  })
})

describe('the form', () => {
  const accepts = (variable: object, value: unknown) =>
    formOf([Variable.parse({ name: 'v', ...variable })]).safeParse(value === undefined ? {} : { v: value })

  it.each([
    [{ type: 'text' }, 'Ada & Söhne', true],
    [{ type: 'text' }, '', false],
    [{ type: 'text' }, 'a\nb', false],
    [{ type: 'text' }, 7, false],
    [{ type: 'identifier' }, 'ACME_1', true],
    [{ type: 'identifier' }, '1ACME', false],
    [{ type: 'url' }, 'https://example.com/a', true],
    [{ type: 'url' }, 'ftp://example.com', false],
    [{ type: 'email' }, 'ada@example.com', true],
    [{ type: 'email' }, 'ada', false],
    [{ type: 'timezone' }, 'America/Chicago', true],
    [{ type: 'timezone' }, 'Chicago', false],
    [{ type: 'time' }, '23:59', true],
    [{ type: 'time' }, '24:00', false],
    [{ type: 'time' }, '8:30', false],
    [{ type: 'integer', minimum: 2, maximum: 4 }, 4, true],
    [{ type: 'integer', minimum: 2, maximum: 4 }, 5, false],
    [{ type: 'integer' }, 1.5, false],
    [{ type: 'boolean' }, false, true],
    [{ type: 'boolean' }, 'false', false],
    [{ type: 'choice', choices: ['a', 'b'] }, 'b', true],
    [{ type: 'choice', choices: ['a', 'b'] }, 'c', false],
    [{ type: 'secret' }, 's3cret', true],
    [{ type: 'secret' }, 'a\r\nb', false],
    [{ type: 'secret' }, undefined, false],
    [{ type: 'secret', required: false }, undefined, true],
    [{ type: 'text' }, undefined, false],
  ])('of %j takes %j: %s', (variable, value, expected) => {
    expect(accepts(variable, value).success).toBe(expected)
  })

  it('fills in defaults and refuses what the template does not ask for', () => {
    expect(accepts({ type: 'time', default: '08:30' }, undefined).data).toEqual({ v: '08:30' })
    expect(formOf([]).safeParse({ other: 1 }).success).toBe(false)
  })
})
