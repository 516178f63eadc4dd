import { execFileSync } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { installPythonTools } from '../../../bin/tools/python-tools.ts'

const hasPython = (() => {
  try {
    execFileSync('python3', ['-c', 'import sys, venv, ensurepip; assert sys.version_info >= (3, 10)'], {
      stdio: 'ignore',
    })
    return true
  } catch {
    return false
  }
})()

describe('tools in Python', () => {
  let cache: string

  beforeAll(async () => {
    cache = await mkdtemp(join(tmpdir(), 'punctual-cache-'))
  })
  afterAll(() => rm(cache, { recursive: true, force: true }))

  it('are not available without Python, and it says so', async () => {
    expect(await installPythonTools([], { PATH: cache, XDG_CACHE_HOME: cache })).toEqual({
      available: false,
      reason: 'there is no Python 3.10 or newer on the PATH',
    })
  })

  it.runIf(hasPython)('are not available when pip cannot install them, and nothing half-made stays', async () => {
    const environment = { ...process.env, PIP_NO_INDEX: '1', PIP_FIND_LINKS: cache, XDG_CACHE_HOME: cache }
    const tools = await installPythonTools(['no-such-tool==1.0.0'], environment)
    expect(tools).toMatchObject({
      available: false,
      reason: expect.stringMatching(/^no-such-tool==1\.0\.0 cannot be installed: .*no-such-tool/),
    })
    expect(await readdir(join(cache, 'punctual'))).toEqual([])
  })
})
