import * as z from 'zod'
import { JobDefinition } from '../job/job.ts'
import { SecretName } from '../secret/secret.ts'
import { malformedPlaceholdersIn, type Placeholder, partsOfType, placeholdersIn, textsIn } from './placeholder.ts'
import { Variable, VariableName } from './variable.ts'

/** How large a template may be, and how many one tenant may have. */
export const templateLimits = { bytes: 32 * 1024, variables: 30, secrets: 20, jobs: 20, own: 50 } as const

export const TemplateId = z
  .string()
  .max(64)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must have words of a-z and 0-9 with "-" between them')
  .meta({ examples: ['customer-onboarding'] })

/** A secret that a template makes of a variable. Its name may have placeholders; its value is in no template. */
const TemplateSecret = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(128)
    .meta({ examples: ['{{variables.key}}_CRON_SECRET'] }),
  variable: VariableName.meta({ description: 'The variable of type `secret` that has its value.' }),
})

const TemplateJob = z.record(z.string().max(64), z.unknown()).meta({
  description:
    'The fields of a job, as `createJob` takes them. Any text may have placeholders; a text that is one placeholder becomes the value itself, so that numbers and booleans can be asked for, too.',
  maxProperties: Object.keys(JobDefinition.shape).length,
  examples: [
    {
      name: '{{variables.customer}}: morning',
      cronExpression: '{{variables.morning.minute}} {{variables.morning.hour}} * * *',
      targetUrl: '{{variables.baseUrl}}/morning',
    },
  ],
})

const shape = {
  name: z.string().trim().min(1).max(128),
  description: z.string().max(1024).default(''),
  variables: z.array(Variable).max(templateLimits.variables).default([]),
  secrets: z.array(TemplateSecret).max(templateLimits.secrets).default([]),
  jobs: z.array(TemplateJob).min(1).max(templateLimits.jobs),
}

/** Several jobs and secrets behind one form, as a user writes it. */
export const TemplateFields = z.strictObject(shape).superRefine((template, context) => {
  for (const { path, message } of findMistakes(template)) context.addIssue({ code: 'custom', path: [...path], message })
})
export type TemplateFields = z.output<typeof TemplateFields>

/** @see TemplateFields */
export const Template = z.strictObject({ id: TemplateId, ...shape })
export type Template = Readonly<z.output<typeof Template>>

type Mistake = { readonly path: readonly PropertyKey[]; readonly message: string }

/** Whatever can be told before anybody fills in the form. */
export function findMistakes({ variables, secrets, jobs }: TemplateFields): readonly Mistake[] {
  const byName = new Map(variables.map((variable) => [variable.name, variable]))
  return [
    ...variables.flatMap((variable, index) => variableMistakes(variable, index, variables)),
    ...secrets.flatMap(({ name, variable }, index) => [
      ...placeholderMistakes(name, byName).map((message) => ({ path: ['secrets', index, 'name'], message })),
      ...(byName.get(variable)?.type === 'secret'
        ? []
        : [{ path: ['secrets', index, 'variable'], message: 'must name a variable of type secret' }]),
      ...(placeholdersIn(name).length > 0 || SecretName.safeParse(name).success
        ? []
        : [{ path: ['secrets', index, 'name'], message: 'must have 1 to 64 of the characters A-Z, a-z, 0-9 and _' }]),
    ]),
    ...jobs.flatMap((job, index) =>
      jobMistakes(job, byName).map(({ path, message }) => ({ path: ['jobs', index, ...path], message })),
    ),
  ]
}

function variableMistakes(variable: Variable, index: number, all: readonly Variable[]): readonly Mistake[] {
  const isTwice = all.findIndex(({ name }) => name === variable.name) < index
  const at = (field: string, message: string) => [{ path: ['variables', index, field], message }]
  return [
    ...(isTwice ? at('name', 'is the name of another variable, too') : []),
    ...(variable.type === 'choice' && variable.default !== undefined && !variable.choices.includes(variable.default)
      ? at('default', 'must be one of the choices')
      : []),
    ...(variable.type === 'integer' && (variable.minimum ?? -Infinity) > (variable.maximum ?? Infinity)
      ? at('maximum', 'must be at least the minimum')
      : []),
    ...(variable.type === 'integer' && variable.default !== undefined && !isWithin(variable.default, variable)
      ? at('default', 'must be from the minimum to the maximum')
      : []),
  ]
}

const isWithin = (
  value: number,
  { minimum = -Infinity, maximum = Infinity }: { minimum?: number | undefined; maximum?: number | undefined },
) => value >= minimum && value <= maximum

const NEEDED = ['name', 'cronExpression', 'targetUrl'] as const

function jobMistakes(
  job: Readonly<Record<string, unknown>>,
  variables: ReadonlyMap<string, Variable>,
): readonly Mistake[] {
  const known = new Map<string, z.ZodType>(Object.entries(JobDefinition.shape))
  const missing = NEEDED.filter((field) => !Object.hasOwn(job, field)).map((field) => ({
    path: [field],
    message: 'is needed',
  }))
  return [
    ...missing,
    ...Object.entries(job).flatMap(([field, value]) => fieldMistakes(known.get(field), field, value, variables)),
  ]
}

/** A field without a placeholder is what it will be, and is checked now. */
function fieldMistakes(
  schema: z.ZodType | undefined,
  field: string,
  value: unknown,
  variables: ReadonlyMap<string, Variable>,
): readonly Mistake[] {
  if (!schema) return [{ path: [field], message: 'is not a known field' }]
  const texts = textsIn(value)
  const mistakes = texts.flatMap((text) => placeholderMistakes(text, variables))
  if (mistakes.length > 0) return mistakes.map((message) => ({ path: [field], message }))
  if (texts.some((text) => placeholdersIn(text).length > 0)) return []
  const parsed = schema.safeParse(value)
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => ({ path: [field, ...path], message }))
}

function placeholderMistakes(text: string, variables: ReadonlyMap<string, Variable>): readonly string[] {
  return [
    ...malformedPlaceholdersIn(text).map((found) => `has ${JSON.stringify(found)}; write {{variables.name}}`),
    ...placeholdersIn(text).flatMap((placeholder) => {
      const mistake = mistakeOf(placeholder, variables.get(placeholder.name))
      return mistake === undefined ? [] : [mistake]
    }),
  ]
}

function mistakeOf({ name, part }: Placeholder, variable: Variable | undefined): string | undefined {
  if (!variable) return `has {{variables.${name}}}, but there is no variable of that name`
  if (variable.type === 'secret') {
    return `has {{variables.${name}}}, which is a secret: put it under secrets, and refer to it as {{secrets.NAME}}`
  }
  const parts = partsOfType[variable.type] ?? []
  if (part === undefined || parts.includes(part)) return undefined
  const allowed = parts.length === 0 ? 'has no parts' : `has the parts ${parts.join(' and ')}`
  return `has {{variables.${name}.${part}}}, but a variable of type ${variable.type} ${allowed}`
}
