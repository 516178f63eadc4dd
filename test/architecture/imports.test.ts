import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'

/** The import table of DESIGN: who may import what. The first rule whose `of` fits a file is its rule. */
type Rule = {
  readonly layer: string
  readonly of: RegExp
  /** Files of ours that it may import. */
  readonly files: readonly RegExp[]
  /** Packages, and `node:` for Node's own modules. */
  readonly packages: readonly RegExp[]
}

const EXPRESSIONS = /^schedule-expressions\//
const DOMAIN = /^lambdas\/domain\//
const PORTS = /^lambdas\/ports\//
const USE_CASES = /^lambdas\/use-cases\//
const HTTP = /^lambdas\/http\//
const NODE = /^node:/

const rules: readonly Rule[] = [
  {
    layer: 'wiring',
    of: /\.lambda\.ts$|^lambdas\/wiring\//,
    files: [/^lambdas\/(?!.*\.lambda\.ts$)/],
    packages: [/./],
  },
  { layer: 'schedule-expressions', of: EXPRESSIONS, files: [EXPRESSIONS], packages: [] },
  {
    layer: 'domain',
    of: DOMAIN,
    files: [DOMAIN, EXPRESSIONS],
    packages: [/^zod(\/mini)?$/, /^cronstrue/, /^ipaddr\.js$/],
  },
  { layer: 'ports', of: PORTS, files: [PORTS, DOMAIN], packages: [] },
  { layer: 'use-cases', of: USE_CASES, files: [USE_CASES, DOMAIN, PORTS], packages: [] },
  {
    layer: 'http',
    of: HTTP,
    files: [HTTP, DOMAIN, PORTS, USE_CASES],
    packages: [/^zod(\/mini)?$/, /^@middy\/core$/, /^aws-lambda$/, /^node:crypto$/],
  },
  {
    layer: 'factories',
    of: /^lambdas\/(api|executor|sweeper|run-counter|dead-letters|worker)\//,
    files: [
      /^lambdas\/(api|executor|sweeper|run-counter|dead-letters|worker)\/(?!.*\.lambda\.ts$)/,
      HTTP,
      DOMAIN,
      PORTS,
      USE_CASES,
    ],
    packages: [/^zod(\/mini)?$/, /^@middy\/core$/, /^aws-lambda$/],
  },
  {
    layer: 'adapters',
    of: /^lambdas\/adapters\//,
    files: [/^lambdas\/adapters\//, DOMAIN, PORTS],
    packages: [/^@aws-sdk\//, /^@smithy\//, /^aws-jwt-verify/, /^zod(\/mini)?$/, NODE],
  },
  { layer: 'config', of: /^lambdas\/config\//, files: [/^lambdas\/config\//, DOMAIN], packages: [/^zod(\/mini)?$/] },
  {
    layer: 'lib',
    of: /^lib\//,
    // What infrastructure and code must agree on: environments, routes, and the metrics that alarms watch. The metrics are
    // in the domain, which writes them and may not import config.
    files: [/^lib\//, /^lambdas\/(config\/environment|http\/routes|domain\/metrics)\.ts$/],
    packages: [/^aws-cdk-lib/, /^constructs$/, /^cdk-nag$/, /^esbuild$/, /^zod(\/mini)?$/, NODE],
  },
  {
    layer: 'local',
    of: /^local\//,
    files: [/^local\//, EXPRESSIONS],
    packages: [NODE, /^zod(\/mini)?$/, /^@aws-sdk\//],
  },
]

const sources = globSync('{lambdas,lib,local,schedule-expressions}/**/*.ts').sort()

/** Specifiers of static and dynamic imports and re-exports. */
function importsOf(file: string): readonly string[] {
  const code = readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
  return [...code.matchAll(/(?:^|\s)(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, specifier = '']) => specifier)
}

const resolved = (file: string, specifier: string): string =>
  specifier.startsWith('.') ? normalize(join(dirname(file), specifier)) : specifier

const ruleOf = (file: string): Rule | undefined => rules.find((rule) => rule.of.test(file))

/** The adapter that a file belongs to, e.g. `dynamodb`. */
const adapterOf = (file: string): string | undefined => /^lambdas\/adapters\/([^/]+)\//.exec(file)?.[1]

function breaches(file: string, imports = importsOf(file)): readonly string[] {
  const rule = ruleOf(file)
  if (!rule) return [`${file} belongs to no layer`]
  return imports.flatMap((specifier) => {
    const target = resolved(file, specifier)
    const isFile = specifier.startsWith('.')
    const isAllowed = (isFile ? rule.files : rule.packages).some((allowed) => allowed.test(target))
    const crosses = isFile && adapterOf(file) !== adapterOf(target) && adapterOf(target) && rule.layer === 'adapters'
    return isAllowed && !crosses ? [] : [`${file} (${rule.layer}) imports ${target}`]
  })
}

describe('the import table', () => {
  it('sees the sources', () => {
    expect(sources.length).toBeGreaterThan(100)
    expect(importsOf('lambdas/api/jobs.ts')).toContain('../use-cases/create-job.ts')
  })

  it.each([
    ['lambdas/domain/job/job.ts', '../../ports/clock.ts'],
    ['lambdas/use-cases/create-job.ts', '../adapters/dynamodb/table.ts'],
    ['lambdas/adapters/dynamodb/rows.ts', '../scheduler/eventbridge-schedules.ts'],
    ['lambdas/domain/job/job.ts', 'node:fs'],
    ['local/clock.ts', '../lambdas/ports/clock.ts'],
    ['lib/bundle.ts', '../lambdas/domain/job/job.ts'],
    ['lambdas/api/jobs.lambda.ts', './runs.lambda.ts'],
  ])('refuses that %s imports %s', (file, specifier) => {
    expect(breaches(file, [specifier])).toHaveLength(1)
  })

  it('is kept by every file', () => {
    expect(sources.flatMap((file) => breaches(file))).toEqual([])
  })

  it('lets only one file, and the endpoint beside it, read the environment', () => {
    const readers = sources.filter(
      (file) => file.startsWith('lambdas/') && /process\.env\b/.test(readFileSync(file, 'utf8')),
    )
    expect(readers.filter((file) => !file.startsWith('lambdas/config/'))).toEqual([])
  })

  it('has no casts and no non-null assertions outside of tests', () => {
    const casts = sources.flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter(
          (line) =>
            /[\w)\]}] as (?!const\b)[A-Z{[(\w]/.test(line) &&
            !/^\s*(\*|\/\/|\/\*|import|export|(type )?\w+ as \w+,$)/.test(line),
        )
        .filter((line) => !/['"`].* as .*['"`]/.test(line) && !/\bas \w+ from\b/.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    )
    expect(casts).toEqual([])
  })
})
