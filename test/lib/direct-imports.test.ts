import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { directImports } from '../../lib/direct-imports.ts'

describe('direct imports', () => {
  let root: string

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'punctual-direct-'))
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  function write(files: Readonly<Record<string, string>>): void {
    for (const [file, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, file)), { recursive: true })
      writeFileSync(join(root, file), content)
    }
  }

  /** What a function has loaded when it has started, as one text. */
  async function atStart(entry: string, entries = [entry]): Promise<string> {
    const { outputFiles, metafile } = await build({
      absWorkingDir: root,
      entryPoints: entries.map((name) => `lambdas/${name}.ts`),
      outdir: 'out',
      bundle: true,
      splitting: true,
      format: 'esm',
      metafile: true,
      write: false,
      logLevel: 'silent',
      plugins: [directImports()],
    })
    const text = (path: string) => outputFiles.find((file) => file.path === join(root, path))?.text ?? ''
    const started = new Set([`out/${entry}.js`])
    for (const path of started) {
      for (const { path: next, kind } of metafile.outputs[path]?.imports ?? []) {
        if (kind === 'import-statement') started.add(next)
      }
    }
    return [...started].map(text).join('\n')
  }

  const sdk = (sideEffects: unknown = false) => ({
    'node_modules/@aws-sdk/things/package.json': JSON.stringify({ main: './index.js', sideEffects }),
    'node_modules/@aws-sdk/things/index.js':
      'export { one, two as second, } from "./few";\nexport * from "./many";\nexport const own = "own";\n',
    'node_modules/@aws-sdk/things/few.js': 'export const one = "text one";\nexport const two = "text two";\n',
    'node_modules/@aws-sdk/things/many.js': 'export class Many { text = "text many" }\n',
  })

  it('load nothing that only another function takes from the same index', async () => {
    write({
      ...sdk(),
      'lambdas/jobs.ts': `import { one } from '@aws-sdk/things'\nconsole.log(one)`,
      'lambdas/runs.ts': `import { Many } from '@aws-sdk/things'\nconsole.log(new Many())`,
    })
    const started = await atStart('jobs', ['jobs', 'runs'])
    expect(started).toContain('text one')
    expect(started).not.toContain('text many')
  })

  it('load nothing that is only taken later', async () => {
    write({
      ...sdk(),
      'lambdas/later.ts': `import { Many } from '@aws-sdk/things'\nexport const many = new Many()`,
      'lambdas/jobs.ts': `import { one } from '@aws-sdk/things'\nconsole.log(one)\nimport('./later.ts')`,
    })
    expect(await atStart('jobs')).not.toContain('text many')
  })

  it.each([
    ['another name', `import { second as renamed } from '@aws-sdk/things'\nconsole.log(renamed)`, 'text two'],
    ['several lines', `import {\n  one,\n  second,\n} from '@aws-sdk/things'\nconsole.log(one, second)`, 'text two'],
    ['types', `import { one, type Many } from '@aws-sdk/things'\nconsole.log(one satisfies unknown)`, 'text one'],
    ['what the index itself defines', `import { own } from '@aws-sdk/things'\nconsole.log(own)`, '"own"'],
  ])('understand %s', async (_what, source, expected) => {
    write({ ...sdk(), 'lambdas/jobs.ts': source })
    expect(await atStart('jobs')).toContain(expected)
  })

  it.each([
    ['says nothing of side effects', null, true],
    ['names one in what the index passes on', ['./register.js'], true],
    ['names one elsewhere', ['./few.js'], false],
    ['says that there are none', false, false],
  ])('leave the index of a package that %s: %j', async (_what, sideEffects, isLeft) => {
    write({
      ...sdk(sideEffects),
      'node_modules/@aws-sdk/things/sub/index.js':
        'export { registered } from "../register";\nexport { Many } from "../many";\n',
      'node_modules/@aws-sdk/things/register.js':
        'export const registered = "text of a registry";\nglobalThis.registered = "side effect";\n',
      'lambdas/jobs.ts': `import { Many } from '@aws-sdk/things/sub/index.js'\nconsole.log(new Many())`,
    })
    const started = await atStart('jobs')
    expect(started).toContain('text many')
    expect(started.includes('side effect')).toBe(isLeft)
  })

  it('name what is missing as the source does', async () => {
    write({ ...sdk(), 'lambdas/jobs.ts': `import { three } from '@aws-sdk/things'\nconsole.log(three)` })
    await expect(atStart('jobs')).rejects.toThrow('No matching export in "node_modules/@aws-sdk/things/index.js"')
  })
})
