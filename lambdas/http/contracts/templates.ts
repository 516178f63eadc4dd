import * as z from 'zod'
import { TransferPlan } from '../../domain/import/transfer-plan.ts'
import { Template, TemplateFields, TemplateId, templateLimits } from '../../domain/template/template.ts'
import { VariableValue, variableLimits } from '../../domain/template/variable.ts'
import { bare, type Contract } from '../contract.ts'
import { listQuery, pageOf } from '../cursor.ts'

const params = z.strictObject({ templateId: TemplateId })

const TemplateView = Template.extend({
  builtIn: z.boolean().meta({ description: 'Whether everybody has it, and nobody can change it.' }),
}).meta({ id: 'Template' })

const template = (description: string) => ({ description, schema: TemplateView })

const tag = 'templates' as const

/** Operations on templates; they are the jobs function's, as applying one takes what an import takes. */
export const templatesContracts = {
  listTemplates: {
    ...bare,
    tag,
    summary: 'List templates',
    description: 'Built-in ones and your own together, in order of id.',
    query: z.strictObject(listQuery),
    answers: { 200: { description: 'One page of templates.', schema: pageOf(TemplateView) } },
  },
  readTemplate: { ...bare, tag, summary: 'Read a template', params, answers: { 200: template('The template.') } },
  createTemplate: {
    ...bare,
    tag,
    summary: 'Make a template',
    description: `Jobs and secrets with \`{{variables.NAME}}\` where a form is to be filled in. Up to ${templateLimits.own} of your own.`,
    body: TemplateFields.safeExtend({ id: TemplateId }),
    largestBodyBytes: templateLimits.bytes,
    idempotency: 'KEPT',
    answers: { 201: template('The template.') },
  },
  replaceTemplate: {
    ...bare,
    tag,
    summary: 'Replace a template',
    description: 'Jobs that were made from it stay as they are until it is applied again.',
    params,
    body: TemplateFields,
    largestBodyBytes: templateLimits.bytes,
    answers: { 200: template('The template as it now is.') },
  },
  deleteTemplate: {
    ...bare,
    tag,
    summary: 'Delete a template',
    description: 'Jobs and secrets that were made from it stay.',
    params,
    answers: { 204: { description: 'The template is gone.' } },
  },
  applyTemplate: {
    ...bare,
    tag,
    summary: 'Fill in a template',
    description:
      'Makes its jobs and secrets, all or, when anything is wrong, none: the faults name the variables. Jobs are found by name: the same form again changes nothing. Values of secrets go into the secret store and nowhere else.',
    params,
    query: z.strictObject({
      dryRun: z
        .enum(['true', 'false'])
        .default('false')
        .transform((text) => text === 'true')
        .meta({ description: '`true` answers the plan and changes nothing.' }),
    }),
    body: z.strictObject({
      variables: z.record(z.string().max(variableLimits.name), VariableValue).default({}).meta({
        description: "The form: a value for each of the template's variables that has no default.",
        maxProperties: templateLimits.variables,
      }),
    }),
    idempotency: 'KEPT',
    answers: { 200: { description: 'What is done, and what became of it.', schema: TransferPlan } },
  },
} as const satisfies Record<string, Contract>
