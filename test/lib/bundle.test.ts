import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bundleLambdas } from '../../lib/bundle.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

describe('the bundle', () => {
  let projectRoot: string

  beforeEach(() => {
    projectRoot = mkdtempSync(join(tmpdir(), 'punctual-bundle-'))
  })
  afterEach(() => rmSync(projectRoot, { recursive: true, force: true }))

  function write(file: string, content: string): void {
    mkdirSync(dirname(join(projectRoot, file)), { recursive: true })
    writeFileSync(join(projectRoot, file), content)
  }

  function writeTwoFunctions(): void {
    write('lambdas/domain/greeting.ts', `export const greeting: string = 'a text that both functions share'`)
    write(
      'lambdas/api/jobs.lambda.ts',
      `import { greeting } from '../domain/greeting.ts'\nexport const handler = async () => 'jobs: ' + greeting`,
    )
    write(
      'lambdas/executor/executor.lambda.ts',
      `import { greeting } from '../domain/greeting.ts'\nexport const handler = async () => 'executor: ' + greeting`,
    )
  }

  it('makes one module for each function, wherever it lies, that exports its handler', async () => {
    writeTwoFunctions()
    const { folder, functions } = await bundleLambdas({ projectRoot })
    expect(functions).toEqual(['executor', 'jobs'])
    for (const name of functions) {
      const { handler } = await import(pathToFileURL(join(folder, `${name}.mjs`)).href)
      expect(await handler()).toBe(`${name}: a text that both functions share`)
    }
  })

  /** Files of the bundle that hold a text. */
  const holding = (folder: string, text: string) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && readFileSync(join(entry.parentPath, entry.name), 'utf8').includes(text))
      .map(({ name }) => name)

  it('holds what functions share once, but keeps the executor to itself', async () => {
    writeTwoFunctions()
    write(
      'lambdas/api/runs.lambda.ts',
      `import { greeting } from '../domain/greeting.ts'\nexport const handler = async () => 'runs: ' + greeting`,
    )
    const { folder } = await bundleLambdas({ projectRoot })
    expect(holding(folder, 'a text that').sort()).toEqual([expect.stringMatching(/^chunk-\w+\.mjs$/), 'executor.mjs'])
  })

  /** An executor whose parts that are loaded later share, two by two, what it has loaded at its start. */
  function writeLazyExecutor(): void {
    const parts = ['one', 'two', 'three']
    for (const part of parts) write(`lambdas/domain/${part}.ts`, `export const ${part} = { text: 'text of ${part}' }`)
    const uses = (part: string) => parts.filter((other) => other !== part)
    for (const part of parts) {
      const imports = uses(part).map((other) => `import { ${other} } from '../domain/${other}.ts'`)
      write(`lambdas/use-cases/${part}-later.ts`, `${imports.join('\n')}\nexport const used = [${uses(part)}]`)
    }
    write(
      'lambdas/executor/executor.lambda.ts',
      `${parts.map((part) => `import { ${part} } from '../domain/${part}.ts'`).join('\n')}
      export const parts = [${parts}]
      export const handler = async () => [${parts.map((part) => `(await import('../use-cases/${part}-later.ts')).used`)}]`,
    )
  }

  it('has the executor start from one piece, which holds whatever of it is shared later', async () => {
    writeLazyExecutor()
    const { folder } = await bundleLambdas({ projectRoot })
    const { handler, parts } = await import(pathToFileURL(join(folder, 'executor.mjs')).href)
    const [one, two, three] = parts
    const used = await handler()
    expect(used).toEqual([
      [two, three],
      [one, three],
      [one, two],
    ])
    expect(used[0][0]).toBe(two)
    const places = ['one', 'two', 'three'].map((part) => holding(folder, `text of ${part}`))
    expect(places).toEqual([[expect.stringMatching(/^chunk-/)], places[0], places[0]])
  })

  it('finds credentials in the environment alone', async () => {
    const provider = (name: string, code: string) => {
      write(`node_modules/@aws-sdk/${name}/package.json`, '{"main":"index.js","sideEffects":false}')
      write(`node_modules/@aws-sdk/${name}/index.js`, code)
    }
    provider('credential-provider-node', `export const defaultProvider = () => import('./sso.js')`)
    write('node_modules/@aws-sdk/credential-provider-node/sso.js', `export default 'single sign-on'`)
    provider('credential-provider-env', `export const fromEnv = () => 'the environment'`)
    write(
      'lambdas/api/jobs.lambda.ts',
      `import { defaultProvider } from '@aws-sdk/credential-provider-node'\nexport const handler = defaultProvider`,
    )
    const { folder } = await bundleLambdas({ projectRoot })
    const { handler } = await import(pathToFileURL(join(folder, 'jobs.mjs')).href)
    expect(handler()).toBe('the environment')
    expect(holding(folder, 'single sign-on')).toEqual([])
  })

  it('lets CommonJS libraries require what Node.js has', async () => {
    write('node_modules/old/index.js', `module.exports = require('node:path').posix.join('a', 'b')`)
    write('lambdas/api/jobs.lambda.ts', `import joined from 'old'\nexport const handler = () => joined`)
    const { folder } = await bundleLambdas({ projectRoot })
    const { handler } = await import(pathToFileURL(join(folder, 'jobs.mjs')).href)
    expect(handler()).toBe('a/b')
  })

  it('is the same for the same sources in another folder, and another for others', async () => {
    writeTwoFunctions()
    writeLazyExecutor()
    const first = await bundleLambdas({ projectRoot })
    const elsewhere = mkdtempSync(join(tmpdir(), 'punctual-elsewhere-'))
    try {
      cpSync(join(projectRoot, 'lambdas'), join(elsewhere, 'lambdas'), { recursive: true })
      const second = await bundleLambdas({ projectRoot: elsewhere })
      expect(basename(second.folder)).toBe(basename(first.folder))
    } finally {
      rmSync(elsewhere, { recursive: true, force: true })
    }
    write('lambdas/domain/greeting.ts', `export const greeting: string = 'another'`)
    expect(basename((await bundleLambdas({ projectRoot })).folder)).not.toBe(basename(first.folder))
  })

  it('stays whole when two processes make it at once', async () => {
    writeTwoFunctions()
    const bundles = await Promise.all([1, 2, 3].map(() => bundleLambdas({ projectRoot })))
    expect(new Set(bundles.map(({ folder }) => folder)).size).toBe(1)
    expect(readdirSync(join(projectRoot, 'dist/lambdas'))).toHaveLength(1)
  })

  it('keeps source maps beside what is deployed', async () => {
    writeTwoFunctions()
    const { folder } = await bundleLambdas({ projectRoot })
    const deployed = readdirSync(folder, { recursive: true }).map(String)
    expect(deployed.filter((file) => file.endsWith('.map') || file.endsWith('.json'))).toEqual([])
    const [hash] = readdirSync(join(projectRoot, 'dist/source-maps'))
    expect(folder.endsWith(hash!)).toBe(true)
    expect(readdirSync(join(projectRoot, 'dist/source-maps', hash!))).toEqual(
      expect.arrayContaining(['jobs.mjs.map', 'executor.mjs.map', 'metafile.json']),
    )
  })

  it('forgets bundles that nobody asked for during a day, but no younger ones', async () => {
    writeTwoFunctions()
    const old = await bundleLambdas({ projectRoot })
    write('lambdas/domain/greeting.ts', `export const greeting: string = 'younger'`)
    const younger = await bundleLambdas({ projectRoot })
    const twoDaysAgo = new Date(Date.now() - 48 * 60 * 60 * 1000)
    utimesSync(old.folder, twoDaysAgo, twoDaysAgo)
    write('lambdas/domain/greeting.ts', `export const greeting: string = 'youngest'`)
    const youngest = await bundleLambdas({ projectRoot })
    const kept = readdirSync(join(projectRoot, 'dist/lambdas')).map((name) => join(projectRoot, 'dist/lambdas', name))
    expect(kept.toSorted()).toEqual([younger.folder, youngest.folder].toSorted())
  })

  it('refuses two functions of the same name', async () => {
    write('lambdas/api/jobs.lambda.ts', 'export const handler = 1')
    write('lambdas/executor/jobs.lambda.ts', 'export const handler = 2')
    await expect(bundleLambdas({ projectRoot })).rejects.toThrow('Two functions are named "jobs"')
  })

  it('refuses a project without functions', async () => {
    await expect(bundleLambdas({ projectRoot })).rejects.toThrow('There is no *.lambda.ts under')
  })
})

describe('the bundle of the functions', () => {
  type Output = { imports: { path: string; kind: string }[]; inputs: Record<string, unknown> }

  /** The packages of the SDK that a function loads before its first event, by their place under node_modules. */
  async function clientsAtStart(entry: string): Promise<readonly string[]> {
    const projectRoot = mkdtempSync(join(tmpdir(), 'punctual-own-bundle-'))
    try {
      for (const folder of ['lambdas', 'schedule-expressions', 'node_modules', 'package.json'])
        symlinkSync(join(ROOT, folder), join(projectRoot, folder))
      const { folder } = await bundleLambdas({ projectRoot })
      const metafile = join(projectRoot, 'dist/source-maps', basename(folder), 'metafile.json')
      const { outputs } = JSON.parse(readFileSync(metafile, 'utf8')) as { outputs: Record<string, Output> }
      const reached = new Set([`out/${entry}.mjs`])
      for (const path of reached)
        for (const { path: next, kind } of outputs[path]?.imports ?? [])
          if (kind === 'import-statement' && next in outputs) reached.add(next)
      const inputs = [...reached].flatMap((path) => Object.keys(outputs[path]!.inputs))
      return [...new Set(inputs.flatMap((input) => /@aws-sdk\/(client-[a-z0-9-]+)/.exec(input)?.[1] ?? []))].toSorted()
    } finally {
      rmSync(projectRoot, { recursive: true, force: true })
    }
  }

  it('has the executor load only what every run needs, and no whole client of the SDK is', async () => {
    expect(await clientsAtStart('executor')).toEqual([])
    expect(await clientsAtStart('run-counter')).toEqual(['client-dynamodb'])
  })
})
