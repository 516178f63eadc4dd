import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accountsByMailbox, logIn, newEmail } from '../support/api-client.ts'
import { type PunctualService, startService } from '../support/punctual-service.ts'

const SMOKE = fileURLToPath(new URL('../../bin/smoke.ts', import.meta.url))

type Ended = { readonly code: number | null; readonly output: string }

describe('the smoke test', () => {
  let service: PunctualService

  beforeAll(async () => {
    service = await startService()
  })
  afterAll(() => service?.discard())

  /** Asked with a log-in of its own: the smoke test ends the account's sessions. */
  async function expectNothingLeft(email: string, password: string): Promise<void> {
    const { api } = await logIn(service.url, email, password)
    for (const path of ['/api/jobs', '/api/secrets'])
      expect((await api.get(path)).body).toEqual({ items: [], nextCursor: null })
  }

  const smoke = (args: readonly string[], password?: string): Promise<Ended> =>
    new Promise((resolve) => {
      const env = { PATH: process.env.PATH, ...(password !== undefined && { PUNCTUAL_PASSWORD: password }) }
      const child = execFile(process.execPath, [SMOKE, ...args], { env }, (_error, stdout, stderr) =>
        resolve({ code: child.exitCode, output: stdout + stderr }),
      )
      child.stdin?.end()
    })

  it('takes a newcomer from signing up to a run', async () => {
    const { code, output } = await smoke(['--url', service.url, '--email', newEmail(), '--quick'])
    expect(output).toMatch(/^ok {2}sign up: /m)
    expect(output).toMatch(/^ok {2}run now: \w+ SUCCEEDED, HTTP 200/m)
    expect({ code, last: output.trim().split('\n').at(-1) }).toEqual({ code: 0, last: 'The API works.' })
  })

  it('leaves nothing in an account that it was given', async () => {
    const { email, password } = await accountsByMailbox(service.url)()
    const { code, output } = await smoke(['--url', `${service.url}/`, '--email', email, '--quick'], password)
    expect(output).not.toContain('sign up')
    expect(code).toBe(0)
    await expectNothingLeft(email, password)
  })

  it('fails with the reason of the run, and tidies up all the same', async () => {
    const { email, password } = await accountsByMailbox(service.url)()
    // A name that never resolves (RFC 6761).
    const args = ['--url', service.url, '--email', email, '--quick', '--target', 'https://target.invalid/']
    const { code, output } = await smoke(args, password)
    expect(output).toMatch(/^FAILED {2}run now: \w+ is FAILED: DNS /m)
    expect(code).toBe(1)
    await expectNothingLeft(email, password)
  })

  it.each([
    ['an address where nobody listens', ['--url', 'http://127.0.0.1:2'], /^FAILED {2}health: .*ECONNREFUSED/m],
    ['no address', [], /^FAILED {2}--url must be the URL of an API/m],
    ['an unknown option', ['--speed'], /^FAILED {2}Unknown option '--speed'/m],
    ['a command that prints no code', ['--code-command', 'echo none'], /^FAILED {2}log in: There is no code/m],
  ])('says what is wrong with %s', async (_name, args, message) => {
    const url = args.includes('--code-command') ? ['--url', service.url] : []
    const { code, output } = await smoke([...url, '--email', newEmail(), ...args])
    expect(output).toMatch(message)
    expect(code).toBe(1)
  })
})
