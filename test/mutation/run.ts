import { globSync } from 'node:fs'
import { matchesGlob } from 'node:path'
import { parseArgs } from 'node:util'
import { Stryker } from '@stryker-mutator/core'
import { CORE, type CorePart } from './core-parts.ts'
import { type Mutant, passes, scoreTable } from './score.ts'

/** Processes that run mutants; each runs one test file at a time. */
const PROCESSES = 2
/** Of generated examples per property: a tenth of what the unit tests take, since each mutant meets them anew. */
const EXAMPLES = '100'

/** Runs the tests of a part against each mutant of its files. Prints the survivors, and keeps a browsable report. */
async function mutate(part: CorePart, files: readonly string[]): Promise<readonly Mutant[]> {
  process.env.MUTATION_TESTS = part.tests.join(':')
  process.env.PUNCTUAL_PROPERTY_RUNS = EXAMPLES
  const stryker = new Stryker({
    mutate: [...files],
    testRunner: 'vitest',
    vitest: { configFile: 'vitest.mutation.config.ts', related: false },
    coverageAnalysis: 'perTest',
    concurrency: PROCESSES,
    timeoutMS: 20_000,
    // Rewriting it for the sandbox needs the API that TypeScript 7 dropped; the sandbox is in the tree, so paths hold.
    tsconfigFile: 'none',
    ignorePatterns: ['cdk.out', '.punctual', '.vitest'],
    reporters: ['clear-text', 'progress-append-only', 'html', 'json'],
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false, reportScoreTable: false },
    htmlReporter: { fileName: `reports/mutation/${part.name}.html` },
    jsonReporter: { fileName: `reports/mutation/${part.name}.json` },
    warnings: { slow: false, unknownOptions: true, preprocessorErrors: true, unserializableOptions: true },
  })
  return stryker.runMutationTest()
}

// `--file 'lambdas/domain/target/*.ts'` measures a part.
const { values } = parseArgs({ options: { file: { type: 'string' } } })
const wanted = (file: string) => values.file === undefined || matchesGlob(file, values.file)

const mutants: Mutant[] = []
for (const part of CORE) {
  const files = globSync([...part.files]).filter(wanted)
  if (files.length > 0) mutants.push(...(await mutate(part, files)))
}
if (mutants.length === 0) throw new Error(`"${values.file}" is no file of the core; see test/mutation/core-parts.ts.`)
console.log(scoreTable(mutants))
process.exitCode = passes(mutants) ? 0 : 1
