import type { Authored } from '../domain/audit/author.ts'
import { templateAudit } from '../domain/audit/template-audit.ts'
import { notFound, Refusal } from '../domain/refusal.ts'
import { builtInTemplate } from '../domain/template/built-in.ts'
import { type Template, templateLimits } from '../domain/template/template.ts'
import type { Clock } from '../ports/clock.ts'
import type { TemplateStore } from '../ports/template-store.ts'

export type SaveTemplateDeps = Authored & { readonly templates: TemplateStore; readonly clock: Clock }

/** Making the very same template again is no conflict. @throws Refusal `conflict` for an id that is taken, `plan-limit` when the tenant has as many as it may have. */
export async function createTemplate(
  { templates, author, clock }: SaveTemplateDeps,
  tenant: string,
  template: Template,
): Promise<void> {
  refuseBuiltIn(template.id)
  if ((await templates.count(tenant)) >= templateLimits.own) {
    throw new Refusal('plan-limit', `There is room for ${templateLimits.own} templates of your own; delete one.`)
  }
  const audit = templateAudit(author, tenant, { after: template }, clock())
  if (await templates.add(tenant, template, audit)) return
  throw new Refusal('conflict', `There is a template ${template.id} already; change it with PUT.`)
}

/** @throws Refusal `conflict` for a built-in template, `not-found` for an unknown one. */
export async function replaceTemplate(
  { templates, author, clock }: SaveTemplateDeps,
  tenant: string,
  template: Template,
): Promise<void> {
  refuseBuiltIn(template.id)
  const before = await templates.read(tenant, template.id)
  if (!before) throw notFound('template')
  const audit = templateAudit(author, tenant, { before, after: template }, clock())
  if (!(await templates.replace(tenant, template, audit))) throw notFound('template')
}

/** @throws Refusal as `replaceTemplate` does. */
export async function deleteTemplate(
  { templates, author, clock }: SaveTemplateDeps,
  tenant: string,
  id: string,
): Promise<void> {
  refuseBuiltIn(id)
  const before = await templates.read(tenant, id)
  if (!before) throw notFound('template')
  await templates.remove(tenant, id, templateAudit(author, tenant, { before }, clock()))
}

function refuseBuiltIn(id: string): void {
  if (!builtInTemplate(id)) return
  throw new Refusal('conflict', `The template ${id} is built in and stays as it is; make your own under another id.`)
}
