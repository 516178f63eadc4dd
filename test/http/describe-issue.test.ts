import { describe, expect, it } from 'vitest'
import { JobDefinition } from '../../lambdas/domain/job/job.ts'
import { describeIssues } from '../../lambdas/http/describe-issue.ts'

const valid = '"name":"x","cronExpression":"* * * * *","targetUrl":"https://api.example.com/"'

describe('what is wrong with a field', () => {
  it.each([
    ['"timeout":1e999', '/timeout', 'must be a number; got a number that is too large'],
    ['"timeout":1.5', '/timeout', 'must be a whole number; got 1.5'],
    ['"timeout":"5"', '/timeout', 'must be a number; got "5"'],
    ['"flexMinutes":1e30', '/flexMinutes', 'must be at most 1440; got 1e+30'],
    ['"maxRetries":-9007199254740993', '/maxRetries', 'must be at least 0; got -9007199254740992'],
    ['"notify":{"afterFailures":0.1}', '/notify/afterFailures', 'must be a whole number; got 0.1'],
    ['"headers":[]', '/headers', 'must be an object'],
    ['"tags":"a"', '/tags', 'must be a list; got "a"'],
    ['"enabled":"yes"', '/enabled', 'must be a boolean; got "yes"'],
  ])('is said once, with the value and what is allowed: %s', (field, pointer, detail) => {
    const input: unknown = JSON.parse(`{${valid},${field}}`)
    const issues = JobDefinition.safeParse(input).error?.issues ?? []
    expect(describeIssues(issues, input, '')).toEqual([{ pointer, detail }])
  })
})
