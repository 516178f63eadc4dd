import * as z from 'zod'
import { isTimezone } from '../../../schedule-expressions/index.ts'
import { SecretValue } from '../secret/secret.ts'

/** How much a template may ask for. */
export const variableLimits = { name: 40, text: 1024, choices: 20, choice: 128 } as const

/** What a placeholder names: `{{variables.NAME}}`. */
export const VariableName = z
  .string()
  .max(variableLimits.name)
  .regex(/^[A-Za-z][A-Za-z0-9_]*$/, 'must begin with a letter and have only letters, digits and _')
  .meta({ examples: ['customer'] })

/** No control characters: a text may end up in a header or in a name. */
const plainText = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .regex(/^\P{Cc}*$/u, 'must not have control characters')

const Text = plainText(variableLimits.text)
const Identifier = z
  .string()
  .max(32)
  .regex(/^[A-Za-z][A-Za-z0-9_]*$/, 'must begin with a letter and have only letters, digits and _')
const WebUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).max(2048)
const Email = z.email('must be an e-mail address').max(254)
const Timezone = z.string().max(50).refine(isTimezone, 'must be an IANA time zone such as Europe/Paris')
const Time = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day from 00:00 to 23:59')
  .meta({ minLength: 5, maxLength: 5 })

const common = {
  name: VariableName,
  description: z.string().max(256).default('').meta({ description: 'What a person sees beside the field.' }),
}
const withDefault = <Value extends z.ZodType>(value: Value) => ({
  ...common,
  default: value.optional().meta({ description: 'Taken when no value is given; without one, a value is needed.' }),
})

/**
 * What a template asks for. The value of a `secret` goes into the secret store and nowhere else; without `required` it
 * may be left out, and the secret must then be there already.
 */
export const Variable = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), ...withDefault(Text) }),
  z.strictObject({ type: z.literal('identifier'), ...withDefault(Identifier) }),
  z.strictObject({ type: z.literal('url'), ...withDefault(WebUrl) }),
  z.strictObject({ type: z.literal('email'), ...withDefault(Email) }),
  z.strictObject({ type: z.literal('timezone'), ...withDefault(Timezone) }),
  z.strictObject({ type: z.literal('time'), ...withDefault(Time) }),
  z.strictObject({
    type: z.literal('integer'),
    ...withDefault(z.int()),
    minimum: z.int().optional(),
    maximum: z.int().optional(),
  }),
  z.strictObject({ type: z.literal('boolean'), ...withDefault(z.boolean()) }),
  z.strictObject({
    type: z.literal('choice'),
    ...withDefault(plainText(variableLimits.choice)),
    choices: z.array(plainText(variableLimits.choice)).min(1).max(variableLimits.choices),
  }),
  z.strictObject({ type: z.literal('secret'), ...common, required: z.boolean().default(true) }),
])
export type Variable = z.output<typeof Variable>

/** A value as it stands in the form: text for all types but `integer` and `boolean`. */
export const VariableValue = z.union([z.string().max(64 * 1024), z.number(), z.boolean()])
export type VariableValue = z.output<typeof VariableValue>

/** The values of a filled-in form by name; a secret that was left out is missing. */
export type VariableValues = Readonly<Record<string, VariableValue | undefined>>

function typeSchema(variable: Variable): z.ZodType<VariableValue> {
  switch (variable.type) {
    case 'text':
      return Text
    case 'identifier':
      return Identifier
    case 'url':
      return WebUrl
    case 'email':
      return Email
    case 'timezone':
      return Timezone
    case 'time':
      return Time
    case 'boolean':
      return z.boolean()
    case 'integer':
      return z
        .int()
        .min(variable.minimum ?? Number.MIN_SAFE_INTEGER)
        .max(variable.maximum ?? Number.MAX_SAFE_INTEGER)
    case 'choice':
      return z.enum(variable.choices)
    case 'secret':
      return SecretValue
  }
}

function valueSchema(variable: Variable): z.ZodType<VariableValue | undefined> {
  const schema = typeSchema(variable)
  if (variable.type === 'secret') return variable.required ? schema : schema.optional()
  return variable.default === undefined ? schema : schema.default(variable.default)
}

/** The form of a template: exactly its variables, each of its type, defaults filled in. */
export const formOf = (variables: readonly Variable[]): z.ZodType<VariableValues> =>
  z.strictObject(Object.fromEntries(variables.map((variable) => [variable.name, valueSchema(variable)])))
