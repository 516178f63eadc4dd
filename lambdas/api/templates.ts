import type { Unauthored } from '../domain/audit/author.ts'
import { JobDefinition } from '../domain/job/job.ts'
import { type Fault, refuseFaults } from '../domain/refusal.ts'
import type { TargetUrlPolicy } from '../domain/target/target-url.ts'
import { blameVariables } from '../domain/template/blame-variables.ts'
import { builtInTemplate } from '../domain/template/built-in.ts'
import { draftTemplate, secretNameFaults } from '../domain/template/draft-template.ts'
import { fillIn } from '../domain/template/fill-in.ts'
import { type Template, TemplateId } from '../domain/template/template.ts'
import { formOf, type VariableValues } from '../domain/template/variable.ts'
import { noContent, ok } from '../http/answer.ts'
import { templatesContracts } from '../http/contracts/templates.ts'
import { decodeCursor, encodeCursor } from '../http/cursor.ts'
import { describeIssue } from '../http/describe-issue.ts'
import { type EndpointsOf, userEndpoint } from '../http/endpoint.ts'
import type { SigningKey } from '../ports/signing-key.ts'
import type { TemplateStore } from '../ports/template-store.ts'
import { applyTemplate, type TemplateRequest } from '../use-cases/apply-template.ts'
import type { ImportJobsDeps } from '../use-cases/import-jobs.ts'
import { listTemplates } from '../use-cases/list-templates.ts'
import { readTemplate } from '../use-cases/read-template.ts'
import { createTemplate, deleteTemplate, replaceTemplate } from '../use-cases/save-template.ts'

export type TemplatesDeps = ImportJobsDeps & { readonly signingKey: SigningKey; readonly templates: TemplateStore }

const view = (template: Template) => ({ ...template, builtIn: builtInTemplate(template.id) !== undefined })

async function list(
  deps: Unauthored<TemplatesDeps>,
  tenant: string,
  query: { readonly limit: number; readonly cursor?: string | undefined },
) {
  const key = await deps.signingKey.read()
  const scope = { tenant, route: 'listTemplates' }
  const after = query.cursor === undefined ? undefined : decodeCursor(scope, query.cursor, TemplateId, key)
  const { items, next } = await listTemplates(deps, tenant, { after, limit: query.limit })
  return { items: items.map(view), nextCursor: next === undefined ? null : encodeCursor(scope, next, key) }
}

function refuseAny(faults: readonly Fault[]): void {
  if (faults.length > 0) throw refuseFaults(faults)
}

/** @throws Refusal that names each variable whose value is missing, unknown or wrong. */
function valuesOf({ variables }: Template, given: VariableValues): VariableValues {
  const parsed = formOf(variables).safeParse(given)
  if (parsed.success) return parsed.data
  const secrets = new Set(variables.filter(({ type }) => type === 'secret').map(({ name }) => name))
  // A message quotes the value, and what is to become a secret must not be in an answer.
  const shown = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, secrets.has(name) ? '[redacted]' : value]),
  )
  throw refuseFaults(parsed.error.issues.flatMap((issue) => describeIssue(issue, shown, '/variables')))
}

/** @throws Refusal that names each variable that makes a job or the name of a secret wrong. */
function filledIn(template: Template, given: VariableValues): Pick<TemplateRequest, 'filled' | 'draft'> {
  const filled = fillIn(template, valuesOf(template, given))
  refuseAny(secretNameFaults(template, filled))
  const parsed = filled.jobs.map((fields) => JobDefinition.safeParse(fields))
  refuseAny(
    parsed.flatMap(({ error }, index) =>
      (error?.issues ?? [])
        .flatMap((issue) => describeIssue(issue, filled.jobs[index], ''))
        .flatMap((fault) => blameVariables(template, index, fault)),
    ),
  )
  const definitions = parsed.flatMap(({ data }) => (data === undefined ? [] : [data]))
  return { filled, draft: draftTemplate(template, filled, definitions) }
}

type TemplateOperation = keyof typeof templatesContracts

/**
 * Serves `/api/templates`.
 * @param targetsOf what may be called, by the origin of the request.
 */
export function templateEndpoints(
  deps: Unauthored<TemplatesDeps>,
  targetsOf: (origin: string) => TargetUrlPolicy,
): Pick<EndpointsOf<'jobs'>, TemplateOperation> {
  return {
    listTemplates: userEndpoint(templatesContracts.listTemplates, async ({ query }, { tenant }) =>
      ok(await list(deps, tenant, query)),
    ),
    readTemplate: userEndpoint(templatesContracts.readTemplate, async ({ params }, { tenant }) =>
      ok(view(await readTemplate(deps, tenant, params.templateId))),
    ),
    createTemplate: userEndpoint(templatesContracts.createTemplate, async ({ body, author }, { tenant }) => {
      await createTemplate({ ...deps, author }, tenant, body)
      return { status: 201, headers: { location: `/api/templates/${body.id}` }, body: view(body) }
    }),
    replaceTemplate: userEndpoint(templatesContracts.replaceTemplate, async ({ params, body, author }, { tenant }) => {
      const template = { id: params.templateId, ...body }
      await replaceTemplate({ ...deps, author }, tenant, template)
      return ok(view(template))
    }),
    deleteTemplate: userEndpoint(templatesContracts.deleteTemplate, async ({ params, author }, { tenant }) => {
      await deleteTemplate({ ...deps, author }, tenant, params.templateId)
      return noContent
    }),
    applyTemplate: userEndpoint(
      templatesContracts.applyTemplate,
      async ({ params, query, body, origin, author }, { tenant }) => {
        const template = await readTemplate(deps, tenant, params.templateId)
        const filled = filledIn(template, body.variables)
        return ok(
          await applyTemplate(
            { ...deps, author },
            { tenant, template, ...filled, ...query, targets: targetsOf(origin) },
          ),
        )
      },
    ),
  }
}
