import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contracts } from '../../lambdas/http/contracts/index.ts'
import { openApi } from '../../lambdas/http/open-api.ts'
import { encodings } from '../domain/target/secret-encodings.ts'
import { CANARY, formsIn, SIGNING_KEY } from '../support/canary.ts'
import { createJobs, runEach, showRuns, succeeded } from '../support/canary-jobs.ts'
import { hitsIn, type Place, placesOf } from '../support/canary-places.ts'
import { refusedRequests } from '../support/canary-refusals.ts'
import { leaks } from '../support/canary-target.ts'
import { type CanaryWorld, startCanaryWorld } from '../support/canary-world.ts'

/** How many runs are made: each way to leak with each encoding once. 10,000 in `npm run test:long`. */
const RUNS = Number(process.env.CANARY_RUNS ?? leaks.length * encodings.length)

const document = openApi(contracts, '1.2.3')

let world: CanaryWorld

beforeAll(async () => {
  world = await startCanaryWorld('2026-11-21T12:00:30Z')
}, 60_000)
afterAll(() => world?.stop())

/** A value that Punctual makes, and shows to who asked for it and to nobody else. */
async function generate(): Promise<string> {
  const call = { params: { name: 'GENERATED' }, body: {}, headers: { 'idempotency-key': 'generated' } }
  const { body } = await succeeded(world.ask('generateSecret', call))
  const { value } = body
  delete body.value
  return value
}

describe('a secret', () => {
  it(`is found nowhere after ${RUNS} runs whose targets hand it back in every way and encoding`, async () => {
    const jobs = await createJobs(world, leaks, true)
    for (let done = 0; done < RUNS; done += jobs.length) await runEach(world, jobs.slice(0, RUNS - done))
    expect(world.sent.filter((text) => formsIn(text, CANARY).length === 0)).toEqual([])
    expect(world.lines.filter((line) => line.includes('"message":"run"'))).toHaveLength(RUNS)
    expect(world.mails.length).toBeGreaterThanOrEqual(RUNS / 2)
    expect(world.target.told.length).toBeGreaterThanOrEqual(RUNS / 2)

    const shown = await Promise.all(jobs.map(({ id }) => showRuns(world, id)))
    expect(shown.flat()).toHaveLength(RUNS)
    const jobId = jobs[0]?.id ?? ''
    for (const operation of ['listJobs', 'listRuns', 'listSecrets', 'exportJobs'] as const)
      await succeeded(world.ask(operation))
    await succeeded(world.ask('readJob', { params: { jobId } }))
    const generated = await generate()
    for (const { operation, call, status } of refusedRequests(jobId)) {
      const answered = await world.ask(operation, call)
      expect({ operation, call, status: answered.status, body: answered.body }).toMatchObject({ status })
    }

    const places = await placesOf(world, document)
    expect(hitsIn(places, [CANARY, SIGNING_KEY, generated])).toEqual({})
    // What was to be kept is there: the search did not look at nothing.
    for (const [place, sign] of KEPT) expect(places[place].join('\n'), place).toContain(sign)
  }, 3_600_000)
})

/** Some of what is to be found in each place. */
const KEPT: readonly (readonly [Place, string])[] = [
  ['items', 'You said: [redacted]'],
  ['items', 'Traceback: KeyError [redacted]'],
  ['items', 'a [redacted] b'],
  ['items', 'Basic [redacted]'],
  ['items', 'chunks [redacted]'],
  ['log lines', '"message":"run"'],
  ['subjects of mails', 'failed once'],
  ['subjects of mails', 'works again'],
  ['subjects of mails', 'succeeded'],
  ['subjects of mails', 'was disabled'],
  ['texts of mails', 'The body has "[redacted]" at $.success'],
  ['pages of mails', 'The body has &quot;[redacted]&quot; at $.success'],
  ['headers of webhooks', 'webhook-signature\nv1,'],
  ['bodies of webhooks', 'job.failed'],
  ['bodies of webhooks', 'job.recovered'],
  ['bodies of webhooks', 'job.succeeded'],
  ['bodies of webhooks', 'job.disabled'],
  ['bodies of webhooks', 'The body has "[redacted]" at $.success'],
  ['views of jobs', '{{secrets.CANARY}}'],
  ['views of runs', 'You said: [redacted]'],
  ['views of runs', 'The webhook answered 403.'],
  ['views of secrets', 'GENERATED'],
  ['views of secrets', 'brokenOff'],
  ['exports', '{{secrets.CANARY}}'],
  ['exports', 'WEBHOOK_SIGNING_KEY'],
  ['problems', 'is not a known field'],
  ['problems', 'NONE'],
  ['OpenAPI document', '{{secrets.'],
  ['OpenAPI document', 'putSecret'],
]
