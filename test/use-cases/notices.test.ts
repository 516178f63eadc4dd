import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { planLimits } from '../../lambdas/domain/account/plan.ts'
import { deleteJob, editJob } from '../../lambdas/domain/job/change-job.ts'
import { jobView } from '../../lambdas/domain/job/job-view.ts'
import type { Sending } from '../../lambdas/domain/notification/delivery.ts'
import { runView } from '../../lambdas/domain/run/run-view.ts'
import type { SentAttempt } from '../../lambdas/ports/target-sender.ts'
import { answered, MINUTE_MS, OWNER, startWorld, TENANT, type World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld('2026-11-21T12:00:30Z')
})
afterAll(() => world.stop())
beforeEach(() => {
  world.mails.length = 0
  world.calls.length = 0
  world.orders.length = 0
  world.target.answer = async () => answered(200)
  world.post.answer = async () => ({ kind: 'SENT' })
})

const SENT: Sending = { kind: 'SENT' }
const REFUSED: Sending = { kind: 'FAILED', message: 'not now', isFinal: false }
const answers = (...statuses: number[]) => {
  world.target.answer = async () => answered(statuses.shift() ?? 200)
}
const posts = (...sendings: Sending[]) => {
  world.post.answer = async () => sendings.shift() ?? SENT
}

const make = async (fields: object = {}) => (await world.create({ maxRetries: 0, ...fields })).job.id

/** The next occurrence of a job every five minutes, as Scheduler delivers it. */
async function nextOrder(jobId: string) {
  const planned = (Math.floor(world.clock.now() / (5 * MINUTE_MS)) + 1) * 5 * MINUTE_MS
  await world.moveTo(planned + 400)
  world.orders.length = 0
  return { kind: 'occurrence', tenant: TENANT, jobId, plannedAt: new Date(planned).toISOString() } as const
}

async function runTimes(jobId: string, count: number): Promise<void> {
  for (let run = 0; run < count; run++) await world.execute(await nextOrder(jobId))
}

const subjects = () => world.mails.map(({ mail }) => mail.subject)
const runsOf = async (jobId: string) => (await world.runs(jobId)).map((run) => runView(run, world.clock.now()))
const snapshot = async (jobId: string) => (await world.deps.jobs.read(TENANT, jobId))!
const view = async (jobId: string) => jobView(await snapshot(jobId), world.clock.now())

describe('being told', () => {
  it('happens once on the third failure in a row and once on the recovery, to the owner', async () => {
    answers(200, 500, 500, 503, 500, 500, 200, 200)
    const jobId = await make()
    await runTimes(jobId, 3)
    expect(subjects()).toEqual([])
    await runTimes(jobId, 1)
    expect(subjects()).toEqual(['[Punctual] sync failed 3 times in a row'])
    await runTimes(jobId, 2)
    expect(subjects()).toHaveLength(1)
    await runTimes(jobId, 2)
    expect(subjects().slice(1)).toEqual(['[Punctual] sync works again'])
    expect(world.mails.map(({ to }) => to)).toEqual([OWNER, OWNER])
    const [good, first, , third, , , recovery] = await runsOf(jobId)
    expect(third?.notifications).toEqual([
      {
        kind: 'FAILURE',
        channel: 'EMAIL',
        to: OWNER,
        status: 'SENT',
        attempts: 1,
        lastAttemptAt: expect.stringMatching(/Z$/),
        message: null,
      },
    ])
    expect(recovery?.notifications).toMatchObject([{ kind: 'RECOVERY', status: 'SENT' }])
    expect(first?.notifications).toEqual([])
    const text = world.mails.map(({ mail }) => mail.text)
    const stamp = (instant?: string) => `${instant?.slice(0, 19).replace('T', ' ')} UTC`
    expect(text[0]).toContain('The target answered 503')
    expect(text[0]).toContain(`First failure: ${stamp(first?.plannedAt)}`)
    expect(text[0]).toContain(`Last good run: ${stamp(good?.plannedAt)}`)
    expect(text[0]).toContain(`https://punctual.example.com/api/runs/${third?.id}\n`)
    expect(text[1]).toContain('works again, after 25 minutes and 5 failed runs.')
    expect((await snapshot(jobId)).activity.notices).toEqual({})
  })

  it('does not count runs by hand, but tells of their success where every success is asked for', async () => {
    answers(500, 500, 500, 200)
    const jobId = await make({ notify: { afterFailures: 3, onSuccess: true } })
    await runTimes(jobId, 2)
    await world.requestRun(jobId)
    await world.executeOrders()
    expect(subjects()).toEqual([])
    await world.requestRun(jobId)
    await world.executeOrders()
    expect(subjects()).toEqual(['[Punctual] sync succeeded'])
    expect(await view(jobId)).toMatchObject({ consecutiveFailures: 2 })
  })

  it('goes to the addresses of the job, each once, instead of to the owner', async () => {
    answers(500)
    const emails = ['a@example.com', 'b@example.org', 'A@example.com']
    const jobId = await make({ notify: { afterFailures: 1, emails } })
    await runTimes(jobId, 1)
    expect(world.mails.map(({ to }) => to.toLowerCase()).sort()).toEqual(['a@example.com', 'b@example.org'])
  })

  it('begins anew when the job is paused or edited, which its answer shows at once', async () => {
    answers(500, 500, 500, 500, 500)
    const jobId = await make()
    await runTimes(jobId, 2)
    expect((await view(jobId)).consecutiveFailures).toBe(2)
    const change = (enabled: boolean) =>
      world.change(jobId, (job, now) => editJob(job, { ...job.definition, enabled }, now))
    expect(jobView(await change(false), world.clock.now()).consecutiveFailures).toBe(0)
    expect(jobView(await change(true), world.clock.now()).consecutiveFailures).toBe(0)
    await runTimes(jobId, 2)
    expect(subjects()).toEqual([])
    await runTimes(jobId, 1)
    expect(subjects()).toHaveLength(1)
  })

  it('disables a job after as many failures as it says, once, and its schedules go', async () => {
    answers(500, 500, 500)
    const jobId = await make({ disableAfterFailures: 2, notify: { afterFailures: 5 } })
    await runTimes(jobId, 2)
    expect(subjects()).toEqual(['[Punctual] sync was disabled'])
    expect(world.mails[0]?.mail.text).toContain('2 scheduled runs in a row have failed.')
    expect(await view(jobId)).toMatchObject({
      status: 'DISABLED',
      enabled: false,
      consecutiveFailures: 2,
      disabledReason: { code: 'FAILING', message: '2 scheduled runs in a row have failed.' },
    })
    await runTimes(jobId, 1)
    expect(world.calls).toHaveLength(2)
    await world.sweep()
    expect((await world.scheduleNames()).filter((name) => name.startsWith(jobId))).toEqual([])
    const resumed = await world.change(jobId, (job, now) => editJob(job, { ...job.definition, enabled: true }, now))
    expect(jobView(resumed, world.clock.now())).toMatchObject({
      status: 'ACTIVE',
      disabledReason: null,
      consecutiveFailures: 0,
    })
  })

  it('disables without telling where that is not asked for', async () => {
    answers(500)
    const jobId = await make({ disableAfterFailures: 1, notify: { onDisable: false } })
    await runTimes(jobId, 1)
    expect((await view(jobId)).status).toBe('DISABLED')
    expect(world.mails).toEqual([])
  })

  it('tells once that a target is gone, whose job is disabled at once', async () => {
    answers(410)
    const jobId = await make()
    const order = await nextOrder(jobId)
    await world.execute(order)
    await world.execute(order)
    expect(subjects()).toEqual(['[Punctual] sync was disabled'])
    expect(await view(jobId)).toMatchObject({ status: 'DISABLED', disabledReason: { code: 'GONE' } })
  })

  it('sends as many mails a day as the plan allows, and shows what it drops', async () => {
    const { mailsPerDay } = planLimits.FREE
    const day = 24 * 60 * MINUTE_MS
    const startsAt = world.clock.now() - (world.clock.now() % day)
    const window = { startsAt, endsAt: startsAt + day }
    const today = { attempt: 'notificationMail', by: 'tenant', value: TENANT, window } as const
    const used = await world.deps.mails.add(today, 1)
    for (let mail = used; mail < mailsPerDay - 1; mail++) await world.deps.mails.add(today, 1)
    const jobId = await make({ notify: { onSuccess: true } })
    await runTimes(jobId, 2)
    expect(world.mails).toHaveLength(1)
    const [sent, dropped] = await runsOf(jobId)
    expect(sent?.notifications).toMatchObject([{ status: 'SENT' }])
    expect(dropped?.notifications).toMatchObject([
      { status: 'DROPPED', attempts: 0, message: `The plan FREE allows ${mailsPerDay} mails a day (UTC).` },
    ])
    for (let mail = 0; mail <= mailsPerDay; mail++) await world.deps.mails.add(today, -1)
  })
})

describe('a notification that is not taken', () => {
  it('is tried again after seconds, then by the sweeper with longer waits, and at last given up', async () => {
    answers(500)
    posts(REFUSED, REFUSED, REFUSED, REFUSED, REFUSED)
    const jobId = await make({ notify: { afterFailures: 1 } })
    await runTimes(jobId, 1)
    const [run] = await runsOf(jobId)
    expect(run).toMatchObject({ status: 'FAILED', notifications: [{ status: 'PENDING', attempts: 2 }] })
    const began = world.mails[0]?.at ?? 0
    for (let sweep = 0; sweep < 24; sweep++) {
      await world.moveTo(world.clock.now() + 5 * MINUTE_MS)
      world.orders.length = 0
      await world.sweep()
      await world.executeOrders()
    }
    // At once, after 5 s in place, then by the first sweep that is 5, 20 and 60 minutes later.
    const waits = world.mails.map(({ at }) => Math.round((at - began) / 1000))
    expect(waits).toEqual([0, 5, 305, 1505, 5105])
    expect((await runsOf(jobId))[0]?.notifications).toMatchObject([
      { status: 'FAILED', attempts: 5, message: 'not now' },
    ])
    expect((await snapshot(jobId)).activity.notices).toEqual({})
  })

  it('is tried again alone: who has been told is not told again', async () => {
    answers(500)
    const jobId = await make({ notify: { afterFailures: 1, emails: ['a@example.com', 'b@example.com'] } })
    posts(SENT, REFUSED, SENT)
    await runTimes(jobId, 1)
    // Both are told at the same time, in either order.
    const [told, refused, again] = world.mails.map(({ to }) => to)
    expect([told, refused].toSorted()).toEqual(['a@example.com', 'b@example.com'])
    expect([again, world.mails.length]).toEqual([refused, 3])
    const { notifications = [] } = (await runsOf(jobId))[0] ?? {}
    expect(notifications.map(({ to, status, attempts }) => [to, status, attempts]).toSorted()).toEqual(
      [
        [told, 'SENT', 1],
        [refused, 'SENT', 2],
      ].toSorted(),
    )
  })

  it('leaves the run as it is, whatever breaks', async () => {
    answers(500)
    world.post.answer = async () => Promise.reject(new Error('broken'))
    const jobId = await make({ notify: { afterFailures: 1 } })
    await runTimes(jobId, 1)
    expect((await runsOf(jobId))[0]).toMatchObject({ status: 'FAILED', httpStatus: 500 })
    posts(SENT)
    await world.moveTo(world.clock.now() + 5 * MINUTE_MS)
    world.orders.length = 0
    await world.sweep()
    await world.executeOrders()
    expect((await runsOf(jobId))[0]?.notifications).toMatchObject([{ status: 'SENT' }])
  })

  it('is forgotten with its job', async () => {
    answers(500)
    posts(REFUSED, REFUSED)
    const jobId = await make({ notify: { afterFailures: 1 } })
    await runTimes(jobId, 1)
    await world.change(jobId, deleteJob)
    for (let sweep = 0; sweep < 3; sweep++) {
      await world.moveTo(world.clock.now() + 6 * MINUTE_MS)
      world.orders.length = 0
      await world.sweep()
      await world.executeOrders()
    }
    expect(world.mails).toHaveLength(2)
    expect(await world.deps.jobs.read(TENANT, jobId)).toBeUndefined()
  })
})

describe('a webhook', () => {
  const KEY = Buffer.alloc(32, 7)
  const hook = { notify: { afterFailures: 1, emails: [], webhookUrl: 'https://hooks.example.com/T0/secret-path' } }
  const isHook = (url: URL) => url.hostname === 'hooks.example.com'

  /** Calls of the webhook go this way, those of the target the other. */
  function answersHook(answer: () => SentAttempt) {
    world.target.answer = async ({ url }) => (isHook(url) ? answer() : answered(500))
    world.deps.secrets.resolve = async () => ({
      values: new Map([['WEBHOOK_SIGNING_KEY', `whsec_${KEY.toString('base64')}`]]),
      missing: [],
    })
  }
  const hookCalls = () => world.calls.filter(({ request }) => isHook(request.url))
  const makeHooked = async () => {
    await world.deps.catalog.add(TENANT, {
      name: 'WEBHOOK_SIGNING_KEY',
      secretId: 'id',
      versionId: 'v',
      versions: 1,
      description: '',
      createdAt: '2026-11-21T12:00:00.000Z',
      updatedAt: '2026-11-21T12:00:00.000Z',
    })
    return make(hook)
  }

  it('gets what is told as JSON, signed by Standard Webhooks, with the same id each time', async () => {
    const statuses = [503, 200]
    answersHook(() => answered(statuses.shift() ?? 200))
    const jobId = await makeHooked()
    await runTimes(jobId, 1)
    const [first, second] = hookCalls()
    expect(first?.request).toMatchObject({ method: 'POST', redirects: 'NONE', timeoutMs: 10_000 })
    const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = second!.request.headers
    const signed = createHmac('sha256', KEY).update(`${id}.${at}.${second?.request.body}`).digest('base64')
    expect(signature).toBe(`v1,${signed}`)
    expect(first?.request.headers['webhook-id']).toBe(id)
    const [run] = await runsOf(jobId)
    expect(JSON.parse(second?.request.body ?? '')).toEqual({
      type: 'job.failed',
      timestamp: run?.finishedAt,
      data: {
        job: { id: jobId, name: 'sync' },
        run: {
          id: run?.id,
          status: 'FAILED',
          plannedAt: run?.plannedAt,
          httpStatus: 500,
          reason: run?.reason,
          url: `https://punctual.example.com/api/runs/${run?.id}`,
        },
        consecutiveFailures: 1,
        failingSince: run?.plannedAt,
        failedForSeconds: 0,
        lastGoodRun: null,
        disabledReason: null,
      },
    })
    expect(run?.notifications).toMatchObject([
      { channel: 'EMAIL', to: OWNER, status: 'SENT', attempts: 1 },
      { channel: 'WEBHOOK', to: 'https://hooks.example.com', status: 'SENT', attempts: 2 },
    ])
  })

  it.each([
    ['answers 404', () => answered(404), 'The webhook answered 404.'],
    [
      'leads to a private address',
      () =>
        ({
          kind: 'failure',
          code: 'BLOCKED_TARGET',
          message: 'leads to 10.0.0.1',
          timings: { dnsMs: 0, connectMs: null, tlsMs: null, firstByteMs: null, downloadMs: null, totalMs: 0 },
        }) as const,
      'leads to 10.0.0.1',
    ],
  ])('is not called again when it %s', async (_, answer, message) => {
    answersHook(answer)
    const jobId = await makeHooked()
    await runTimes(jobId, 1)
    expect(hookCalls()).toHaveLength(1)
    expect((await runsOf(jobId))[0]?.notifications[1]).toMatchObject({ status: 'FAILED', attempts: 1, message })
  })
})

describe('a crash, wherever it happens', () => {
  /** Effects of the run that is told of: reads, writes, the call, the mails. */
  const EFFECTS = 18

  const crashes = (['before', 'after'] as const).flatMap((when) =>
    Array.from({ length: EFFECTS }, (_, effect) => ({ effect, when })),
  )

  it('is tried at every effect', async () => {
    answers(500, 500)
    const jobId = await make({ notify: { afterFailures: 2 }, disableAfterFailures: 2 })
    await runTimes(jobId, 1)
    const order = await nextOrder(jobId)
    world.faults.arm(undefined)
    await world.execute(order)
    expect(world.faults.effects).toHaveLength(EFFECTS)
  })

  it.each(crashes)(
    '$when effect $effect leaves a failure told: once, but for one between sending and noting',
    async (fault) => {
      answers(500, 500, 500, 500)
      const jobId = await make({ notify: { afterFailures: 2 }, disableAfterFailures: 2 })
      await runTimes(jobId, 1)
      const order = await nextOrder(jobId)
      world.faults.arm(fault)
      await world.execute(order).catch(() => {})
      const { hasCrashed } = world.faults
      const at = world.faults.effects.at(-1)
      world.faults.revive()
      // Lambda tries again after a minute, and the sweeper comes by.
      await world.moveTo(world.clock.now() + MINUTE_MS)
      await world.execute(order)
      for (let sweep = 0; sweep < 3; sweep++) {
        await world.moveTo(world.clock.now() + 5 * MINUTE_MS)
        world.orders.length = 0
        await world.sweep()
        await world.executeOrders()
      }
      const isUnnoted = hasCrashed && at !== undefined && ['mailer.send', 'ledger.note'].includes(at)
      const failures = subjects().filter((subject) => subject.includes('failed 2 times'))
      expect(failures.length, `crashed at ${at}`).toBeGreaterThanOrEqual(1)
      expect(failures.length, `crashed at ${at}`).toBeLessThanOrEqual(isUnnoted ? 2 : 1)
      expect(await view(jobId)).toMatchObject({ status: 'DISABLED', consecutiveFailures: 2 })
      const told = (await runsOf(jobId)).flatMap(({ notifications }) => notifications)
      expect(told.map(({ kind, status }) => [kind, status])).toEqual([
        ['FAILURE', 'SENT'],
        ['DISABLED', 'SENT'],
      ])
      expect((await snapshot(jobId)).activity.notices).toEqual({})
    },
  )
})
