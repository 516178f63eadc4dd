import { globSync } from 'node:fs'
import { matchesGlob, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { Stryker } from '@stryker-mutator/core'
import { CORE, type CorePart } from './core-parts.ts'
import { fileTable, type Mutant, type PartResult, partTable, passes } from './score.ts'

/** Processes that run mutants; each runs one test file at a time. */
const PROCESSES = 2
/** Of generated examples per property: a tenth of what the unit tests take, since each mutant meets them anew. */
const EXAMPLES = '100'

/** Runs the tests of a part against each mutant of its files. Prints the survivors, and keeps a browsable report. */
async function mutate(part: CorePart, files: readonly string[], again: boolean): Promise<readonly Mutant[]> {
  process.env.MUTATION_TESTS = part.tests.join(':')
  process.env.PUNCTUAL_PROPERTY_RUNS = EXAMPLES
  const stryker = new Stryker({
    mutate: [...files],
    testRunner: 'vitest',
    vitest: { configFile: 'vitest.mutation.config.ts', related: false },
    coverageAnalysis: 'perTest',
    concurrency: PROCESSES,
    timeoutMS: 20_000,
    incremental: true,
    incrementalFile: `reports/mutation/${part.name}.incremental.json`,
    force: !again,
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

const { values } = parseArgs({
  options: {
    /** Only this part. */
    part: { type: 'string' },
    /** Only the files of this glob: `--file 'lambdas/domain/target/*.ts'`. */
    file: { type: 'string' },
    /** Only mutants whose code or tests have changed since the last time, and those that survived where tests are new. */
    again: { type: 'boolean', default: false },
  },
})
const { part: wantedPart, file: wantedFile, again } = values

const results: PartResult[] = []
for (const part of CORE.filter(({ name }) => wantedPart === undefined || name === wantedPart)) {
  const files = globSync([...part.files]).filter((file) => wantedFile === undefined || matchesGlob(file, wantedFile))
  if (files.length === 0) continue
  const began = performance.now()
  const all = await mutate(part, files, again)
  // Files of the part that were measured before are reported along with these.
  const mutants = all.filter(({ fileName }) => files.includes(relative('.', fileName)))
  results.push({ name: part.name, mutants, minutes: (performance.now() - began) / 60_000 })
}
if (results.length === 0) throw new Error('There is no such file or part; see test/mutation/core-parts.ts.')
console.log(`${fileTable(results.flatMap(({ mutants }) => mutants))}\n\n${partTable(results)}`)
process.exitCode = results.every(({ mutants }) => passes(mutants)) ? 0 : 1
