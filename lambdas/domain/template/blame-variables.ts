import type { Fault } from '../refusal.ts'
import { variablesIn } from './fill-in.ts'
import type { Template } from './template.ts'

/**
 * Names the variables that a fault of a filled-in job may come from; where its field has none, the field of the template.
 * @param fault with a pointer into the job.
 */
export function blameVariables(template: Template, index: number, { pointer, detail }: Fault): readonly Fault[] {
  const job = template.jobs[index] ?? {}
  const [, field = ''] = pointer.split('/')
  const names = variablesIn(job[field])
  if (names.length === 0) return [{ pointer: `/jobs/${index}${pointer}`, detail }]
  return names.map((name) => ({
    pointer: `/variables/${name}`,
    detail: `makes ${pointer} of the job at ${index} wrong: ${detail}`,
  }))
}
