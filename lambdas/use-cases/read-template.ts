import { notFound } from '../domain/refusal.ts'
import { builtInTemplate } from '../domain/template/built-in.ts'
import type { Template } from '../domain/template/template.ts'
import type { TemplateStore } from '../ports/template-store.ts'

/** The built-in template of this id or the tenant's own. @throws Refusal `not-found` */
export async function readTemplate(
  { templates }: { readonly templates: Pick<TemplateStore, 'read'> },
  tenant: string,
  id: string,
): Promise<Template> {
  const template = builtInTemplate(id) ?? (await templates.read(tenant, id))
  if (!template) throw notFound('template')
  return template
}
