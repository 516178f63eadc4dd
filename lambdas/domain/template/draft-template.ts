import { cut } from '../import/cut.ts'
import type { ImportDraft } from '../import/draft.ts'
import type { JobDefinition } from '../job/job.ts'
import type { Fault } from '../refusal.ts'
import { SecretName } from '../secret/secret.ts'
import { type FilledTemplate, variablesIn } from './fill-in.ts'
import type { Template } from './template.ts'

/** What is wrong with the names that a form makes of a template's secrets. */
export function secretNameFaults(template: Template, { secrets }: FilledTemplate): readonly Fault[] {
  return secrets.flatMap(({ name, variable }, index) => {
    const isTwice = secrets.findIndex((other) => other.name === name) < index
    const problem = isTwice
      ? `is the name of two secrets of this template; got ${JSON.stringify(name)}`
      : SecretName.safeParse(name).success
        ? undefined
        : `makes the secret name ${JSON.stringify(name)}, which must have 1 to 64 of the characters A-Z, a-z, 0-9 and _`
    if (problem === undefined) return []
    const names = variablesIn(template.secrets[index]?.name)
    return (names.length > 0 ? names : [variable]).map((each) => ({ pointer: `/variables/${each}`, detail: problem }))
  })
}

/**
 * A filled-in template as what an import carries out.
 * @param definitions of the filled-in jobs, in the template's order.
 */
export function draftTemplate(
  { id }: Template,
  { secrets }: FilledTemplate,
  definitions: readonly JobDefinition[],
): ImportDraft {
  return {
    jobs: definitions.map((definition, index) => ({
      kind: 'job',
      source: { index },
      name: definition.name,
      warnings: [],
      definition,
    })),
    secrets: secrets.flatMap(({ name, value, variable }) => {
      const description = cut(`From the template ${id}: ${variable} of ${definitions[0]?.name ?? ''}`, 256)
      return value === undefined ? [] : [{ name, value, description }]
    }),
    neededSecrets: secrets.flatMap(({ name, value }) => (value === undefined ? [name] : [])),
  }
}
