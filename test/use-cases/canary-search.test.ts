import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contracts } from '../../lambdas/http/contracts/index.ts'
import { openApi } from '../../lambdas/http/open-api.ts'
import { encodings } from '../domain/target/secret-encodings.ts'
import { CANARY, canaryForms, formsIn, SIGNING_KEY, tellsOf, textsIn } from '../support/canary.ts'
import { type CanaryJob, createJobs, runEach, showRuns, succeeded } from '../support/canary-jobs.ts'
import { hitsIn, type Place, type Places, placesOf } from '../support/canary-places.ts'
import { leaks, TOLD } from '../support/canary-target.ts'
import { type CanaryWorld, startCanaryWorld } from '../support/canary-world.ts'

const document = openApi(contracts, '1.2.3')

/** Its redaction knows nothing of what targets hand back: there is everything that redaction takes out. */
let world: CanaryWorld
beforeAll(async () => {
  world = await startCanaryWorld('2026-11-21T12:00:30Z')
}, 60_000)
afterAll(() => world?.stop())

/** Of these nothing is kept that the target says: credentials by their name, answers that are none, and what is cut off. */
const HIDDEN_ANYWAY: readonly string[] = [
  'cookie',
  'blockedRedirect',
  'wrongRedirect',
  'strangeRedirect',
  'brokenOff',
  'atTheLimit',
  'pastTheLimit',
  'noHttp',
]

describe('the search for a secret', () => {
  describe('that is not taken out', () => {
    let jobs: readonly CanaryJob[]
    let places: Places
    beforeAll(async () => {
      jobs = await createJobs(world, leaks, false)
      const quoting = jobs.filter(({ leak }) => leak === 'body' || leak === 'assertion')
      for (let times = 0; times < encodings.length; times++) await runEach(world, times < 2 ? jobs : quoting)
      for (const { id } of jobs) await showRuns(world, id)
      places = await placesOf(world, document)
    }, 120_000)

    it('is found wherever people are told or shown what a target said, and nowhere else', () => {
      expect(Object.keys(hitsIn(places, [CANARY, SIGNING_KEY]))).toEqual([
        'items',
        'texts of mails',
        'pages of mails',
        'bodies of webhooks',
        'views of runs',
      ])
    })

    it.each<[Place, longest: number]>([
      ['items', Number.POSITIVE_INFINITY],
      ['views of runs', Number.POSITIVE_INFINITY],
      // Reasons quote no longer text than this.
      ['texts of mails', 80],
      ['pages of mails', 80],
      ['bodies of webhooks', 80],
    ])('is found in the %s, in each encoding', (place, longest) => {
      const found = new Set(places[place].flatMap((text) => formsIn(text, CANARY)))
      const shown = encodings.filter(({ encode }) => JSON.stringify(encode(CANARY)).length <= longest)
      expect(shown.length).toBeGreaterThan(10)
      expect(shown.filter(({ name }) => !found.has(name)).map(({ name }) => name)).toEqual([])
    })

    it('is found in each way', async () => {
      const ways = await Promise.all(
        jobs.map(async ({ id, leak }) => (formsIn(textsIn(await showRuns(world, id)), CANARY).length > 0 ? leak : '')),
      )
      expect(leaks.filter((leak) => !ways.includes(leak))).toEqual(HIDDEN_ANYWAY)
    })
  })

  describe('that is planted', () => {
    /** Makes a job of these fields, whose target says nothing, and runs it. */
    async function runJob(fields: object): Promise<void> {
      const targetUrl = `http://canary.example.com:${world.target.port}/nothing`
      const notify = { afterFailures: 1, onSuccess: true, webhookUrl: `${targetUrl}${TOLD}` }
      const body = { name: 'planted', cronExpression: '*/5 * * * *', targetUrl, notify, maxRetries: 0, ...fields }
      const { id } = (await succeeded(world.ask('createJob', { body }))).body
      await runEach(world, [{ id, leak: 'nothing' }])
      await showRuns(world, id)
    }
    /** Runs a job while something is not as it should be. */
    async function runWith(wrong: object): Promise<void> {
      const right = { ...world.deps }
      Object.assign(world.deps, wrong)
      try {
        await runJob({})
      } finally {
        Object.assign(world.deps, right)
      }
    }
    const hitsBy = async () => {
      const hits = hitsIn(await placesOf(world, document), [CANARY, SIGNING_KEY])
      return new Map(Object.entries(hits).map(([place, texts]) => [place, texts.length]))
    }

    it.each<[what: string, plant: () => Promise<unknown>, places: readonly Place[]]>([
      [
        'by a signature that is the key',
        () => runWith({ hmacSha256: (key: Uint8Array) => key }),
        ['headers of webhooks'],
      ],
      [
        'by a mailer that says why it failed with all it knows',
        () =>
          runWith({
            mailer: {
              channel: 'EMAIL',
              send: async () => ({ kind: 'FAILED', message: `refused: ${CANARY}`, isFinal: true }),
            },
          }),
        ['items', 'log lines', 'views of runs'],
      ],
      [
        'in the name of a job',
        () => runJob({ name: CANARY }),
        [
          'items',
          'log lines',
          'subjects of mails',
          'texts of mails',
          'pages of mails',
          'bodies of webhooks',
          'views of jobs',
          'views of runs',
        ],
      ],
      [
        'in a definition',
        async () => {
          await runJob({ headers: { 'X-Any': `Bearer ${CANARY}` } })
          await world.ask('exportJobs')
        },
        ['items', 'views of jobs', 'views of runs', 'exports'],
      ],
      [
        'in the description of a secret',
        () => world.ask('putSecret', { params: { name: 'OTHER' }, body: { value: 'other', description: CANARY } }),
        ['items', 'views of secrets'],
      ],
      ['by a request that is quoted', () => world.ask('createJob', { body: { name: [CANARY] } }), ['problems']],
    ])('%s is found', async (_, plant, places) => {
      const before = await hitsBy()
      await plant()
      const after = await hitsBy()
      expect([...after.keys()].filter((place) => after.get(place) !== before.get(place))).toEqual(places)
    })

    it('in an example of the OpenAPI document is found', async () => {
      const { putSecret } = contracts.secrets
      const secrets = { ...contracts.secrets, putSecret: { ...putSecret, description: `e.g. ${CANARY}` } }
      const found = hitsIn(await placesOf(world, openApi({ ...contracts, secrets }, '1.2.3')), [CANARY])
      expect(found['OpenAPI document']).not.toBeUndefined()
    })

    it.each([
      ['as bytes', Buffer.from(JSON.stringify({ value: CANARY }))],
      ['compressed', gzipSync(JSON.stringify({ body: JSON.stringify({ value: CANARY }) }))],
    ])('%s is found', (_, kept) => {
      expect(formsIn(textsIn({ kept }), CANARY)).not.toEqual([])
    })

    it('in part is found', () => {
      expect(tellsOf(`unexpected token in "…${CANARY.slice(5, 13)}…"`, CANARY)).toBe(true)
      expect(tellsOf(`unexpected token in "…${CANARY.slice(5, 12)}…"`, CANARY)).toBe(false)
    })
  })

  it('has forms of its own to be looked for', () => {
    const forms = canaryForms(CANARY)
    expect(new Set(forms.map(({ form }) => form)).size).toBeGreaterThanOrEqual(20)
    for (const { form } of forms) expect(form.length).toBeGreaterThan(CANARY.length / 2)
  })
})
