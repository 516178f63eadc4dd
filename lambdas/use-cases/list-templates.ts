import { builtInTemplates } from '../domain/template/built-in.ts'
import type { Template } from '../domain/template/template.ts'
import type { TemplateStore } from '../ports/template-store.ts'

/** One page of the templates that a tenant can apply, built-in and own together, in order of id. */
export async function listTemplates(
  { templates }: { readonly templates: Pick<TemplateStore, 'page'> },
  tenant: string,
  options: { readonly after: string | undefined; readonly limit: number },
): Promise<{
  readonly items: readonly Template[]
  /** The id behind which the next page begins. */
  readonly next: string | undefined
}> {
  const { after = '', limit } = options
  const own = await templates.page(tenant, options)
  const merged = [...builtInTemplates.filter(({ id }) => id > after), ...own.templates].sort((a, b) =>
    a.id < b.id ? -1 : 1,
  )
  const items = merged.slice(0, limit)
  return { items, next: own.more || merged.length > limit ? items.at(-1)?.id : undefined }
}
