import { execFile, execFileSync } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { devNull, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { installPythonTools } from '../../../bin/tools/python-tools.ts'
import { freePort } from '../../../local/free-port.ts'

const run = promisify(execFile)

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

  it('are not available where Python makes no virtual environment, and it says what is missing', async () => {
    const folder = await mkdtemp(join(cache, 'bin-'))
    // As Debian's does without the package python3-venv: all that it says is on standard output.
    const python = `#!/bin/sh
[ "$2" = venv ] || { echo 3.13.0; exit 0; }
printf 'The virtual environment was not created successfully because ensurepip is not\\navailable.\\n\\n    apt install python3.13-venv\\n\\nFailing command: %s/bin/python3\\n' "$3"
exit 1
`
    await writeFile(join(folder, 'python3'), python, { mode: 0o755 })
    expect(await installPythonTools(['a-tool==1.0.0'], { PATH: folder, XDG_CACHE_HOME: cache })).toEqual({
      available: false,
      reason: expect.stringMatching(
        /^a-tool==1\.0\.0 cannot be installed: The virtual .+ because ensurepip is not available\. apt install python3\.13-venv Failing command: [^\n]+$/,
      ),
    })
    expect(await readdir(join(cache, 'punctual'))).toEqual([])
  })

  it.runIf(hasPython)('are not available where PyPI cannot be reached, and nothing half-made stays', async () => {
    const { PIP_NO_INDEX: _, PIP_FIND_LINKS: __, ...others } = process.env
    const unreachable = { PIP_CONFIG_FILE: devNull, PIP_INDEX_URL: `http://127.0.0.1:${await freePort()}/simple` }
    const environment = { ...others, ...unreachable, PIP_NO_CACHE_DIR: '1', XDG_CACHE_HOME: cache }
    const tools = await installPythonTools(['no-such-tool==1.0.0'], environment)
    expect(tools).toEqual({
      available: false,
      reason: expect.stringMatching(/^no-such-tool==1\.0\.0 cannot be installed: .*no-such-tool.* \(.*refused/),
    })
    expect(await readdir(join(cache, 'punctual'))).toEqual([])
  })

  it.each(['bin/lint-template.ts', 'test/emulator/run.ts'])(
    'are not asked of everybody: without Python, %s says that it was not run, and is content',
    async (command) => {
      const { stdout, stderr } = await run(process.execPath, [command], { env: { PATH: cache, TMPDIR: cache } })
      expect(stdout).toMatch(/not run: there is no Python 3\.10 or newer on the PATH\n$/)
      expect(stderr).toBe('')
    },
  )
})
