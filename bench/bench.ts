import { rmSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { bundlesSection } from './bundles/bundles-section.ts'
import { costSection } from './cost/cost-section.ts'
import { growthSection } from './growth/growth-section.ts'
import { handlersSection } from './handlers/handlers-section.ts'
import { manyDueSection } from './many-due/many-due-section.ts'
import { circumstances } from './report/machine.ts'
import { mergeResults, type SectionResult } from './report/results.ts'
import type { Section } from './report/section.ts'
import { textTable, textTargets } from './report/text-table.ts'
import { spreadSection } from './spread/spread-section.ts'

const PROJECT_ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const RESULTS = join(PROJECT_ROOT, 'bench/results/latest.json')

const sections: readonly Section[] = [
  costSection,
  bundlesSection,
  handlersSection,
  manyDueSection,
  growthSection,
  spreadSection,
]

const usage = `npm run bench -- [--quick] [--only ${sections.map(({ name }) => name).join(',')}]

Measures Punctual and prints tables; bench/results/latest.json has them too. --quick takes smaller sizes: under three
minutes instead of under twenty. With --only, the results of the other sections are left as they are in the file.`

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
const wanted = values.only?.split(',')
const unknown = wanted?.find((name) => !sections.some((section) => section.name === name))
if (values.help || unknown !== undefined) {
  console.log(unknown === undefined ? usage : `There is no section "${unknown}".\n\n${usage}`)
  process.exit(unknown === undefined ? 0 : 2)
}

const isTerminal = process.stdout.isTTY
const began = performance.now()
const elapsed = () => `${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s`

async function measure(section: Section, scratch: string): Promise<SectionResult> {
  const startedAt = performance.now()
  console.log(`\n━━ ${section.title}\n`)
  const say = (text: string) => {
    // On a terminal progress takes one line, elsewhere it would hide the figures.
    if (isTerminal) process.stdout.write(`\r\x1b[K${elapsed()}  ${text}`)
  }
  const { tables, targets } = await section.measure({ quick: values.quick, scratch, say })
  if (isTerminal) process.stdout.write('\r\x1b[K')
  for (const table of tables) console.log(`${textTable(table)}\n`)
  if (targets.length > 0) console.log(`${textTargets(targets)}\n`)
  const seconds = Math.round((performance.now() - startedAt) / 1000)
  return { name: section.name, seconds, quick: values.quick, tables, targets }
}

/** What an early end must not leave behind. */
const forgotten = new Set<string>()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    for (const folder of forgotten) rmSync(folder, { recursive: true, force: true })
    process.exit(1)
  })
}

const where = circumstances(PROJECT_ROOT, loadavg()[0] ?? 0)
console.log(
  `${where.at}  commit ${where.commit}  ${where.cpu}, ${where.cores} cores, ${where.memoryGb} GB  Node ${where.node}`,
)
if (where.load > 0.5)
  console.log(`Others use this machine (load ${where.load.toFixed(1)}): times will be worse than they are.`)
const results: SectionResult[] = []
for (const section of sections.filter(({ name }) => wanted === undefined || wanted.includes(name))) {
  const scratch = await mkdtemp(join(tmpdir(), 'punctual-bench-'))
  forgotten.add(scratch)
  try {
    results.push(await measure(section, scratch))
  } finally {
    await rm(scratch, { recursive: true, force: true })
    forgotten.delete(scratch)
  }
}
await mkdir(dirname(RESULTS), { recursive: true })
await writeFile(RESULTS, `${JSON.stringify(await mergeResults(RESULTS, where, results), undefined, 2)}\n`)
console.log(`${elapsed().trim()} in all. Written to bench/results/latest.json.`)
