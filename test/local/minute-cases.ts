import type { TargetAnswer } from '../support/echo-target.ts'

/** What the jobs refer to as `{{secrets.MINUTE}}`. */
export const SECRET = 'aSBhbSBhIHNlY3JldCBvZiB0aGUgbWludXRl/w=='

/** What fires at the minute: the job's fields, and how the target answers. */
export const cases = {
  get: { job: {}, answer: { headers: { 'x-answer': 'yes' }, body: '{"ok":true}' } },
  post: {
    job: {
      httpMethod: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Cron-Secret': '{{secrets.MINUTE}}' },
      body: '{"key":"{{secrets.MINUTE}}","name":"Zoë"}',
    },
    answer: {},
  },
  bearer: { job: { auth: { type: 'bearer', token: '{{secrets.MINUTE}}' } }, answer: {} },
  basic: { job: { auth: { type: 'basic', username: 'ada', password: '{{secrets.MINUTE}}' } }, answer: {} },
  signed: { job: { httpMethod: 'POST', sign: true, body: '{"n":1}' }, answer: {} },
  unsignedGet: { job: { sign: true }, answer: {} },
  moved: { job: {}, answer: { status: 302, headers: { location: '/landing' }, body: '' } },
  followed: {
    job: { redirects: 'FOLLOW', headers: { 'X-Trace': 'kept' } },
    answer: { status: 302, headers: { location: '/landing' }, body: '' },
  },
  timedOut: { job: { timeout: 1000 }, answer: { after: new Promise<never>(() => {}) } },
  hungUp: { job: {}, answer: { hangUp: true } },
  unavailable: { job: {}, answer: { status: 503, body: 'come back later' } },
  accepted503: { job: { success: { status: ['200', '503'] } }, answer: { status: 503, body: 'come back later' } },
  includes: { job: { success: { bodyIncludes: 'all done' } }, answer: { body: 'not yet' } },
  excludes: { job: { success: { bodyExcludes: 'error' } }, answer: { body: 'an error' } },
  savedNever: { job: { saveResponse: 'NEVER' }, answer: { body: 'kept nowhere' } },
  savedOnFailure: { job: { saveResponse: 'ON_FAILURE' }, answer: { body: 'kept nowhere' } },
  savedFailure: { job: { saveResponse: 'ON_FAILURE' }, answer: { status: 500, body: 'kept' } },
  large: { job: {}, answer: { body: 'x'.repeat(100_000) } },
} as const satisfies Record<string, { job: object; answer: TargetAnswer }>

export type Case = keyof typeof cases
