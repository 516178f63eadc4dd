import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EchoTarget } from '../support/echo-target.ts'
import { type PunctualService, startService } from '../support/punctual-service.ts'

const README = new URL('../../README.md', import.meta.url)
const HEADING = '## A session with curl'

/** The bash block under the heading; undefined when there is none. */
function sessionOf(markdown: string): string | undefined {
  const section = markdown.split(`${HEADING}\n`)[1]?.split(/^## /m)[0]
  return /^```bash\n(.*?)^```$/ms.exec(section ?? '')?.[1]
}

function readReadme(): string {
  try {
    return readFileSync(README, 'utf8')
  } catch {
    return ''
  }
}

const session = sessionOf(readReadme())

describe.skipIf(session === undefined)("README's session with curl", () => {
  let service: PunctualService
  let target: EchoTarget
  const folder = mkdtempSync(join(tmpdir(), 'punctual-readme-'))

  beforeAll(async () => {
    ;[service, target] = await Promise.all([startService(), EchoTarget.start()])
  })
  afterAll(async () => {
    rmSync(folder, { recursive: true })
    await Promise.all([service?.discard(), target?.close()])
  })

  it('works as written, from signing up to a run in the log', async () => {
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', session ?? ''], {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: folder, URL: service.url, TARGET: target.url('') },
      timeout: 110_000,
    })
    expect(stdout).toMatch(/"?status"?:\s*"SUCCEEDED"/)
    expect(stdout).not.toContain('/problems/')
    expect(target.requests('/')).toHaveLength(1)
  })
})
