import { describe, expect, it } from 'vitest'
import { JobDefinition } from '../../../lambdas/domain/job/job.ts'
import { textFaults } from '../../../lambdas/domain/job/text-faults.ts'

const faultsOf = (fields: object) =>
  textFaults(
    JobDefinition.parse({
      name: 'sync',
      cronExpression: '@daily',
      targetUrl: 'https://api.example.com/',
      ...fields,
    }),
  )
const NOT_PLAIN = 'must not have control characters or marks of writing direction'

describe('the texts of a job', () => {
  it.each([
    {},
    { name: 'Größe 日本 🔑 “quoted” – x' },
    { description: 'two\nlines\r\n\tand a tab' },
    { tags: ['a', 'A', 'b'], notify: { emails: ['a@example.com', 'b@example.com'] } },
  ])('may be %j', (fields) => {
    expect(faultsOf(fields)).toEqual([])
  })

  it.each([
    [{ name: 'a\nb' }, '/name', '"a\\nb"'],
    [{ name: 'a\u202eb' }, '/name', '"a\\u202eb"'],
    [{ name: 'a\u0007é' }, '/name', '"a\\u0007\\u00e9"'],
    [{ description: 'a\u0000' }, '/description', '"a\\u0000"'],
    [{ description: 'a\u2066b' }, '/description', '"a\\u2066b"'],
    [{ tags: ['a', 'b\tc'] }, '/tags/1', '"b\\tc"'],
  ])('may not be %j, which the answer makes visible', (fields, pointer, shown) => {
    expect(faultsOf(fields)).toEqual([{ pointer, detail: `${NOT_PLAIN}; got ${shown}` }])
  })

  it('say nothing twice', () => {
    expect(faultsOf({ tags: ['a', 'b', 'a', 'a'] })).toEqual([
      { pointer: '/tags/2', detail: 'must not repeat an entry; got "a" again' },
      { pointer: '/tags/3', detail: 'must not repeat an entry; got "a" again' },
    ])
    expect(faultsOf({ notify: { emails: ['a@example.com', 'a@example.com'] } })).toEqual([
      { pointer: '/notify/emails/1', detail: 'must not repeat an entry; got "a@example.com" again' },
    ])
  })
})
