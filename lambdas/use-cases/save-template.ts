import { notFound, Refusal } from '../domain/refusal.ts'
import { builtInTemplate } from '../domain/template/built-in.ts'
import { type Template, templateLimits } from '../domain/template/template.ts'
import type { TemplateStore } from '../ports/template-store.ts'

export type SaveTemplateDeps = { readonly templates: TemplateStore }

/** Making the very same template again is no conflict. @throws Refusal `conflict` for an id that is taken, `plan-limit` when the tenant has as many as it may have. */
export async function createTemplate(
  { templates }: SaveTemplateDeps,
  tenant: string,
  template: Template,
): Promise<void> {
  refuseBuiltIn(template.id)
  if ((await templates.count(tenant)) >= templateLimits.own) {
    throw new Refusal('plan-limit', `There is room for ${templateLimits.own} templates of your own; delete one.`)
  }
  if (await templates.add(tenant, template)) return
  throw new Refusal('conflict', `There is a template ${template.id} already; change it with PUT.`)
}

/** @throws Refusal `conflict` for a built-in template, `not-found` for an unknown one. */
export async function replaceTemplate(
  { templates }: SaveTemplateDeps,
  tenant: string,
  template: Template,
): Promise<void> {
  refuseBuiltIn(template.id)
  if (!(await templates.replace(tenant, template))) throw notFound('template')
}

/** @throws Refusal as `replaceTemplate` does. */
export async function deleteTemplate({ templates }: SaveTemplateDeps, tenant: string, id: string): Promise<void> {
  refuseBuiltIn(id)
  if (!(await templates.read(tenant, id))) throw notFound('template')
  await templates.remove(tenant, id)
}

function refuseBuiltIn(id: string): void {
  if (!builtInTemplate(id)) return
  throw new Refusal('conflict', `The template ${id} is built in and stays as it is; make your own under another id.`)
}
