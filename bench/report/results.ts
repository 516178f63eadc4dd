import { readFile } from 'node:fs/promises'
import * as z from 'zod'
import type { Circumstances } from './machine.ts'
import type { Findings } from './section.ts'

export type SectionResult = Findings & { readonly name: string; readonly seconds: number; readonly quick: boolean }

const Known = z.object({ sections: z.record(z.string(), z.unknown()) })

/** What the file shall hold: each section with the circumstances it was measured in; those not measured now stay. */
export async function mergeResults(file: string, where: Circumstances, results: readonly SectionResult[]) {
  const text = await readFile(file, 'utf8').catch(() => '{"sections":{}}')
  const { sections } = Known.parse(JSON.parse(text))
  const measured = results.map(({ name, ...result }) => [name, { ...where, ...result }] as const)
  return { sections: { ...sections, ...Object.fromEntries(measured) } }
}
