#!/usr/bin/env node
import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { ApiClient } from './local/api-client.ts'
import { type EchoTarget, startEchoTarget } from './local/echo-target.ts'
import { ask, readCode } from './smoke/code-source.ts'
import { smokeTest } from './smoke/smoke-test.ts'

const USAGE = `npm run smoke -- --url <API> --email <address> [options]

Signs up or logs in, stores a secret, creates a job, runs it, waits for its schedule to run it, and tidies up.

  --url <API>               the API, e.g. http://127.0.0.1:8787 or the output ApiUrl of the stack
  --email <address>         the account; its password comes from PUNCTUAL_PASSWORD, else is asked for, else is made up
  --target <URL>            whom the job calls, instead of https://example.com/ or, for a local API, an echo on this machine
  --code-command <command>  prints the one-time code that was mailed to $PUNCTUAL_EMAIL, instead of asking for it
  --quick                   does not wait for the schedule`

const Options = z.object({
  url: z
    .url({ protocol: /^https?$/, error: '--url must be the URL of an API' })
    .transform((url) => url.replace(/\/+$/, '')),
  email: z.email('--email must be an e-mail address'),
  target: z.url({ protocol: /^https?$/, error: '--target must be an http URL' }).optional(),
  'code-command': z.string().optional(),
  quick: z.boolean().default(false),
})
type Options = z.infer<typeof Options>

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]']

/** @throws Error that says what is wrong */
function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      url: { type: 'string' },
      email: { type: 'string' },
      target: { type: 'string' },
      'code-command': { type: 'string' },
      quick: { type: 'boolean' },
    },
  })
  const parsed = Options.safeParse(values)
  if (parsed.success) return parsed.data
  throw new Error(parsed.error.issues.map(({ message }) => message).join('\n'))
}

async function readPassword(email: string): Promise<string> {
  const given =
    process.env.PUNCTUAL_PASSWORD ||
    (process.stdin.isTTY ? await ask(`Password of ${email}, or nothing for a new account: `, { secretly: true }) : '')
  if (given !== '') return given
  const made = `Smoke-1-${randomBytes(12).toString('base64url')}`
  console.log(`..  the account's password is made up; to use it again: PUNCTUAL_PASSWORD='${made}'`)
  return made
}

async function main(args: readonly string[]): Promise<void> {
  const { url, email, target, quick, ...options } = readOptions(args)
  const password = await readPassword(email)
  const isLocal = LOOPBACK.includes(new URL(url).hostname)
  const echo: EchoTarget | undefined = target === undefined && isLocal ? await startEchoTarget(0) : undefined
  try {
    await smokeTest({
      api: new ApiClient(url),
      account: { email, password, readCode: () => readCode({ url, email, command: options['code-command'] }) },
      targetUrl: target ?? echo?.url ?? 'https://example.com/',
      waitsForSchedule: !quick,
      say: (line) => console.log(line),
    })
  } finally {
    echo?.close()
  }
}

if (process.argv.slice(2).some((arg) => arg === '--help' || arg === '-h')) {
  console.log(USAGE)
} else {
  try {
    await main(process.argv.slice(2))
    console.log('The API works.')
  } catch (error) {
    console.error(`FAILED  ${error instanceof Error ? error.message : error}`)
    process.exitCode = 1
  }
}
