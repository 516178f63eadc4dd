import { relative } from 'node:path'

/** What became of a mutant, as Stryker says it. */
export type Mutant = { readonly fileName: string; readonly status: string }

/** What became of the mutants of a part of the core, and how long it took. */
export type PartResult = { readonly name: string; readonly mutants: readonly Mutant[]; readonly minutes: number }

/** The share of mutants, in percent, that the tests of each part of the core have to notice. */
export const LEAST_SCORE = 85

type Tally = { readonly name: string; readonly noticed: number; readonly survived: number; readonly uncovered: number }

/** Mutants that are no program (a module that does not load) say nothing about the tests and are left out. */
function tally(name: string, mutants: readonly Mutant[]): Tally {
  const count = (...statuses: readonly string[]) => mutants.filter(({ status }) => statuses.includes(status)).length
  return { name, noticed: count('Killed', 'Timeout'), survived: count('Survived'), uncovered: count('NoCoverage') }
}

const total = ({ noticed, survived, uncovered }: Tally) => noticed + survived + uncovered
const percentage = (of: Tally) => (100 * of.noticed) / total(of)

/** Whether the tests notice enough. That nothing was measured is no pass. */
export const passes = (mutants: readonly Mutant[]): boolean => percentage(tally('all', mutants)) >= LEAST_SCORE

/** A table of the scores by file, the weakest first, with the sum as its last line. */
export function fileTable(mutants: readonly Mutant[]): string {
  const files = Map.groupBy(mutants, ({ fileName }) => relative('.', fileName))
  const rows = [...files].map(([name, its]) => tally(name, its)).filter((row) => total(row) > 0)
  const sorted = rows.sort((a, b) => percentage(a) - percentage(b) || a.name.localeCompare(b.name))
  const lines = [...sorted, tally('all', mutants)].map(
    (row) => `| ${row.name} | ${percentage(row).toFixed(1)} | ${row.noticed} | ${row.survived} | ${row.uncovered} |`,
  )
  return ['| file | score % | noticed | survived | not covered |', '|---|---:|---:|---:|---:|', ...lines].join('\n')
}

/** A table of the scores by part, in the order in which they were measured: the table of README.md. */
export function partTable(results: readonly PartResult[]): string {
  const lines = results.map(({ name, mutants, minutes }) => {
    const row = tally(name, mutants)
    return `| ${name} | ${total(row)} | ${row.survived + row.uncovered} | ${percentage(row).toFixed(1)} | ${Math.ceil(minutes)} |`
  })
  return ['| part | mutants | unnoticed | score % | minutes |', '|---|---:|---:|---:|---:|', ...lines].join('\n')
}
