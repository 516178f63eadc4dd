import { InvokeCommand, type InvokeCommandInput, LambdaClient } from '@aws-sdk/client-lambda'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { eventually } from '../eventually.ts'
import { temporaryFolder } from '../template/cloud-assembly-fixture.ts'
import { serveLambda, startLambda } from './functions-fixture.ts'

/** Runs a function that is expected to succeed, and gives its answer. */
async function answerOf(fixture: ReturnType<typeof startLambda>, name: string, event: unknown = {}): Promise<unknown> {
  const result = await fixture.lambda.invoke(name, JSON.stringify(event))
  expect(result.outcome, result.payload).toBe('succeeded')
  return JSON.parse(result.payload)
}

async function failureOf(fixture: ReturnType<typeof startLambda>, name: string): Promise<unknown> {
  const result = await fixture.lambda.invoke(name, '{}')
  expect(result.outcome).toBe('failed')
  return JSON.parse(result.payload)
}

describe('a function', () => {
  it('gets the event and a context, and answers with JSON', async () => {
    const fixture = startLambda({
      code: {
        'echo.mjs': `export const handler = async (event, context) => ({
          event,
          name: context.functionName,
          arn: context.invokedFunctionArn,
          memory: context.memoryLimitInMB,
          id: context.awsRequestId,
          remaining: context.getRemainingTimeInMillis(),
        })`,
      },
      properties: { echo: { MemorySize: 256, Timeout: 20 } },
    })
    expect(await answerOf(fixture, 'echo', { hällo: [1] })).toEqual({
      event: { hällo: [1] },
      name: 'echo',
      arn: 'arn:aws:lambda:us-east-1:000000000000:function:echo',
      memory: '256',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      remaining: expect.toSatisfy((ms: number) => ms > 15_000 && ms <= 20_000),
    })
  })

  it.each<[what: string, file: string, code: string]>([
    ['a CommonJS module', 'f.cjs', 'exports.handler = async () => "yes"'],
    ['a CommonJS module with one export', 'f.cjs', 'module.exports = { handler: async () => "yes" }'],
    ['a synchronous handler', 'f.mjs', 'export const handler = () => "yes"'],
    ['top-level await', 'f.mjs', 'const answer = await Promise.resolve("yes"); export const handler = () => answer'],
  ])('may be %s', async (_what, file, code) => {
    expect(await answerOf(startLambda({ code: { [file]: code } }), 'f')).toBe('yes')
  })

  it('that returns nothing answers null', async () => {
    expect(await answerOf(startLambda({ code: { 'f.mjs': 'export const handler = async () => {}' } }), 'f')).toBeNull()
  })

  it('has an environment of its own: what is declared, what Lambda sets, and nothing of this process', async () => {
    vi.stubEnv('LEAK_CANARY', 'of this process')
    onTestFinished(() => void vi.unstubAllEnvs())
    const report = 'export const handler = async () => ({ ...process.env })'
    const fixture = startLambda({
      code: { 'a.mjs': report, 'b.mjs': report },
      properties: {
        a: { Environment: { Variables: { ONLY_A: '1', CHANGED: 'template' } } },
        b: { Environment: { Variables: { ONLY_B: '2' } } },
      },
      overrides: { CHANGED: 'override', NOWHERE: 'declared by no function' },
    })
    const [a, b] = [await answerOf(fixture, 'a'), await answerOf(fixture, 'b')]
    expect(a).toMatchObject({
      ONLY_A: '1',
      CHANGED: 'override',
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: 'a',
      AWS_ACCESS_KEY_ID: 'a',
      AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1',
    })
    expect(b).toMatchObject({ ONLY_B: '2', AWS_ACCESS_KEY_ID: 'b' })
    for (const name of ['LEAK_CANARY', 'NOWHERE', 'HOME', 'NODE_OPTIONS']) expect(a).not.toHaveProperty(name)
    expect(a).not.toHaveProperty('ONLY_B')
    expect(b).not.toHaveProperty('CHANGED')
  })

  it('cannot change the environment of another function or of this process', async () => {
    const fixture = startLambda({
      code: {
        'writer.mjs': 'export const handler = async () => { process.env.WRITTEN = "x" }',
        'reader.mjs': 'export const handler = async () => process.env.WRITTEN ?? "nothing"',
      },
    })
    await answerOf(fixture, 'writer')
    expect(await answerOf(fixture, 'reader')).toBe('nothing')
    expect(process.env.WRITTEN).toBeUndefined()
  })

  it('keeps its worker, and with it its module, between invocations', async () => {
    const fixture = startLambda({ code: { 'count.mjs': 'let n = 0; export const handler = async () => ++n' } })
    expect([await answerOf(fixture, 'count'), await answerOf(fixture, 'count')]).toEqual([1, 2])
  })

  it('serves callers in turns where there are not workers for all', async () => {
    const fixture = startLambda({
      code: { 'late.mjs': 'let n = 0; export const handler = async () => ++n' },
      properties: { late: { ReservedConcurrentExecutions: 1 } },
    })
    const send = async (caller: string) => Number((await fixture.lambda.invoke('late', '{}', caller)).payload)
    const noisy = Array.from({ length: 50 }, () => send('noisy'))
    const quiet = [await send('quiet'), await send('quiet')]
    // Beside its own, each waits for one that is being served and for one of the other caller's.
    expect(quiet[0]).toBeLessThanOrEqual(3)
    expect(Number(quiet[1]) - Number(quiet[0])).toBeLessThanOrEqual(3)
    expect((await Promise.all(noisy)).toSorted((a, b) => a - b).at(-1)).toBe(52)
  })

  it('begins nothing for a caller who has had a lot while it runs for one who has had little', async () => {
    const fixture = startLambda({
      code: {
        'quick.mjs': 'export const handler = async () => Date.now()',
        'slow.mjs': `import { setTimeout as wait } from 'node:timers/promises'
          export const handler = async () => { await wait(150); return Date.now() }`,
      },
    })
    const send = async (name: string, caller?: string) =>
      Number((await fixture.lambda.invoke(name, '{}', caller)).payload)
    await send('slow', 'quiet')
    for (let n = 0; n < 25; n++) await Promise.all(Array.from({ length: 20 }, () => send('quick', 'noisy')))
    const quiet = send('slow', 'quiet')
    const [noisy, nobody, newcomer] = [send('quick', 'noisy'), send('quick'), send('quick', 'newcomer')]
    const endedAt = await quiet
    expect(await noisy).toBeGreaterThanOrEqual(endedAt)
    expect(Math.max(await nobody, await newcomer)).toBeLessThan(endedAt)
  })

  it('runs one invocation at a time in each worker, several in several workers', async () => {
    const fixture = startLambda({
      code: {
        'meet.mjs': `import { readdirSync, writeFileSync } from 'node:fs'
          import { threadId } from 'node:worker_threads'
          let running = 0
          export const handler = async ({ folder }) => {
            running += 1
            const atOnce = running
            writeFileSync(folder + '/' + threadId, '')
            while (readdirSync(folder).length < 2) await new Promise((resolve) => setTimeout(resolve, 5))
            running -= 1
            return atOnce
          }`,
      },
      properties: { meet: { Timeout: 30 } },
    })
    // Each waits for one in another worker, so they only end when two workers run at the same time.
    const folder = temporaryFolder()
    const answers = await Promise.all(Array.from({ length: 6 }, () => answerOf(fixture, 'meet', { folder })))
    expect(answers).toEqual([1, 1, 1, 1, 1, 1])
  })

  it('never runs more often at once than its reserved concurrency', async () => {
    const fixture = startLambda({
      code: {
        'one.mjs': `import { threadId } from 'node:worker_threads'
          export const handler = async () => { await new Promise((r) => setTimeout(r, 5)); return threadId }`,
      },
      properties: { one: { ReservedConcurrentExecutions: 1 } },
    })
    const threads = await Promise.all(Array.from({ length: 8 }, () => answerOf(fixture, 'one')))
    expect(new Set(threads).size).toBe(1)
  })

  it('that throws fails with type, message and trace; the next invocation runs', async () => {
    const fixture = startLambda({
      code: {
        'f.mjs': 'let n = 0; export const handler = async () => { if (++n === 1) throw new TypeError("no"); return n }',
      },
    })
    expect(await failureOf(fixture, 'f')).toEqual({
      errorType: 'TypeError',
      errorMessage: 'no',
      trace: expect.arrayContaining([expect.stringContaining('TypeError: no')]),
    })
    expect(await answerOf(fixture, 'f')).toBe(2)
  })

  it('that takes too long is terminated, even in an endless loop', async () => {
    const fixture = startLambda({
      code: { 'slow.mjs': 'export const handler = async (event) => { if (event.loop) for (;;); return "quick" }' },
      properties: { slow: { Timeout: 1 } },
    })
    const result = await fixture.lambda.invoke('slow', '{"loop":true}')
    expect(JSON.parse(result.payload)).toMatchObject({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/^RequestId: [0-9a-f-]{36} Error: Task timed out after 1\.00 seconds$/),
    })
    expect(await answerOf(fixture, 'slow')).toBe('quick')
  })

  it.each<[what: string, code: string, error: object]>([
    [
      'exits',
      'process.exit(7)',
      { errorType: 'Runtime.ExitError', errorMessage: expect.stringContaining('exit status 7') },
    ],
    [
      'throws outside of the invocation',
      'setTimeout(() => { throw new RangeError("later") }); await new Promise(() => {})',
      { errorType: 'RangeError', errorMessage: 'later' },
    ],
    [
      'needs more memory than it has',
      'const all = []; for (;;) all.push(Array.from({ length: 1e5 }, (_, n) => ({ n })))',
      { errorMessage: expect.stringContaining('memory') },
    ],
    [
      'leaves a rejection unhandled',
      'Promise.reject(new Error("lost")); await new Promise((resolve) => setTimeout(resolve, 1000))',
      { errorType: 'Error', errorMessage: 'lost' },
    ],
  ])('that %s fails its invocation alone', async (_what, crash, error) => {
    const fixture = startLambda({
      code: { 'f.mjs': `export const handler = async (event) => { if (event.fine) return "fine"; ${crash} }` },
      properties: { f: { Timeout: 30 } },
    })
    expect(await failureOf(fixture, 'f')).toMatchObject(error)
    expect(await answerOf(fixture, 'f', { fine: true })).toBe('fine')
  })

  it.each<[what: string, code: string, message: string]>([
    ['throws while it loads', 'throw new Error("no start")', 'no start'],
    ['has no such handler', 'export const other = 1', 'exports no function "handler"'],
  ])('whose module %s fails every invocation', async (_what, code, message) => {
    const fixture = startLambda({ code: { 'f.mjs': code } })
    expect(await failureOf(fixture, 'f')).toMatchObject({ errorMessage: expect.stringContaining(message) })
    expect(await failureOf(fixture, 'f')).toMatchObject({ errorMessage: expect.stringContaining(message) })
  })

  it('has every line of its output logged', async () => {
    const fixture = startLambda({
      code: {
        'f.mjs': `export const handler = async () => {
          console.log('first\\nsecond'); console.error('third'); process.stdout.write('{"message":"run"}\\n')
        }`,
      },
    })
    await answerOf(fixture, 'f')
    await eventually(() => fixture.lines.toSorted()).toEqual([
      'f: first',
      'f: second',
      'f: third',
      'f: {"message":"run"}',
    ])
  })
})

describe('the Invoke operation, over the SDK', () => {
  async function client(code: Readonly<Record<string, string>>) {
    const fixture = startLambda({ code })
    const endpoint = await serveLambda(fixture.lambda)
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
    const sdk = new LambdaClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 })
    onTestFinished(() => sdk.destroy())
    const invoke = (input: Partial<InvokeCommandInput>) => sdk.send(new InvokeCommand({ FunctionName: 'f', ...input }))
    return { ...fixture, invoke }
  }

  const echo = {
    'f.mjs': 'export const handler = async (event) => { console.log(JSON.stringify(event)); return event }',
  }

  it.each(['f', '000000000000:function:f', 'arn:aws:lambda:us-east-1:000000000000:function:f', 'f:$LATEST'])(
    'finds the function by %s',
    async (FunctionName) => {
      const { invoke } = await client(echo)
      const answer = await invoke({ FunctionName, Payload: Buffer.from('{"a":1}') })
      expect([answer.StatusCode, answer.ExecutedVersion, answer.FunctionError]).toEqual([200, '$LATEST', undefined])
      expect(answer.Payload?.transformToString()).toBe('{"a":1}')
    },
  )

  it('reports an error of the function in the answer', async () => {
    const { invoke } = await client({ 'f.mjs': 'export const handler = async () => { throw new Error("broken") }' })
    const answer = await invoke({})
    expect([answer.StatusCode, answer.FunctionError]).toEqual([200, 'Unhandled'])
    expect(JSON.parse(answer.Payload?.transformToString() ?? '')).toMatchObject({ errorMessage: 'broken' })
  })

  it('accepts an event and runs it', async () => {
    const { invoke, lines } = await client(echo)
    const answer = await invoke({ InvocationType: 'Event', Payload: Buffer.from('{"b":2}') })
    expect(answer.StatusCode).toBe(202)
    await eventually(() => lines).toEqual(['f: {"b":2}'])
  })

  it('only checks with DryRun', async () => {
    const { invoke, lines } = await client(echo)
    expect((await invoke({ InvocationType: 'DryRun' })).StatusCode).toBe(204)
    expect(lines).toEqual([])
  })

  it.each<[what: string, input: Partial<InvokeCommandInput>, name: string]>([
    ['an unknown function', { FunctionName: 'nobody' }, 'ResourceNotFoundException'],
    ['a payload that is not JSON', { Payload: Buffer.from('{') }, 'InvalidRequestContentException'],
    [
      'an event of more than 1 MiB',
      { InvocationType: 'Event', Payload: Buffer.from(`"${'x'.repeat(2 ** 20)}"`) },
      'RequestTooLargeException',
    ],
  ])('refuses %s', async (_what, input, name) => {
    const { invoke } = await client(echo)
    await expect(invoke(input)).rejects.toMatchObject({ name })
  })
})
